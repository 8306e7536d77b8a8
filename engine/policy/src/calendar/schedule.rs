//! When a downtime holds: once, or again and again (S6).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::zone::Reading;
use super::{ClockTime, CronExpression, Occurrence, ScheduleError, Weekdays, Zone};
use crate::{Moment, Span};

/// A window longer than a year is no maintenance: mute the policy, or ignore the host.
pub const LONGEST_WINDOW: Span = Span::hours(24 * 366);
/// Shorter windows would be over before an agent has checked in.
const SHORTEST_WINDOW: Span = Span::minutes(1);
/// Occurrences that follow each other without a pause are taken for one window up to this many. The end that is named
/// is then early, which costs one more look and nothing else.
const MERGED: usize = 64;
/// Occurrences that a preview shows at most.
const PREVIEWED: usize = 100;

/// When a downtime holds. Windows are half-open, overlapping ones are a union (S1).
///
/// A recurring window starts when a clock in its own zone shows its time: where the clock skips it, as much later as it
/// skips; where the clock shows it twice, the first time. It lasts `length` of elapsed time, whatever the clock does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "repeats", rename_all = "lowercase")]
pub enum DowntimeSchedule {
    /// Half-open `[start, end)`.
    Once { start: Moment, end: Moment },
    /// On these days of the week.
    Weekly { days: Weekdays, at: ClockTime, length: Span, zone: Zone },
    /// Every day.
    Daily { at: ClockTime, length: Span, zone: Zone },
    /// On this day of each month. A month that has no such day has its last day instead: who writes 31 means the end
    /// of the month.
    Monthly { day: u8, at: ClockTime, length: Span, zone: Zone },
    /// Whenever the expression fits what the clock shows. In the hour that a clock repeats, it is followed once.
    Cron { expression: CronExpression, length: Span, zone: Zone },
}

impl DowntimeSchedule {
    /// Whether it can be followed; to be asked before a schedule from outside is kept.
    ///
    /// # Errors
    /// A sentence for whoever wrote it.
    pub fn check(&self, now: Moment) -> Result<(), ScheduleError> {
        let length = match self {
            DowntimeSchedule::Once { start, end } if end <= start => return Err(ScheduleError::EndBeforeStart),
            DowntimeSchedule::Once { start, end } => *end - *start,
            DowntimeSchedule::Weekly { length, .. }
            | DowntimeSchedule::Daily { length, .. }
            | DowntimeSchedule::Monthly { length, .. }
            | DowntimeSchedule::Cron { length, .. } => *length,
        };
        let shortest = if matches!(self, DowntimeSchedule::Once { .. }) { Span(1) } else { SHORTEST_WINDOW };
        if length < shortest || length > LONGEST_WINDOW {
            return Err(ScheduleError::LengthOutside { asked: length, longest: LONGEST_WINDOW });
        }
        match self {
            DowntimeSchedule::Monthly { day, .. } if !(1..=31).contains(day) => {
                Err(ScheduleError::MonthDay { text: day.to_string() })
            }
            DowntimeSchedule::Cron { expression, .. } if !expression.comes_about(Reading(now.0)) => {
                Err(ScheduleError::Never { text: expression.to_string() })
            }
            _ => Ok(()),
        }
    }

    /// The end of the window in which `now` lies, if it lies in one. Early only where more than a few dozen
    /// occurrences run into each other.
    pub fn in_force(&self, now: Moment) -> Option<Moment> {
        if let DowntimeSchedule::Once { start, end } = self {
            return (*start <= now && now < *end).then_some(*end);
        }
        // All occurrences are equally long, so the one that started last ends last.
        let mut end = self.last_start(now)?.at + self.length();
        if end <= now {
            return None;
        }
        for _ in 0..MERGED {
            match self.last_start(end) {
                Some(next) if next.at + self.length() > end => end = next.at + self.length(),
                _ => break,
            }
        }
        Some(end)
    }

    /// When a window next begins or ends after `after`; `None` if none does within five years.
    pub fn next_edge(&self, after: Moment) -> Option<Moment> {
        match self {
            DowntimeSchedule::Once { start, .. } if after < *start => Some(*start),
            DowntimeSchedule::Once { end, .. } => (after < *end).then_some(*end),
            _ => self.in_force(after).or_else(|| Some(self.next_start(after)?.at)),
        }
    }

    /// The next `n` occurrences that are not over at `from`, with the changes of the clock marked; at most a hundred.
    /// Of several that run at `from`, the last.
    pub fn preview(&self, from: Moment, n: usize) -> Vec<Occurrence> {
        if let DowntimeSchedule::Once { start, end } = self {
            let ahead = (from < *end && n > 0).then_some(Occurrence { start: *start, end: *end, shifted: None });
            return ahead.into_iter().collect();
        }
        let running = self.last_start(from).filter(|start| from < start.at + self.length());
        let mut next = running.or_else(|| self.next_start(from));
        let mut occurrences = Vec::new();
        while let Some(start) = next.filter(|_| occurrences.len() < n.min(PREVIEWED)) {
            next = self.next_start(start.at);
            occurrences.push(self.occurrence(start));
        }
        occurrences
    }

    /// How long one occurrence lasts.
    pub fn length(&self) -> Span {
        match self {
            DowntimeSchedule::Once { start, end } => *end - *start,
            DowntimeSchedule::Weekly { length, .. }
            | DowntimeSchedule::Daily { length, .. }
            | DowntimeSchedule::Monthly { length, .. }
            | DowntimeSchedule::Cron { length, .. } => *length,
        }
    }

    /// Whose clock it goes by; `None` for one that happens once.
    pub fn zone(&self) -> Option<&Zone> {
        match self {
            DowntimeSchedule::Once { .. } => None,
            DowntimeSchedule::Weekly { zone, .. }
            | DowntimeSchedule::Daily { zone, .. }
            | DowntimeSchedule::Monthly { zone, .. }
            | DowntimeSchedule::Cron { zone, .. } => Some(zone),
        }
    }
}

/// As [`DowntimeSchedule::read`] reads it; one that happens once by its moments.
impl fmt::Display for DowntimeSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DowntimeSchedule::Once { start, end } => return write!(f, "once {} {}", start.0, end.0),
            DowntimeSchedule::Weekly { days, at, .. } => write!(f, "weekly {days} {at}")?,
            DowntimeSchedule::Daily { at, .. } => write!(f, "daily {at}")?,
            DowntimeSchedule::Monthly { day, at, .. } => write!(f, "monthly {day} {at}")?,
            DowntimeSchedule::Cron { expression, .. } => write!(f, "cron \"{expression}\"")?,
        }
        write!(f, " for {} in {}", self.length().exactly(), self.zone().map_or("UTC", Zone::name))
    }
}
