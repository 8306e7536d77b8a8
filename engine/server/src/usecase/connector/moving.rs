//! Receivers move from one version of their connector to another, one or all at once. What is under way ends with the
//! version that it began with.

use std::sync::Arc;

use tocsin_policy::ReceiverId;

use super::version_of;
use crate::actor::{Actor, Area, Role};
use crate::connectors::Connectors;
use crate::connectors::catalog::{Version, short};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store::{connector, receiver};

/// Moves receivers. Whether their settings do for the new version was asked before ([`Connectors::validate_with`]): that
/// may take its time and is no part of the transaction.
pub struct MoveReceivers {
    pub actor: Actor,
    /// The connector that they have.
    pub name: String,
    /// The file that they move to; `None`: what ships with the program.
    pub to: Option<String>,
    pub receivers: Vec<ReceiverId>,
    pub connectors: Arc<Connectors>,
}

impl UseCase for MoveReceivers {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            self.check(work).await?;
            let to = self.to.as_deref();
            let target = to.map_or("the version that ships with tocsin", short);
            for id in &self.receivers {
                let row = receiver::get(&mut work.tx, *id).await?;
                let row = row.filter(|row| row.connector == self.name).ok_or_else(|| {
                    Fault::conflict(format!("one of the receivers does not use {} any more; look again", self.name))
                })?;
                connector::repin(&mut work.tx, *id, to).await?;
                work.places.resume(*id);
                let detail = format!("to {target} of {}", self.name);
                work.audit(&self.actor, "moved", &format!("receiver {}", row.name), &detail).await?;
            }

            work.edit_book();
            work.wake_deliverer();
            Ok(())
        })
    }
}

/// Refuses a file of another connector.
///
/// # Errors
/// [`Fault::Refused`], with the connector that it is.
pub fn must_be_of(version: &Version, name: &str) -> Result<(), Fault> {
    let digest = short(&version.digest);
    match version.manifest() {
        Some(manifest) if manifest.name == name => Ok(()),
        Some(manifest) => Err(Fault::conflict(format!(
            "the file {digest} is no version of {name}: it is the connector {}",
            manifest.name
        ))),
        None => {
            Err(Fault::conflict(format!("the file {digest} is no version of {name}: it is not ready, or no connector")))
        }
    }
}

impl MoveReceivers {
    async fn check(&self, work: &mut Work) -> Result<(), Fault> {
        let Some(digest) = &self.to else {
            return match self.connectors.ships(&self.name) {
                true => Ok(()),
                false => Err(Fault::conflict(format!("no connector {} ships with tocsin", self.name))),
            };
        };
        let version = version_of(work, digest).await?;
        must_be_of(&version, &self.name)?;
        if version.granted.is_none() {
            return Err(Fault::conflict(format!(
                "nobody has decided what version {} may do yet; grant it what it needs first, on its page or with \
                 tocsin connector grant",
                short(digest)
            )));
        }
        Ok(())
    }
}
