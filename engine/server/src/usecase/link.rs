//! Somebody follows a signed link out of a message. Nobody has logged in: the link is what is known of the one who acts.

use std::collections::BTreeSet;

use tocsin_policy::Moment;

use super::acknowledge::{Acknowledge, Until};
use super::silence::SilenceHost;
use crate::actor::{Actor, Area, Role};
use crate::content::moment_words;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::link::Link;
use crate::store;
use crate::store::receiver::ReceiverRow;

/// What is to be done with the link.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    Acknowledge(Until),
    /// `1h` …: see [`SilenceHost::length`].
    Silence(String),
}

/// Does what a link is for, and uses it up in the same transaction: what is refused leaves it as it was.
pub struct UseLink {
    pub link: Link,
    pub wish: Wish,
    pub note: String,
    /// Where the request came from.
    pub address: String,
}

impl UseCase for UseLink {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            check_time(&self.link, work.now)?;
            let receiver = store::receiver::get(&mut work.tx, self.link.receiver).await?;
            let receiver = check_receiver(receiver)?;
            if !store::link::spend(&mut work.tx, &self.link, work.now).await? {
                return Err(used());
            }

            let actor = Actor {
                areas: BTreeSet::from([Area::Alerts, Area::Silences]),
                ..Actor::person(&format!("link of receiver {}", receiver.name), Role::Operator, &self.address)
            };
            let (alert, note) = (self.link.alert, self.note.clone());
            match &self.wish {
                Wish::Acknowledge(until) => Acknowledge { actor, alert, until: *until, note }.run(work).await,
                Wish::Silence(length) => {
                    let host = store::alert::host_of(&mut work.tx, alert).await?;
                    let host = host.ok_or_else(|| Fault::not_found("the host of this alert was deleted"))?;
                    SilenceHost { actor, host, length: length.clone(), note }.run(work).await.map(drop)
                }
            }
        })
    }
}

/// Refuses a link whose time is over.
pub fn check_time(link: &Link, now: Moment) -> Result<(), Fault> {
    if now < link.until {
        return Ok(());
    }
    let sentence = format!("this link was valid until {}; open the alert and log in instead", moment_words(link.until));
    Err(Fault::conflict(sentence))
}

/// Refuses a link whose receiver is gone or switched off: what was sent there is not to be trusted any more.
pub fn check_receiver(receiver: Option<ReceiverRow>) -> Result<ReceiverRow, Fault> {
    receiver.filter(|row| row.enabled).ok_or_else(|| {
        Fault::conflict(
            "the receiver that this link was sent to is disabled or deleted; open the alert and log in instead",
        )
    })
}

/// What is said of a link that has done its deed.
pub fn used() -> Fault {
    Fault::conflict("this link has been used already, and each works once; open the alert and log in instead")
}
