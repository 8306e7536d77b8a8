//! `downtime SCOPE from A to B`, and the recurring ones: weekly, daily, monthly, cron, each with a length and a zone.

use tocsin_policy::calendar::LONGEST_WINDOW;
use tocsin_policy::{DowntimeSchedule, Moment, Span};

use super::names::Names;
use super::words::{Words, Wrong};
use crate::rehearse::scene::{Aim, DowntimeSpec, Schedule};
use crate::rehearse::time;

/// What stands after the word `downtime`.
pub fn downtime(mut words: Words<'_>, names: &mut Names, line: usize, start: Moment) -> Result<DowntimeSpec, Wrong> {
    let said = words.rest().join(" ");
    let aim = match words.take("all, group, host or service")? {
        "all" => Aim::All,
        "group" => Aim::Group(names.group(words.take("the name of a group")?)?),
        "host" => Aim::Host(names.host(words.take("the name of a host")?)?),
        "service" => {
            let (host, service) = names.mention_service(words.take("HOST/SERVICE")?)?;
            Aim::Service(host, service)
        }
        other => return Err(format!("“{other}” cannot have a downtime; all, group, host or service can")),
    };
    let schedule = match words.peek() {
        Some("from") => once(words)?,
        Some("weekly" | "daily" | "monthly" | "cron") => recurring(words, start)?,
        Some(other) => return Err(format!("“{other}” is no kind of downtime; from, weekly, daily, monthly or cron")),
        None => return Err("from, weekly, daily, monthly or cron is missing at the end".to_owned()),
    };
    Ok(DowntimeSpec { line, words: said, aim, schedule })
}

fn once(mut words: Words<'_>) -> Result<Schedule, Wrong> {
    words.must("from")?;
    let from = minute(words.take("when it begins")?)?;
    words.must("to")?;
    let to = minute(words.take("when it ends")?)?;
    words.end()?;
    if to <= from {
        return Err("the end must lie after the start".to_owned());
    }
    if Span(to.0 - from.0) > LONGEST_WINDOW {
        return Err(format!("a downtime lasts at most {}", LONGEST_WINDOW.words()));
    }
    Ok(Schedule::Once { from, to })
}

fn minute(word: &str) -> Result<Span, Wrong> {
    time::read(word).ok_or_else(|| format!("“{word}” is no time; write minutes since the start"))
}

/// As everywhere else in tocsin, in words.
fn recurring(words: Words<'_>, start: Moment) -> Result<Schedule, Wrong> {
    let said = |error: tocsin_policy::calendar::ScheduleError| error.to_string();
    let schedule = DowntimeSchedule::read(&words.rest().join(" ")).map_err(said)?;
    schedule.check(start).map_err(said)?;
    Ok(Schedule::Recurring(schedule))
}
