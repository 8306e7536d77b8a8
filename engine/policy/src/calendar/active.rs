//! The hours in which a rule speaks.
//!
//! They are a condition on what the clock shows: a rule speaks while a clock in its zone reads `from` or later, and
//! earlier than `to`. So in the hour that a clock repeats it speaks in both passes, and hours that the clock skips do
//! not come about. Hours that end at or before their start go over midnight and belong to the day on which they start.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{ClockTime, Weekdays, Zone};
use crate::Moment;

/// Days on which hours may begin next: a week, a day for those that go over midnight, one for the zone.
const DAYS_AHEAD: i32 = 9;

/// When a rule may speak: half-open hours on some days of the week, by the clock of a zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActiveHours {
    /// The days on which the hours begin.
    pub days: Weekdays,
    pub from: ClockTime,
    /// Exclusive; at or before `from` it is on the next day.
    pub to: ClockTime,
    pub zone: Zone,
}

impl ActiveHours {
    /// Whether the rule may speak.
    pub fn open(&self, now: Moment) -> bool {
        let Some(shown) = self.shown(now) else { return true };
        self.covers(shown, 0) || self.covers(shown, -1)
    }

    /// `None` if the rule may speak; else when it may again.
    pub fn closed_until(&self, now: Moment) -> Option<Moment> {
        if self.open(now) {
            return None;
        }
        let today = self.shown(now)?.date();
        let days = (-1..=DAYS_AHEAD).filter_map(|n| today.checked_add(n.days()).ok());
        let begins = days.filter_map(|day| self.zone.both(day.to_datetime(self.from.time()))).flatten();
        let last = now + crate::Span::hours(24 * i64::from(DAYS_AHEAD));
        // A change of the clock can put it into the hours without showing their start.
        let changes = self.zone.changes_after(now).take_while(|change| *change <= last);
        begins.chain(changes).filter(|at| *at > now && self.open(*at)).min().or(Some(Moment::FAR))
    }

    fn shown(&self, at: Moment) -> Option<DateTime> {
        self.zone.reading(at)?.civil()
    }

    /// Whether the hours that began `day` days after the one shown (0 or -1) are on.
    fn covers(&self, shown: DateTime, day: i32) -> bool {
        let Ok(date) = shown.date().checked_add(day.days()) else { return false };
        let over_midnight = self.to <= self.from;
        let Ok(last) = date.checked_add(i32::from(over_midnight).days()) else { return false };
        self.days.contains(date.weekday())
            && date.to_datetime(self.from.time()) <= shown
            && shown < last.to_datetime(self.to.time())
    }
}

/// As it is read.
impl fmt::Display for ActiveHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}-{} in {}", self.days, self.from, self.to, self.zone)
    }
}
