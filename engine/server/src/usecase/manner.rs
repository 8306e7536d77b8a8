//! How a receiver is spoken to: its own words, and what it wants to hear beside problems and their ends.

use tocsin_policy::{ReceiverId, Span};

use crate::actor::{Actor, Area, Role};
use crate::content::Content;
use crate::content::bundle::{self, Bundle};
use crate::content::sample::{KINDS, sample};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store;
use crate::store::manner::Manner;
use crate::wording;

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
    let words = |template: &Option<String>, check: fn(&str) -> Result<(), wording::Fault>| {
        template.as_deref().and_then(|template| check(template).err())
    };
    for (field, label, fault) in [
        ("title_template", "Title", words(&manner.title, check_words)),
        ("text_template", "Text", words(&manner.text, check_words)),
        ("bundle_title_template", "Title of several", words(&manner.bundle_title, check_bundle_words)),
        ("bundle_text_template", "Text of several", words(&manner.bundle_text, check_bundle_words)),
    ] {
        if let Some(fault) = fault {
            errors.push(FieldError { field: field.to_owned(), message: format!("{label}: {fault}.") });
        }
    }
    if manner.bundle_for < Span::ZERO || manner.bundle_for > LONGEST_BUNDLING {
        let message = format!("Wait for others: choose a time of at most {}, or none.", LONGEST_BUNDLING.words());
        errors.push(FieldError { field: "bundle_for".to_owned(), message });
    }
    if manner.per_minute.is_some_and(|pace| pace == 0 || pace > FASTEST) {
        let message = format!("Messages a minute: choose 1 to {FASTEST}, or leave it empty.");
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

/// Tries a template of bundles on a made-up one.
///
/// # Errors
/// As [`check_words`].
pub fn check_bundle_words(template: &str) -> Result<(), wording::Fault> {
    bundle::check(&bundle::sample(), template)
}

/// What a receiver with this manner would be told of several at once.
pub fn preview_bundle(manner: &Manner) -> (String, String, Vec<String>) {
    let said = Bundle::of(&bundle::sample(), manner.wording(), None);
    (said.title, said.text, said.troubles)
}

/// What a receiver with this manner would be told: title and text, and what went wrong with its own words.
pub fn preview(manner: &Manner, content: &Content) -> (String, String, Vec<String>) {
    let (said, troubles) = content.notification_in(manner.wording(), 0, 1, None);
    (said.title, said.text, troubles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{DEFAULT_BUNDLE_TEXT, DEFAULT_BUNDLE_TITLE, DEFAULT_TEXT, DEFAULT_TITLE};

    #[test]
    fn the_built_in_words_may_be_copied_and_read_the_same() {
        for kind in KINDS {
            let content = sample(kind);
            let (title, text) = (Some(DEFAULT_TITLE.to_owned()), Some(DEFAULT_TEXT.to_owned()));
            let copied = Manner { title, text, ..Manner::default() };
            assert_eq!(preview(&copied, &content), preview(&Manner::default(), &content), "{kind}");
        }
        let (title, text) = (Some(DEFAULT_BUNDLE_TITLE.to_owned()), Some(DEFAULT_BUNDLE_TEXT.to_owned()));
        let copied = Manner { bundle_title: title, bundle_text: text, ..Manner::default() };
        assert_eq!(preview_bundle(&copied), preview_bundle(&Manner::default()));
    }

    #[test]
    fn a_bundle_can_be_worded_as_a_whole() {
        let text = "{{ count }} things on {{ hosts|first }} and others\n\
                    {% for alert in alerts %}{% if alert.kind == 'problem' %}* {{ alert.subject }}: {{ alert.headline }}\n\
                    {% endif %}{% endfor %}{{ rest|default('all named') }} {{ url }}";
        let title = Some("{{ counts|upper }}\n{{ subjects }}".to_owned());
        let manner = Manner { bundle_title: title, bundle_text: Some(text.to_owned()), ..Manner::default() };
        assert_eq!(check(&manner).map_err(|fault| fault.to_string()), Ok(()));
        let (title, text, troubles) = preview_bundle(&manner);
        assert_eq!(
            title,
            "3 PROBLEMS, 1 STILL FAILING, 1 ACKNOWLEDGED, 1 CHANGE, 1 RECOVERED web1, web2, db1 and 4 more hosts"
        );
        assert!(text.starts_with("7 things on web1 and others\n* web1 nginx: process is not running\n"), "{text}");
        assert!(text.ends_with("https://tocsin.example.org/") && troubles.is_empty(), "{text} {troubles:?}");
        let wrong = Manner { bundle_text: Some("{{ host }}".to_owned()), ..Manner::default() };
        let refused = check(&wrong).map_err(|fault| fault.to_string()).expect_err("refused");
        assert!(refused.contains("Text of several: line 1: there is no such variable"), "{refused}");
    }
}
