//! Cron expressions, over readings of a wall clock only.
//!
//! The `cron` crate is never shown a time zone: on the nights of clock changes it would fire twice or not at all. It
//! sees the reading of the clock as if it were universal time, and the zone is applied to what it answers. Five fields
//! are read as crontab means them (0 and 7 are Sunday); the crate's own dialect (six fields, 1 is Sunday) is not let
//! out. This is the only file that knows chrono.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime as ChronoTime, Utc};
use cron::Schedule;
use serde::{Deserialize, Serialize};

use super::zone::Reading;
use super::{ScheduleError, Weekdays};

/// Longest expression that is read; the longest useful ones list a dozen minutes.
const LONGEST: usize = 200;
/// How far ahead an expression must come about, so that a 30th of February is found out while it is being written.
/// Leap days are four years apart.
const HORIZON_MS: i64 = 5 * 366 * 86_400_000;

/// A cron expression of five fields, read once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CronExpression {
    text: Box<str>,
    schedule: Arc<Schedule>,
}

struct Field {
    name: &'static str,
    expected: &'static str,
    least: u32,
    most: u32,
}

/// The fields that are handed on as they are.
const FIELDS: [Field; 4] = [
    Field { name: "minute", expected: "write 0 to 59, a list, a range or a step like */15", least: 0, most: 59 },
    Field { name: "hour", expected: "write 0 to 23, a list, a range or a step like */6", least: 0, most: 23 },
    Field { name: "day of month", expected: "write 1 to 31, a list or a range", least: 1, most: 31 },
    Field { name: "month", expected: "write 1 to 12 or JAN to DEC, a list or a range", least: 1, most: 12 },
];
const WEEKDAY: &str = "write 0 to 7 or SUN to SAT, where 0 and 7 are Sunday, a list or a range";
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

impl CronExpression {
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first reading that fits, from `reading` on.
    pub(super) fn from(&self, reading: Reading) -> Option<Reading> {
        let before = second(reading.0.checked_sub(1)?.div_euclid(1_000))?;
        Some(Reading(self.schedule.after(&before).next()?.timestamp() * 1_000))
    }

    /// The last reading that fits, up to `reading`.
    pub(super) fn until(&self, reading: Reading) -> Option<Reading> {
        let after = second(reading.0.div_euclid(1_000) + 1)?;
        Some(Reading(self.schedule.after(&after).next_back()?.timestamp() * 1_000))
    }

    /// Whether it comes about within some years of `reading`.
    pub(super) fn comes_about(&self, reading: Reading) -> bool {
        self.from(reading).is_some_and(|next| next.0 - reading.0 <= HORIZON_MS)
    }
}

fn second(seconds: i64) -> Option<ChronoTime<Utc>> {
    ChronoTime::from_timestamp(seconds, 0)
}

impl FromStr for CronExpression {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<CronExpression, ScheduleError> {
        let length = text.chars().count();
        if length > LONGEST {
            return Err(ScheduleError::CronTooLong { length, limit: LONGEST });
        }
        let parts: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = parts[..] else {
            return Err(ScheduleError::CronFields { text: text.trim().to_owned(), fields: parts.len() });
        };
        for (part, field) in [minute, hour, day, month].into_iter().zip(&FIELDS) {
            check(part, field)?;
        }
        let weekday = weekdays(weekday)?;
        if !is_any(day) && weekday != "*" {
            return Err(ScheduleError::CronBothDays);
        }
        let day = if is_any(day) { "*" } else { day };
        let text: Box<str> = parts.join(" ").into();
        let refused = |error: cron::error::Error| {
            let why = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
            ScheduleError::Cron { text: text.to_string(), why: why.trim_end_matches('.').to_owned() }
        };
        let schedule = Schedule::from_str(&format!("0 {minute} {hour} {day} {month} {weekday}")).map_err(refused)?;
        Ok(CronExpression { text, schedule: Arc::new(schedule) })
    }
}

fn is_any(part: &str) -> bool {
    matches!(part, "*" | "?")
}

/// Finds what the crate would refuse in words of its own, or read in another way.
fn check(part: &str, field: &Field) -> Result<(), ScheduleError> {
    let wrong = || Err(ScheduleError::CronField { text: part.to_owned(), field: field.name, expected: field.expected });
    if is_any(part) && (part == "*" || field.name == "day of month") {
        return Ok(());
    }
    for item in part.split(',') {
        let (range, step) = item.split_once('/').unwrap_or((item, "1"));
        if !step.parse::<u32>().is_ok_and(|step| (1..=field.most).contains(&step)) {
            return wrong();
        }
        if range == "*" {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        match (number(from, field), number(to, field)) {
            (Some(from), Some(to)) if from <= to => {}
            _ => return wrong(),
        }
    }
    Ok(())
}

fn number(text: &str, field: &Field) -> Option<u32> {
    let month =
        || MONTHS.iter().position(|name| name.eq_ignore_ascii_case(text)).and_then(|at| u32::try_from(at + 1).ok());
    let number = match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse().ok(),
        false if field.name == "month" => month(),
        false => None,
    };
    number.filter(|number| (field.least..=field.most).contains(number))
}

/// The weekday field as a list of names, since numbers mean other days to the crate; `*` for all of them.
fn weekdays(part: &str) -> Result<String, ScheduleError> {
    let wrong = || ScheduleError::CronField { text: part.to_owned(), field: "weekday", expected: WEEKDAY };
    if is_any(part) {
        return Ok("*".to_owned());
    }
    // Counted as crontab does, from Sunday; Sunday again at 7.
    let day = |text: &str| match Weekdays::number(text) {
        Some(from_monday) => Some((from_monday + 1) % 7),
        None if text.len() == 1 => text.parse::<u8>().ok().filter(|day| *day <= 7),
        None => None,
    };
    let mut days = Vec::new();
    for item in part.split(',') {
        let (range, step) = item.split_once('/').unwrap_or((item, "1"));
        let step: usize = step.parse().ok().filter(|step| (1..=7).contains(step)).ok_or_else(wrong)?;
        let (from, to) = match range {
            "*" => (0, 6),
            range => {
                let (from, to) = range.split_once('-').unwrap_or((range, range));
                let (from, to) = (day(from).ok_or_else(wrong)?, day(to).ok_or_else(wrong)?);
                // SAT-SUN
                if to == 0 && from > 0 { (from, 7) } else { (from, to) }
            }
        };
        if from > to {
            return Err(wrong());
        }
        days.extend((from..=to).step_by(step).map(|day| (day + 6) % 7));
    }
    let set = Weekdays::from_monday_zero(days).ok_or_else(wrong)?;
    Ok(if set == Weekdays::ALL { "*".to_owned() } else { set.to_string() })
}

impl PartialEq for CronExpression {
    fn eq(&self, other: &CronExpression) -> bool {
        self.text == other.text
    }
}

impl fmt::Display for CronExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for CronExpression {
    type Error = ScheduleError;
    fn try_from(text: String) -> Result<CronExpression, ScheduleError> {
        text.parse()
    }
}

impl From<CronExpression> for String {
    fn from(expression: CronExpression) -> String {
        expression.text.into()
    }
}
