//! What a provision file says becomes true: whole or not at all, and only where it is not true yet.
//!
//! The actor is whoever wrote the file, at the start of tocsin; for entries about hosts also later, when such a host
//! appears (see `provision/newcomers.rs`). Everything goes through the use cases that the pages use, so it is checked
//! and audited the same way; all of it in the one transaction of this use case.

mod downtimes;
mod hosts;
mod people;
mod policies;
mod receivers;
mod rules;

use std::collections::HashMap;
use std::sync::Arc;

use tocsin_policy::{GroupId, HostId, ReceiverId};

use crate::actor::Actor;
use crate::connectors::Connectors;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::provision::plan::{Named, Plan};
use crate::settings::document::{Place, Problem, listing};
use crate::settings::nearest::nearest;
use crate::store;

/// Applies a plan, or the part of it that is about some hosts.
pub struct Apply {
    pub plan: Arc<Plan>,
    /// The file, for error messages.
    pub file: String,
    /// Hashes of the passwords that differ from what is stored, by the name of the account.
    pub passwords: HashMap<String, String>,
    pub connectors: Arc<Connectors>,
    /// Whether everything else is applied too, or the hosts alone.
    pub whole: bool,
    /// The hosts that some entry is about.
    pub hosts: Vec<HostId>,
}

impl UseCase for Apply {
    /// How many things were changed.
    type Output = usize;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, usize> {
        Box::pin(async move {
            let mut run = Run {
                actor: Actor::system("the provision file"),
                plan: &self.plan,
                apply: self,
                work,
                problems: Vec::new(),
                changes: 0,
            };
            run.everything().await?;
            if run.problems.is_empty() {
                return Ok(run.changes);
            }
            run.problems.sort();
            Err(Fault::invalid(listing(&self.file, &run.problems)))
        })
    }
}

/// One application under way. Refusals are collected with their places, failures end it.
struct Run<'a> {
    actor: Actor,
    plan: &'a Plan,
    apply: &'a Apply,
    work: &'a mut Work,
    problems: Vec<Problem>,
    changes: usize,
}

impl Run<'_> {
    /// In the order in which things refer to each other.
    async fn everything(&mut self) -> Result<(), Fault> {
        if self.apply.whole {
            self.people().await?;
            self.urgencies().await?;
            self.settings().await?;
            self.groups().await?;
            // What follows is checked against the book: let it see what was just made.
            self.work.book = Arc::new(store::book::load(&mut self.work.tx).await?);
            self.approvals().await?;
            self.receivers().await?;
            self.shared_policies().await?;
            self.shared_downtimes().await?;
        }
        for host in self.apply.hosts.clone() {
            self.host(host).await?;
        }
        Ok(())
    }

    /// Runs a use case for an entry; a refusal becomes a problem at its place.
    async fn run<U: UseCase>(&mut self, at: &Place, use_case: U) -> Result<Option<U::Output>, Fault> {
        match use_case.run(self.work).await {
            Ok(output) => {
                self.changes += 1;
                Ok(Some(output))
            }
            Err(Fault::Refused(refusal)) => {
                self.problems.push(Problem::at(at, refusal.sentence));
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    async fn group_id(&mut self, group: &Named) -> Result<Option<GroupId>, Fault> {
        if let Some((id, _)) = store::provision::group(&mut self.work.tx, &group.name).await? {
            return Ok(Some(id));
        }
        let known: Vec<&str> = self.work.book.groups.values().map(|group| group.name.as_str()).collect();
        let sentence = unknown("host group", &group.name, &known, "add a [[group]] with this name");
        self.problems.push(Problem::at(&group.at, sentence));
        Ok(None)
    }

    async fn receiver_id(&mut self, receiver: &Named) -> Result<Option<ReceiverId>, Fault> {
        if let Some((id, _)) = store::receiver::named(&mut self.work.tx, &receiver.name).await? {
            return Ok(Some(id));
        }
        let known: Vec<&str> = self.plan.receivers.iter().map(|receiver| receiver.name.as_str()).collect();
        let sentence = unknown("receiver", &receiver.name, &known, "add a [[receiver]] with this name");
        self.problems.push(Problem::at(&receiver.at, sentence));
        Ok(None)
    }
}

fn unknown(kind: &str, name: &str, known: &[&str], cure: &str) -> String {
    match nearest(name, known) {
        Some(near) => format!("there is no {kind} `{name}`; did you mean `{near}`?"),
        None => format!("there is no {kind} `{name}`; {cure}"),
    }
}
