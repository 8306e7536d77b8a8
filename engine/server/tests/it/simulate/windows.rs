//! Windows by the clock of a zone, as operators write them. The texts go to the engine; the model looks at the clock.

use std::fmt;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use tocsin_policy::{Moment, Span};

/// When a downtime holds.
#[derive(Clone, Debug)]
pub enum When {
    /// From and to, since the start of the run, by the clock on the wall.
    Once(Span, Span),
    Again(Window),
}

/// Begins again and again when a clock shows a time, and lasts so long.
#[derive(Clone, Debug)]
pub struct Window {
    pub days: Days,
    pub at: (i8, i8),
    pub length: Span,
    pub zone: &'static str,
}

#[derive(Clone, Debug)]
pub enum Days {
    Daily,
    Weekly(Vec<Weekday>),
    Monthly(i8),
}

/// The hours in which a rule speaks, on all days.
#[derive(Clone, Debug)]
pub struct Hours {
    pub from: (i8, i8),
    pub to: (i8, i8),
    pub zone: &'static str,
}

impl Window {
    /// Whether it holds at this moment of the wall (S6). Looks at every day on which it may have begun.
    pub fn holds(&self, wall: Moment) -> bool {
        let zone = zone(self.zone);
        let today = date(wall, &zone);
        (-2..=1).map(|days| today.saturating_add(days.days())).filter(|day| self.days.contain(*day)).any(|day| {
            // What the clock skips is moved forward by the gap; of what it shows twice the first counts.
            let civil = day.at(self.at.0, self.at.1, 0, 0);
            let begins = zone.to_ambiguous_timestamp(civil).compatible().expect("a moment").as_millisecond();
            begins <= wall.0 && wall.0 < begins + self.length.0
        })
    }
}

impl Days {
    fn contain(&self, day: Date) -> bool {
        match self {
            Days::Daily => true,
            Days::Weekly(days) => days.contains(&day.weekday()),
            // A shorter month has its last day instead.
            Days::Monthly(number) => day.day() == (*number).min(day.days_in_month()),
        }
    }
}

impl Hours {
    /// Whether the rule may speak: a clock in its zone shows an hour between the two.
    pub fn open(&self, wall: Moment) -> bool {
        let zone = zone(self.zone);
        let shown = zone.to_datetime(timestamp(wall)).time();
        let (from, to) = (time(self.from), time(self.to));
        if from < to { from <= shown && shown < to } else { from <= shown || shown < to }
    }
}

fn time((hour, minute): (i8, i8)) -> jiff::civil::Time {
    jiff::civil::time(hour, minute, 0, 0)
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone")
}

fn timestamp(at: Moment) -> Timestamp {
    Timestamp::from_millisecond(at.0).expect("a moment")
}

fn date(at: Moment, zone: &TimeZone) -> Date {
    zone.to_datetime(timestamp(at)).date()
}

impl fmt::Display for Window {
    /// As the rehearsal format has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.days {
            Days::Daily => write!(f, "daily")?,
            Days::Weekly(days) => {
                let short = |day: &Weekday| format!("{day:?}")[..3].to_uppercase();
                write!(f, "weekly {}", days.iter().map(short).collect::<Vec<_>>().join(","))?;
            }
            Days::Monthly(day) => write!(f, "monthly {day}")?,
        }
        let (hour, minute) = self.at;
        write!(f, " {hour:02}:{minute:02} for {} in {}", self.length.exactly(), self.zone)
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((hour, minute), (to_hour, to_minute)) = (self.from, self.to);
        write!(f, "{hour:02}:{minute:02}-{to_hour:02}:{to_minute:02} in {}", self.zone)
    }
}
