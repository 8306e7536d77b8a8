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
use super::{ScheduleError, cron_fields as fields};

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
        fields::check([minute, hour, day, month])?;
        let weekday = fields::weekdays(weekday)?;
        if !fields::is_any(day) && weekday != "*" {
            return Err(ScheduleError::CronBothDays);
        }
        let day = if fields::is_any(day) { "*" } else { day };
        let text: Box<str> = parts.join(" ").into();
        let refused = |error: cron::error::Error| {
            let why = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
            ScheduleError::Cron { text: text.to_string(), why: why.trim_end_matches('.').to_owned() }
        };
        let schedule = Schedule::from_str(&format!("0 {minute} {hour} {day} {month} {weekday}")).map_err(refused)?;
        Ok(CronExpression { text, schedule: Arc::new(schedule) })
    }
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
