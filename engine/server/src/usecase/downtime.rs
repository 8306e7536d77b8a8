//! Downtime: a planned silence for a service, a host, a group, or everything (S6).

pub use tocsin_policy::calendar::LONGEST_WINDOW as LONGEST;
use tocsin_policy::{DowntimeId, DowntimeSchedule, Moment, Scope};

use crate::actor::{Actor, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store::policy::{self, NewDowntime};

/// Longest title of a downtime.
pub const TITLE_CHARS: usize = 200;

/// Plans a downtime, once or again and again.
pub struct SaveDowntime {
    pub actor: Actor,
    pub title: String,
    pub scope: Scope,
    pub schedule: DowntimeSchedule,
}

impl UseCase for SaveDowntime {
    type Output = DowntimeId;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, DowntimeId> {
        Box::pin(async move {
            self.actor.must_be(Role::Operator)?;
            // Windows are planned by the clock on the wall.
            self.check(work.engine.wall(work.now))?;
            match &self.scope {
                Scope::Host(host) | Scope::Service { host, .. } => drop(work.draft(*host).await?.host.id),
                Scope::Group(group) if !work.book.groups.contains_key(group) => {
                    return Err(Fault::conflict("the group is gone; load the page again"));
                }
                Scope::Group(_) | Scope::All => {}
            }

            let id = DowntimeId(work.ids.next());
            let (title, by) = (self.title.trim(), self.actor.name.as_str());
            let new = NewDowntime { id, title, scope: &self.scope, schedule: &self.schedule, by };
            policy::insert_downtime(&mut work.tx, &new, work.now).await?;

            work.edit_book();
            work.audit(&self.actor, "planned", &format!("downtime {title}"), &self.detail()).await?;
            Ok(id)
        })
    }
}

impl SaveDowntime {
    fn check(&self, now: Moment) -> Result<(), Fault> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
        let title = self.title.trim();
        if title.is_empty() || title.chars().count() > TITLE_CHARS {
            wrong("title", format!("say in 1 to {TITLE_CHARS} characters what is done"));
        }
        match &self.schedule {
            DowntimeSchedule::Once { start, end } if end <= start => {
                wrong("end", "the end must lie after the start".to_owned());
            }
            DowntimeSchedule::Once { end, .. } if *end <= now => wrong("end", "the end has passed already".to_owned()),
            DowntimeSchedule::Once { start, end } if *end - *start > LONGEST => {
                let longest = LONGEST.words();
                wrong("end", format!("at most {longest}; for longer, mute the policy or ignore the host"));
            }
            DowntimeSchedule::Once { .. } => {}
            recurring => {
                if let Err(error) = recurring.check(now) {
                    wrong("schedule", error.to_string().trim_end_matches('.').to_owned());
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Fault::fields(errors)) }
    }

    /// What the audit log says beside the title.
    fn detail(&self) -> String {
        match &self.schedule {
            DowntimeSchedule::Once { .. } => String::new(),
            recurring => recurring.to_string(),
        }
    }
}

/// Takes back a downtime that has not begun, or ends one that runs, a recurring one for good; what became overdue goes out at once (S3).
pub struct EndDowntime {
    pub actor: Actor,
    pub id: DowntimeId,
}

impl UseCase for EndDowntime {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.must_be(Role::Operator)?;
            let now = work.engine.wall(work.now);
            let Some((start, end)) = policy::downtime(&mut work.tx, self.id).await? else {
                return Err(Fault::not_found("there is no such downtime; it may have been taken back meanwhile"));
            };
            if end <= now {
                return Err(Fault::conflict("this downtime is over"));
            }
            if start >= now {
                policy::delete_downtime(&mut work.tx, self.id).await?;
            } else {
                policy::end_downtime(&mut work.tx, self.id, now).await?;
            }
            work.edit_book();
            work.audit(&self.actor, "ended", "a downtime", &format!("number {}", self.id)).await
        })
    }
}
