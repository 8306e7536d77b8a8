//! The keys of those whose connectors an admin knows to be theirs.

use crate::actor::{Actor, Area, Role};
use crate::connectors::signature::{Publisher, number_of, read_key, signer};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store::connector::{self, KeyRow};

/// Longer names break lists.
const NAME_CHARS: usize = 60;
/// More publishers than anybody knows.
const MOST_KEYS: usize = 100;

/// Lists a key; files that were signed with it are known to be from there at once.
pub struct AddPublisher {
    pub actor: Actor,
    pub name: String,
    /// A `.pub` file of minisign, or its last line.
    pub key: String,
}

impl UseCase for AddPublisher {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let (name, key) = (self.name.trim(), read_key(&self.key));
            let there = connector::keys(&mut work.tx).await?;
            let mut errors = Vec::new();
            let mut wrong = |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
            if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
                wrong("name", format!("say whose key it is, in at most {NAME_CHARS} characters"));
            }
            if there.iter().any(|row| row.name == name) {
                wrong("name", format!("there is a key of {name} already; choose another name"));
            }
            match &key {
                Err(sentence) => wrong("key", sentence.clone()),
                Ok(key) if there.iter().any(|row| row.public_key == *key) => {
                    wrong("key", "this key is listed already".to_owned());
                }
                Ok(_) if there.len() >= MOST_KEYS => wrong("key", format!("{MOST_KEYS} keys are listed already")),
                Ok(_) => {}
            }
            let (Ok(key), true) = (key, errors.is_empty()) else { return Err(Fault::fields(errors)) };

            let row = KeyRow { id: work.ids.next(), name: name.to_owned(), public_key: key, created_at_ms: work.now.0 };
            connector::add_key(&mut work.tx, &row).await?;
            look_again(work, &Publisher { name: row.name, public_key: row.public_key }).await?;
            work.edit_book();
            work.audit(&self.actor, "listed", &format!("publisher key {name}"), &self.key_number()).await
        })
    }
}

impl AddPublisher {
    fn key_number(&self) -> String {
        self.key.lines().rfind(|line| !line.trim().is_empty()).and_then(number_of).unwrap_or_default()
    }
}

/// Looks at the files that were signed with a key of this number before it was listed.
async fn look_again(work: &mut Work, publisher: &Publisher) -> Result<(), Fault> {
    let number = number_of(&publisher.public_key);
    for row in connector::versions(&mut work.tx).await? {
        let Some(signature) = &row.signature else { continue };
        if row.state != "ready" || signature.lines().nth(1).and_then(number_of) != number {
            continue;
        }
        let Some(wasm) = connector::file(&mut work.tx, &row.digest).await? else { continue };
        let signed_with = signer(&wasm, signature, std::slice::from_ref(publisher));
        connector::signed(&mut work.tx, &row.digest, signed_with.as_deref()).await?;
    }
    Ok(())
}

/// Takes a key off the list; what was signed with it is signed by an unknown one from then on.
pub struct RemovePublisher {
    pub actor: Actor,
    pub id: i64,
}

impl UseCase for RemovePublisher {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let there = connector::keys(&mut work.tx).await?;
            let Some(key) = there.into_iter().find(|key| key.id == self.id) else {
                return Err(Fault::not_found("this key is not listed; somebody may have removed it meanwhile"));
            };

            connector::delete_key(&mut work.tx, self.id).await?;
            work.edit_book();
            work.audit(&self.actor, "removed", &format!("publisher key {}", key.name), "").await
        })
    }
}
