//! Downtime: a planned silence for a service, a host, a group, or everything (S6).

pub use tocsin_policy::calendar::LONGEST_WINDOW as LONGEST;
use tocsin_policy::{Downtime, DowntimeId, DowntimeSchedule, Host, Moment, ScheduleError, Scope, Span};

use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store::policy::{self, NewDowntime};

/// Longest title of a downtime.
pub const TITLE_CHARS: usize = 200;
/// Services named in a sentence: enough to see a slip of the pen, few enough to be read.
const NAMED: usize = 12;
/// A downtime that takes a day longer than planned is planned anew.
pub const LONGEST_EXTENSION: Span = Span::hours(24);

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
            self.actor.may(Area::Silences, Role::Operator)?;
            // Windows are planned by the clock on the wall.
            let errors = check(&self.title, &self.schedule, work.engine.wall(work.now));
            if !errors.is_empty() {
                return Err(Fault::fields(errors));
            }
            must_reach(work, &self.actor, &self.scope).await?;
            if let Scope::Group(group) = &self.scope
                && !work.book.groups.contains_key(group)
            {
                return Err(Fault::conflict("the group is gone; load the page again"));
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

/// What is wrong with a downtime before it is saved; `wall` is what the clock on the wall says.
pub fn check(title: &str, schedule: &DowntimeSchedule, wall: Moment) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
    let title = title.trim();
    if title.is_empty() || title.chars().count() > TITLE_CHARS {
        wrong("title", format!("say in 1 to {TITLE_CHARS} characters what is done"));
    }
    match schedule {
        DowntimeSchedule::Once { start, end } if end <= start => {
            wrong("end", "the end must lie after the start".to_owned());
        }
        DowntimeSchedule::Once { end, .. } if *end <= wall => wrong("end", "the end has passed already".to_owned()),
        DowntimeSchedule::Once { start, end } if *end - *start > LONGEST => {
            let longest = LONGEST.words();
            wrong("end", format!("at most {longest}; for longer, mute the policy or ignore the host"));
        }
        DowntimeSchedule::Once { .. } => {}
        recurring => {
            if let Err(error) = recurring.check(wall) {
                wrong(field_of(&error), error.to_string().trim_end_matches('.').to_owned());
            }
        }
    }
    errors
}

/// What is to be known of a downtime for a service that the host does not have. It is no mistake: the service may come
/// later, and it is covered then.
pub fn unknown_service(host: &Host, service: &str) -> Option<String> {
    if host.services.iter().any(|known| *known.name == *service) {
        return None;
    }
    let (name, has) = (&host.name, services_of(host));
    Some(format!("{name} has no service {service} ({has}); nothing is held back until one of this name comes"))
}

/// `it has nginx, postgres and 7 more`
pub fn services_of(host: &Host) -> String {
    let names: Vec<&str> = host.services.iter().map(|known| &*known.name).take(NAMED).collect();
    match (names.is_empty(), host.services.len() - names.len()) {
        (true, _) => "it has sent none yet".to_owned(),
        (false, 0) => format!("it has {}", names.join(", ")),
        (false, more) => format!("it has {} and {more} more", names.join(", ")),
    }
}

/// The part of a recurring schedule that an error is about.
fn field_of(error: &ScheduleError) -> &'static str {
    match error {
        ScheduleError::LengthOutside { .. } => "length",
        ScheduleError::MonthDay { .. } => "month_day",
        ScheduleError::Never { .. } => "expression",
        _ => "schedule",
    }
}

impl SaveDowntime {
    /// What the audit log says beside the title.
    fn detail(&self) -> String {
        match &self.schedule {
            DowntimeSchedule::Once { .. } => String::new(),
            recurring => recurring.to_string(),
        }
    }
}

/// Refuses what goes beyond the groups of a limited account, and what covers a host that is not there.
async fn must_reach(work: &mut Work, actor: &Actor, scope: &Scope) -> Result<(), Fault> {
    let host = match scope {
        Scope::Host(host) | Scope::Service { host, .. } => Some(work.draft(*host).await?.host.clone()),
        Scope::Group(_) | Scope::All => None,
    };
    actor.must_reach(scope, host.as_ref())
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
            self.actor.may(Area::Silences, Role::Operator)?;
            let now = work.engine.wall(work.now);
            let Some((start, end)) = policy::downtime(&mut work.tx, self.id).await? else {
                return Err(Fault::not_found("there is no such downtime; it may have been taken back meanwhile"));
            };
            if end <= now {
                return Err(Fault::conflict("this downtime is over"));
            }
            let known = work.book.downtimes.iter().find(|known| known.id == self.id).cloned();
            if let Some(known) = &known {
                must_reach(work, &self.actor, &known.scope).await?;
            }
            let object = known.map_or_else(|| "a downtime".to_owned(), |known| format!("downtime {}", known.title));
            let done = if start >= now {
                policy::delete_downtime(&mut work.tx, self.id).await?;
                "took back"
            } else {
                policy::set_downtime_end(&mut work.tx, self.id, now).await?;
                "ended"
            };
            work.edit_book();
            work.audit(&self.actor, done, &object, &format!("number {}", self.id)).await
        })
    }
}

/// Lets a downtime that holds now hold longer. Of one that repeats only this time: a single window of the same name
/// follows it without a gap, and the plan stays as it is.
pub struct ExtendDowntime {
    pub actor: Actor,
    pub id: DowntimeId,
    pub by: Span,
}

impl UseCase for ExtendDowntime {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Silences, Role::Operator)?;
            if self.by <= Span::ZERO || self.by > LONGEST_EXTENSION {
                return Err(Fault::invalid("extend it by a minute to a day; for longer, plan another downtime"));
            }
            let known = work.book.downtimes.iter().find(|known| known.id == self.id).cloned();
            let known =
                known.ok_or_else(|| Fault::not_found("there is no such downtime; it may have ended meanwhile"))?;
            must_reach(work, &self.actor, &known.scope).await?;
            let until = known.schedule.in_force(work.engine.wall(work.now));
            let until =
                until.ok_or_else(|| Fault::conflict("this downtime does not hold now; plan another instead"))?;

            self.prolong(work, &known, until).await?;
            work.edit_book();
            let detail = format!("by {}", self.by.words());
            work.audit(&self.actor, "extended", &format!("downtime {}", known.title), &detail).await
        })
    }
}

impl ExtendDowntime {
    async fn prolong(&self, work: &mut Work, known: &Downtime, until: Moment) -> Result<(), Fault> {
        let end = until + self.by;
        if let DowntimeSchedule::Once { start, .. } = known.schedule {
            if end - start > LONGEST {
                let longest = LONGEST.words();
                return Err(Fault::invalid(format!("a downtime lasts at most {longest}; mute the policy for longer")));
            }
            return Ok(policy::set_downtime_end(&mut work.tx, self.id, end).await?);
        }
        let id = DowntimeId(work.ids.next());
        let schedule = DowntimeSchedule::Once { start: until, end };
        let (title, scope, by) = (known.title.as_str(), &known.scope, self.actor.name.as_str());
        Ok(policy::insert_downtime(&mut work.tx, &NewDowntime { id, title, scope, schedule: &schedule, by }, work.now)
            .await?)
    }
}
