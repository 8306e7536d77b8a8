//! Check-ins that were refused are written down for the operator; each says what to do.

use tocsin_policy::Scope;

use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{Topic, UseCase, Work};
use crate::fault::Fault;
use crate::store::rejected::{self, Rejected};

/// Refusals that are kept; older ones are forgotten.
const KEEP: i64 = 1_000;

/// Writes down refusals.
pub struct Reject(pub Vec<Rejected>);

impl UseCase for Reject {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            let now = work.now;
            for refusal in &self.0 {
                let id = work.ids.next();
                rejected::upsert(&mut work.tx, id, refusal, now).await?;
            }
            rejected::trim(&mut work.tx, KEEP).await?;
            work.publish(Topic::Hosts);
            Ok(())
        })
    }
}

/// An operator has seen to a refusal and takes it off the list.
pub struct ForgetRejected {
    pub actor: Actor,
    pub id: i64,
}

impl UseCase for ForgetRejected {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Hosts, Role::Operator)?;
            self.actor.must_reach(&Scope::All, None)?;
            if !rejected::delete(&mut work.tx, self.id).await? {
                return Err(Fault::not_found("this refused check-in is not on the list any more"));
            }
            work.publish(Topic::Hosts);
            work.audit(&self.actor, "took off the list", "a refused check-in", "").await
        })
    }
}
