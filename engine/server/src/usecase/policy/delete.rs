//! A policy goes, and the next tier decides.

use tocsin_policy::Target;

use super::describe;
use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store;

/// Removes the policy of a target: the next tier decides.
pub struct DeletePolicy {
    pub actor: Actor,
    pub target: Target,
}

impl UseCase for DeletePolicy {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let name = describe(work, &self.target).await?;
            let kept = store::policy::kept(&mut work.tx, &self.target).await?;
            for rule in kept.iter().flat_map(|kept| &kept.rules) {
                store::policy::retire(&mut work.tx, &self.target, rule, work.now).await?;
            }
            if !store::policy::delete_policy(&mut work.tx, &self.target).await? {
                return Err(Fault::not_found(format!("{name} is not there; it may have been deleted meanwhile")));
            }
            work.edit_book();
            work.audit(&self.actor, "deleted", &name, "").await
        })
    }
}
