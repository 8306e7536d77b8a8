//! Receivers: configured destinations. Their settings hold secrets, so they are sealed before they are written.

use serde_json::Value;
use tocsin_policy::{NoticeId, ReceiverId};

use crate::actor::{Actor, Area, Role};
use crate::connectors::{Connectors, keep_secrets};
use crate::content::Content;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store::connector;
use crate::store::outbox::NewNotification;
use crate::store::receiver::{self, ReceiverRow, seal_place};

/// Longest name of a receiver.
pub const NAME_CHARS: usize = 100;
/// Settings larger than this are no settings.
pub const SETTINGS_BYTES: usize = 64 * 1024;

/// Makes or changes a receiver. The connector has been asked before whether the settings do
/// ([`Connectors::validate`]): that may take its time and is no part of the transaction.
pub struct SaveReceiver {
    pub actor: Actor,
    pub id: Option<ReceiverId>,
    pub name: String,
    pub connector: String,
    /// A secret that is left out or empty keeps the stored one.
    pub settings: Value,
    pub private_network: bool,
    pub enabled: bool,
    /// The version that the form showed; `None`: whatever is there.
    pub version: Option<i64>,
    pub connectors: std::sync::Arc<Connectors>,
}

impl UseCase for SaveReceiver {
    type Output = ReceiverId;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ReceiverId> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let name = self.name.trim();
            let namesake = receiver::named(&mut work.tx, name).await?;
            let old = match self.id {
                Some(id) => Some(receiver::get(&mut work.tx, id).await?.ok_or_else(gone)?),
                None => None,
            };
            // Settings of another connector mean nothing to this one.
            let old_of_same = old.as_ref().filter(|old| old.connector == self.connector);
            let manifest = self.connectors.manifest(old_of_same.map(|old| ReceiverId(old.id)), &self.connector);
            self.check(name, namesake.map(|(id, _)| id), manifest.is_some())?;
            if let (Some(old), Some(shown)) = (&old, self.version)
                && old.version != shown
            {
                return Err(Fault::conflict(format!(
                    "{name} was changed by somebody else meanwhile; load the page again"
                )));
            }

            let id = self.id.unwrap_or_else(|| ReceiverId(work.ids.next()));
            let mut settings = self.settings.clone();
            if let (Some(old), Some(manifest)) = (old_of_same, &manifest) {
                keep_secrets(&manifest.settings_schema, &settings_of(&work.keys, id, &old.settings)?, &mut settings);
            }
            let row = ReceiverRow {
                id: id.0,
                name: name.to_owned(),
                connector: self.connector.clone(),
                settings: work.keys.seal(&seal_place(id), settings.to_string().as_bytes()),
                private_network: self.private_network,
                enabled: self.enabled,
                broken_at_ms: None,
                broken_reason: None,
                created_at_ms: work.now.0,
                version: 1,
            };
            receiver::save(&mut work.tx, &row).await?;
            if old_of_same.is_none() {
                let catalog = self.connectors.catalog();
                let pin = catalog.current(&self.connector).map(|version| version.digest.as_str());
                connector::pin(&mut work.tx, id, pin).await?;
            }

            work.edit_book();
            work.wake_deliverer();
            work.audit(&self.actor, "saved", &format!("receiver {name}"), &format!("connector {}", self.connector))
                .await?;
            Ok(id)
        })
    }
}

impl SaveReceiver {
    fn check(&self, name: &str, namesake: Option<ReceiverId>, is_known: bool) -> Result<(), Fault> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
        if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
            wrong("name", format!("a name of 1 to {NAME_CHARS} characters without control characters"));
        }
        if namesake.is_some() && namesake != self.id {
            wrong("name", format!("there is a receiver “{name}” already; choose another name"));
        }
        if !is_known {
            wrong("connector", format!("there is no connector “{}”", self.connector));
        }
        if self.settings.to_string().len() > SETTINGS_BYTES {
            wrong("settings", format!("the settings are larger than {SETTINGS_BYTES} bytes"));
        }
        if errors.is_empty() { Ok(()) } else { Err(Fault::fields(errors)) }
    }
}

/// Opens the sealed settings of a receiver.
///
/// # Errors
/// When the key file is not the one they were sealed with.
pub fn settings_of(keys: &crate::secret::Keys, id: ReceiverId, sealed: &[u8]) -> Result<Value, Fault> {
    let plain = keys.open(&seal_place(id), sealed);
    plain.and_then(|plain| serde_json::from_slice(&plain).ok()).ok_or_else(|| {
        Fault::conflict(
            "the settings of this receiver cannot be opened: the key file is not the one they were written with. \
             Restore the key file, or enter the settings again",
        )
    })
}

/// Removes a receiver that no policy names.
pub struct DeleteReceiver {
    pub actor: Actor,
    pub id: ReceiverId,
}

impl UseCase for DeleteReceiver {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let row = receiver::get(&mut work.tx, self.id).await?.ok_or_else(gone)?;
            let users = receiver::used_by(&mut work.tx, self.id).await?;
            if !users.is_empty() {
                let sentence = format!(
                    "{} is named in {} policies ({}); take it out of them first, or disable it",
                    row.name,
                    users.len(),
                    users.join(", ")
                );
                return Err(Fault::conflict(sentence));
            }
            receiver::delete(&mut work.tx, self.id).await?;
            work.edit_book();
            work.audit(&self.actor, "deleted", &format!("receiver {}", row.name), "").await
        })
    }
}

/// Sends a test through the outbox, like everything else: what its receipt shows is the real way.
pub struct TestReceiver {
    pub actor: Actor,
    pub id: ReceiverId,
}

impl UseCase for TestReceiver {
    type Output = NoticeId;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, NoticeId> {
        Box::pin(async move {
            self.actor.may(Area::Deliveries, Role::Operator)?;
            let row = receiver::get(&mut work.tx, self.id).await?.ok_or_else(gone)?;
            let message = format!(
                "{} sent this test to the receiver {}. If you read it, the way works.",
                self.actor.name, row.name
            );
            work.places.resume(self.id);
            let id = send_own(work, self.id, "test", &message).await?;
            work.audit(&self.actor, "tested", &format!("receiver {}", row.name), "").await?;
            Ok(id)
        })
    }
}

/// Puts a message about tocsin itself into the outbox.
pub(crate) async fn send_own(
    work: &mut Work,
    receiver: ReceiverId,
    kind: &str,
    message: &str,
) -> Result<NoticeId, Fault> {
    let (id, now) = (NoticeId(work.ids.next()), work.now);
    let content = Content::own(kind, message, now, &work.place);
    let content = serde_json::to_string(&content).map_err(|error| Fault::Internal(error.to_string()))?;
    let new = NewNotification {
        id,
        alert: None,
        receiver,
        rule: None,
        kind,
        urgency: Some(1),
        at: now,
        reason: "null",
        content: &content,
    };
    // It does not wait for others, and nobody reads it together with alerts.
    work.places.release(receiver);
    crate::store::outbox::insert(&mut work.tx, &new, None).await?;
    work.metrics.notification(if kind == "test" { "test" } else { "problem" });
    work.wake_deliverer();
    Ok(id)
}

fn gone() -> Fault {
    Fault::not_found("there is no such receiver; it may have been deleted meanwhile")
}
