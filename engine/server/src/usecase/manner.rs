//! How a receiver is spoken to: its own words, and what it wants to hear beside problems and their ends.

use tocsin_policy::{ReceiverId, Span};

use crate::actor::{Actor, Area, Role};
use crate::content::Content;
use crate::content::sample::{KINDS, sample};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store;
use crate::store::manner::Manner;
use crate::wording::{self, Wording};

/// Longest time that a notification waits for others: whoever can wait longer can wait for the reminder.
pub const LONGEST_BUNDLING: Span = Span::minutes(15);
/// Fastest pace that can be asked for: ten a second is faster than any person, and slower than any webhook.
pub const FASTEST: u32 = 600;

/// Changes the manner of a receiver; what is as it was is no change.
pub struct SaveManner {
    pub actor: Actor,
    pub receiver: ReceiverId,
    pub manner: Manner,
}

impl UseCase for SaveManner {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let gone = || Fault::not_found("there is no such receiver; it may have been deleted meanwhile");
            let row = store::receiver::get(&mut work.tx, self.receiver).await?.ok_or_else(gone)?;
            check(&self.manner)?;
            let old = store::manner::all(&mut work.tx).await?.remove(&self.receiver).unwrap_or_default();
            if old == self.manner {
                return Ok(());
            }
            store::manner::save(&mut work.tx, self.receiver, &self.manner).await?;
            work.edit_book();
            work.audit(&self.actor, "changed the manner of", &format!("receiver {}", row.name), "").await
        })
    }
}

/// Refuses templates that could not say every kind of notification.
pub fn check(manner: &Manner) -> Result<(), Fault> {
    let mut errors = Vec::new();
    for (field, template) in [("title_template", &manner.title), ("text_template", &manner.text)] {
        let Some(template) = template else { continue };
        if let Err(fault) = check_words(template) {
            let message = format!("{}: {fault}.", if field == "title_template" { "Title" } else { "Text" });
            errors.push(FieldError { field: field.to_owned(), message });
        }
    }
    if manner.bundle_for < Span::ZERO || manner.bundle_for > LONGEST_BUNDLING {
        let message = format!("Bundling: choose a time of at most {}, or none.", LONGEST_BUNDLING.words());
        errors.push(FieldError { field: "bundle_for".to_owned(), message });
    }
    if manner.per_minute.is_some_and(|pace| pace == 0 || pace > FASTEST) {
        let message = format!("Pace: choose 1 to {FASTEST} messages a minute, or leave it empty.");
        errors.push(FieldError { field: "per_minute".to_owned(), message });
    }
    if errors.is_empty() { Ok(()) } else { Err(Fault::fields(errors)) }
}

/// Tries a template on a made-up notification of every kind.
///
/// # Errors
/// What is wrong with it, and in which line.
pub fn check_words(template: &str) -> Result<(), wording::Fault> {
    KINDS.iter().try_for_each(|kind| wording::render(template, &sample(kind).model("")).map(drop))
}

/// What a receiver with this manner would be told: title and text, and what went wrong with its own words.
pub fn preview(manner: &Manner, content: &Content) -> (String, String, Vec<String>) {
    let wording = Wording { title: manner.title.as_deref(), text: manner.text.as_deref() };
    let (said, troubles) = content.notification_in(wording, 0, 1, None);
    (said.title, said.text, troubles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{DEFAULT_TEXT, DEFAULT_TITLE};

    #[test]
    fn the_built_in_words_may_be_copied_and_read_the_same() {
        for kind in KINDS {
            let content = sample(kind);
            let (title, text) = (Some(DEFAULT_TITLE.to_owned()), Some(DEFAULT_TEXT.to_owned()));
            let copied = Manner { title, text, ..Manner::default() };
            assert_eq!(preview(&copied, &content), preview(&Manner::default(), &content), "{kind}");
        }
    }
}
