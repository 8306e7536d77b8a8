//! What is wrong with a schedule, in sentences for the person who wrote it.

use crate::Span;

/// Why a schedule cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("“{text}” is no time of day. Write hours and minutes like 02:00 or 23:30.")]
    ClockTime { text: String },
    #[error(
        "“{text}” is no day of the week. Write MON, TUE, WED, THU, FRI, SAT or SUN, with commas or as a range like MON-FRI."
    )]
    Weekday { text: String },
    #[error("Choose at least one day of the week.")]
    NoDay,
    #[error("“{text}” is no time zone. Write its name as in Europe/Berlin or UTC{hint}.", hint = .meant.as_ref().map(|name| format!("; did you mean {name}?")).unwrap_or_default())]
    Zone { text: String, meant: Option<String> },
    #[error(
        "“{text}” is no day of a month. Write a number from 1 to 31; from 29 on, a shorter month has its last day instead."
    )]
    MonthDay { text: String },
    #[error("“{text}” is no length of time. Write it like 30m, 2h or 1h 30m.")]
    Length { text: String },
    #[error("A window lasts from a minute to {longest}; {asked} is outside. For longer, mute the policy or ignore the host.", longest = .longest.words(), asked = .asked.words())]
    LengthOutside { asked: Span, longest: Span },
    #[error("The end must lie after the start. Exchange the two, or choose a later end.")]
    EndBeforeStart,
    #[error("A cron expression has five fields: minute, hour, day of month, month, weekday; “{text}” has {fields}.")]
    CronFields { text: String, fields: usize },
    #[error("The expression has {length} characters; at most {limit} are read. Split it into several windows.")]
    CronTooLong { length: usize, limit: usize },
    #[error("“{text}” is no {field}: {expected}.")]
    CronField { text: String, field: &'static str, expected: &'static str },
    #[error(
        "An expression names days of the month or weekdays, not both: programs disagree whether that means “and” or “or”. Write * for one of them, or plan two windows."
    )]
    CronBothDays,
    #[error("“{text}” cannot be followed: {why}.")]
    Cron { text: String, why: String },
    #[error("“{text}” does not come about within five years. Check the day and the month.")]
    Never { text: String },
    #[error(
        "“{text}” is no schedule. Write one of: weekly SUN,WED 02:00 for 60m in Europe/Berlin; daily 23:30 for 2h in UTC; monthly 31 02:00 for 60m in Asia/Kolkata; cron \"0 2 * * *\" for 60m in UTC."
    )]
    Unreadable { text: String },
    #[error("“{text}” are no active hours. Write days, hours and zone like MON-FRI 08:00-18:00 in Europe/Berlin.")]
    Hours { text: String },
}
