//! A time of day as a wall clock shows it.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use super::ScheduleError;

/// Hours and minutes, 00:00 to 23:59.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime {
    hour: i8,
    minute: i8,
}

impl ClockTime {
    /// `None` if no clock shows it.
    pub fn new(hour: u8, minute: u8) -> Option<ClockTime> {
        let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
        (hour < 24 && minute < 60).then_some(ClockTime { hour, minute })
    }

    pub(crate) fn time(self) -> Time {
        Time::constant(self.hour, self.minute, 0, 0)
    }
}

impl FromStr for ClockTime {
    type Err = ScheduleError;

    /// Reads `02:00` and `2:00`.
    fn from_str(text: &str) -> Result<ClockTime, ScheduleError> {
        let digits = |part: &str, most: usize| {
            let plain = (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse().ok()).flatten()
        };
        let read = |text: &str| {
            let (hour, minute) = text.split_once(':')?;
            if minute.len() != 2 {
                return None;
            }
            ClockTime::new(digits(hour, 2)?, digits(minute, 2)?)
        };
        read(text.trim()).ok_or_else(|| ScheduleError::ClockTime { text: text.trim().to_owned() })
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl TryFrom<String> for ClockTime {
    type Error = ScheduleError;
    fn try_from(text: String) -> Result<ClockTime, ScheduleError> {
        text.parse()
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> String {
        time.to_string()
    }
}
