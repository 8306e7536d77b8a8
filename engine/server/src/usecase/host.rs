//! What operators do with hosts: let them take part or not, describe them, forget them.

use tocsin_policy::{Admission, GroupId, HostId, Scope, act};

use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{Topic, UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store;

/// Labels beyond this describe nothing any more.
pub const LABELS: usize = 50;
/// Longest region, environment, label name or label value.
pub const WORD_CHARS: usize = 100;
/// A host that may miss more cycles than this is not watched.
pub const MISSED_CYCLES: u32 = 10_000;

/// Approves, ignores or blocks a host (I4).
pub struct Admit {
    pub actor: Actor,
    pub host: HostId,
    pub admission: Admission,
}

impl UseCase for Admit {
    type Output = ();

    fn host(&self) -> Option<HostId> {
        Some(self.host)
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Hosts, Role::Operator)?;
            let (now, ids) = (work.now, work.ids.clone());

            let draft = work.draft(self.host).await?;
            self.actor.must_know(&draft.host)?;
            let name = draft.host.name.to_string();
            let effects = act::admit(&mut draft.host, self.admission, now, &mut &*ids);
            draft.changed = true;

            work.apply(self.host, effects).await?;
            work.resolve(self.host).await?;
            work.publish(Topic::Hosts);
            let done = match self.admission {
                Admission::Approved => "approved",
                Admission::Ignored => "ignored",
                Admission::Blocked => "blocked",
                Admission::Pending => "set back to pending",
            };
            work.audit(&self.actor, done, &format!("host {name}"), "").await
        })
    }
}

/// Changes what operators say of a host: attributes for dashboards and filters, groups for policies.
pub struct EditHost {
    pub actor: Actor,
    pub host: HostId,
    pub region: String,
    pub environment: String,
    pub labels: Vec<(String, String)>,
    pub groups: Vec<GroupId>,
    /// `None`: the setting of the instance.
    pub missed_cycles: Option<u32>,
}

impl EditHost {
    /// Who is limited to groups moves hosts among these only.
    fn must_reach(&self, before: &[GroupId], after: &[GroupId]) -> Result<(), Fault> {
        let moved = before
            .iter()
            .filter(|group| !after.contains(group))
            .chain(after.iter().filter(|group| !before.contains(group)));
        for group in moved {
            self.actor.must_reach(&Scope::Group(*group), None)?;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), Fault> {
        let mut errors = Vec::new();
        let mut check = |field: &str, text: &str| {
            if text.chars().count() > WORD_CHARS || text.chars().any(char::is_control) {
                let message = format!("at most {WORD_CHARS} characters, none of them a control character");
                errors.push(FieldError { field: field.to_owned(), message });
            }
        };
        check("region", &self.region);
        check("environment", &self.environment);
        for (name, value) in &self.labels {
            check("labels", name);
            check("labels", value);
        }
        if self.labels.len() > LABELS {
            errors.push(FieldError { field: "labels".to_owned(), message: format!("at most {LABELS} labels") });
        }
        if self.missed_cycles.is_some_and(|cycles| cycles == 0 || cycles > MISSED_CYCLES) {
            let message = format!("a number from 1 to {MISSED_CYCLES}, or empty for the setting of the instance");
            errors.push(FieldError { field: "missed_cycles".to_owned(), message });
        }
        if errors.is_empty() { Ok(()) } else { Err(Fault::fields(errors)) }
    }
}

impl UseCase for EditHost {
    type Output = ();

    fn host(&self) -> Option<HostId> {
        Some(self.host)
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Hosts, Role::Operator)?;
            self.check()?;
            let mut groups = self.groups.clone();
            groups.sort_unstable();
            groups.dedup();
            if groups.iter().any(|group| !work.book.groups.contains_key(group)) {
                return Err(Fault::conflict("one of the groups is gone; load the page again"));
            }

            let labels: Vec<_> =
                self.labels.iter().map(|(name, value)| (name.trim().into(), value.trim().into())).collect();
            let draft = work.draft(self.host).await?;
            self.actor.must_know(&draft.host)?;
            self.must_reach(&draft.host.groups, &groups)?;
            let name = draft.host.name.to_string();
            let profile = std::sync::Arc::make_mut(&mut draft.profile);
            profile.region = self.region.trim().into();
            profile.environment = self.environment.trim().into();
            profile.labels.clone_from(&labels);
            draft.host.groups.clone_from(&groups);
            draft.host.liveness.missed_cycles = self.missed_cycles;
            draft.changed = true;

            store::host_write::save_groups(&mut work.tx, self.host, &groups).await?;
            store::host_write::save_labels(&mut work.tx, self.host, &labels).await?;
            work.resolve(self.host).await?;
            work.publish(Topic::Hosts);
            work.audit(&self.actor, "edited", &format!("host {name}"), "").await
        })
    }
}

/// Forgets a host with its history. If its agent still reports, it comes back as a new one.
pub struct DeleteHost {
    pub actor: Actor,
    pub host: HostId,
}

impl UseCase for DeleteHost {
    type Output = ();

    fn host(&self) -> Option<HostId> {
        Some(self.host)
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Hosts, Role::Admin)?;
            let draft = work.draft(self.host).await?;
            self.actor.must_know(&draft.host)?;
            let (name, agent_id) = (draft.host.name.to_string(), draft.host.agent_id.to_string());
            draft.deleted = true;

            store::host::delete(&mut work.tx, self.host).await?;
            // Policies and downtimes of the host are gone with it.
            work.edit_book();
            work.publish(Topic::Hosts);
            work.publish(Topic::Alerts);
            work.audit(&self.actor, "deleted", &format!("host {name}"), &format!("agent id {agent_id}")).await
        })
    }
}
