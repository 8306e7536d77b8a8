//! Days of the week, as a set.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

use super::ScheduleError;

const NAMES: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
const LONG_NAMES: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

/// A set of weekdays; one that was read has at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Weekdays(u8);

impl Weekdays {
    pub const ALL: Weekdays = Weekdays(0b111_1111);
    /// Monday to Friday.
    pub const WORKING: Weekdays = Weekdays(0b001_1111);

    /// The days with these numbers: 0 is Monday, 6 is Sunday. `None` if there is none, or no such day.
    pub fn from_monday_zero(days: impl IntoIterator<Item = u8>) -> Option<Weekdays> {
        let mut set = 0;
        for day in days {
            if day > 6 {
                return None;
            }
            set |= 1 << day;
        }
        (set != 0).then_some(Weekdays(set))
    }

    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }

    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().enumerate().filter(move |(day, _)| self.0 & (1 << day) != 0).map(|(_, name)| name)
    }

    pub(crate) fn number(text: &str) -> Option<u8> {
        let text = text.trim().to_ascii_uppercase();
        (0..7_u8).find(|day| [NAMES, LONG_NAMES].iter().any(|names| names[usize::from(*day)] == text))
    }
}

impl FromStr for Weekdays {
    type Err = ScheduleError;

    /// Reads `SUN,WED`, `mon-fri` and `Saturday`; a range may go over the end of the week.
    fn from_str(text: &str) -> Result<Weekdays, ScheduleError> {
        let day =
            |text: &str| Weekdays::number(text).ok_or_else(|| ScheduleError::Weekday { text: text.trim().to_owned() });
        let mut set = 0;
        for part in text.split(',') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (mut at, to) = (day(from)?, day(to)?);
            set |= 1 << at;
            while at != to {
                at = (at + 1) % 7;
                set |= 1 << at;
            }
        }
        Ok(Weekdays(set))
    }
}

impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(","))
    }
}

impl TryFrom<String> for Weekdays {
    type Error = ScheduleError;
    fn try_from(text: String) -> Result<Weekdays, ScheduleError> {
        text.parse()
    }
}

impl From<Weekdays> for String {
    fn from(days: Weekdays) -> String {
        days.to_string()
    }
}
