//! Schedules as people write them, in rehearsals, files and requests.

use std::str::FromStr;

use super::{ActiveHours, DowntimeSchedule, ScheduleError};
use crate::Span;

impl DowntimeSchedule {
    /// Reads a recurring window: `weekly SUN,WED 02:00 for 60m in Europe/Berlin`, `daily 23:30 for 2h in UTC`,
    /// `monthly 31 02:00 for 60m in UTC`, `cron "0 2 * * *" for 60m in UTC`. Without a zone it is UTC. Bounds are
    /// judged by [`DowntimeSchedule::check`].
    ///
    /// # Errors
    /// A sentence that says which part is wrong and how to write it.
    pub fn read(text: &str) -> Result<DowntimeSchedule, ScheduleError> {
        let text = text.trim();
        let unreadable = || ScheduleError::Unreadable { text: text.to_owned() };
        let (rest, zone) = text.rsplit_once(" in ").unwrap_or((text, "UTC"));
        let (rest, length) = rest.rsplit_once(" for ").ok_or_else(unreadable)?;
        let (word, rest) = rest.trim().split_once(char::is_whitespace).ok_or_else(unreadable)?;
        let (rest, zone) = (rest.trim(), zone.parse()?);
        let length = Span::read(length).ok_or_else(|| ScheduleError::Length { text: length.trim().to_owned() })?;
        let two = || rest.split_once(char::is_whitespace).ok_or_else(unreadable);
        match word {
            "daily" => Ok(DowntimeSchedule::Daily { at: rest.parse()?, length, zone }),
            "weekly" => {
                let (days, at) = two()?;
                Ok(DowntimeSchedule::Weekly { days: days.parse()?, at: at.parse()?, length, zone })
            }
            "monthly" => {
                let (day, at) = two()?;
                let known = day.parse().ok().filter(|day| (1..=31).contains(day));
                let day = known.ok_or_else(|| ScheduleError::MonthDay { text: day.to_owned() })?;
                Ok(DowntimeSchedule::Monthly { day, at: at.parse()?, length, zone })
            }
            "cron" => {
                let expression = rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(rest);
                Ok(DowntimeSchedule::Cron { expression: expression.parse()?, length, zone })
            }
            _ => Err(unreadable()),
        }
    }
}

impl FromStr for ActiveHours {
    type Err = ScheduleError;

    /// Reads `MON-FRI 08:00-18:00 in Europe/Berlin`. Without days it is every day, without a zone UTC; `24:00` is
    /// midnight.
    fn from_str(text: &str) -> Result<ActiveHours, ScheduleError> {
        let text = text.trim();
        let unreadable = || ScheduleError::Hours { text: text.to_owned() };
        let (rest, zone) = text.rsplit_once(" in ").unwrap_or((text, "UTC"));
        let (days, hours) = match rest.trim().rsplit_once(char::is_whitespace) {
            Some((days, hours)) => (days.parse()?, hours),
            None => (super::Weekdays::ALL, rest.trim()),
        };
        let (from, to) = hours.split_once('-').ok_or_else(unreadable)?;
        let to = if to.trim() == "24:00" { "00:00" } else { to };
        Ok(ActiveHours { days, from: from.parse()?, to: to.parse()?, zone: zone.parse()? })
    }
}
