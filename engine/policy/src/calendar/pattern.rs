//! The readings of a wall clock at which a recurring window starts, before any zone is applied.

use jiff::ToSpan;
use jiff::civil::Date;

use super::zone::Reading;
use super::{ClockTime, DowntimeSchedule};

/// Days that are looked at for the next start: each pattern but cron comes about within two months.
const DAYS: i32 = 63;

impl DowntimeSchedule {
    /// The first start from `reading` on.
    pub(super) fn reading_from(&self, reading: Reading) -> Option<Reading> {
        match self {
            DowntimeSchedule::Cron { expression, .. } => expression.from(reading),
            _ => self.days(reading, 1)?.find(|start| *start >= reading),
        }
    }

    /// The last start up to `reading`.
    pub(super) fn reading_until(&self, reading: Reading) -> Option<Reading> {
        match self {
            DowntimeSchedule::Cron { expression, .. } => expression.until(reading),
            _ => self.days(reading, -1)?.find(|start| *start <= reading),
        }
    }

    /// The starts on the day of `reading` and on those after it, or with a `step` of -1 before it.
    fn days(&self, reading: Reading, step: i32) -> Option<impl Iterator<Item = Reading>> {
        let day = reading.civil()?.date();
        let at = self.clock_time()?.time();
        let dates = (0..DAYS).map_while(move |n| day.checked_add((n * step).days()).ok());
        Some(dates.filter(|date| self.falls_on(*date)).filter_map(move |date| Reading::of(date.to_datetime(at))))
    }

    fn falls_on(&self, date: Date) -> bool {
        match self {
            DowntimeSchedule::Weekly { days, .. } => days.contains(date.weekday()),
            DowntimeSchedule::Daily { .. } => true,
            DowntimeSchedule::Monthly { day, .. } => {
                i16::from(date.day()) == i16::from(*day).min(date.days_in_month().into())
            }
            DowntimeSchedule::Once { .. } | DowntimeSchedule::Cron { .. } => false,
        }
    }

    fn clock_time(&self) -> Option<ClockTime> {
        match self {
            DowntimeSchedule::Weekly { at, .. }
            | DowntimeSchedule::Daily { at, .. }
            | DowntimeSchedule::Monthly { at, .. } => Some(*at),
            DowntimeSchedule::Once { .. } | DowntimeSchedule::Cron { .. } => None,
        }
    }
}
