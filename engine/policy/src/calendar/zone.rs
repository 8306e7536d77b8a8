//! Time zones: from what a wall clock shows to moments and back.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use super::ScheduleError;
use crate::{Moment, Span};

/// The database that is part of the program: every node and every rehearsal gives the same answers.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
/// No zone has changed its clock by more than a day (Samoa left one out), nor twice within two.
const AROUND: Span = Span::hours(25);

/// A time zone by its IANA name, looked up once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

/// What a wall clock shows, as milliseconds since it showed 1970-01-01 00:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reading(pub i64);

impl Reading {
    pub fn of(civil: DateTime) -> Option<Reading> {
        Some(Reading(Offset::UTC.to_timestamp(civil).ok()?.as_millisecond()))
    }

    pub fn civil(self) -> Option<DateTime> {
        Some(Offset::UTC.to_datetime(Timestamp::from_millisecond(self.0).ok()?))
    }
}

/// The moment at which a clock shows something for the first time.
pub(crate) struct First {
    pub at: Moment,
    pub oddity: Option<Oddity>,
}

/// What is odd about it.
#[derive(Clone, Copy)]
pub(crate) enum Oddity {
    /// No clock shows it: it lies in a gap of this width, and the moment is that much later on the wall.
    Gap(Span),
    /// The clock shows it twice, this far apart.
    Fold(Span),
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The names of all zones.
    pub fn names() -> Vec<String> {
        ZONES.available().map(|name| name.as_str().to_owned()).collect()
    }

    /// What a clock in this zone shows at `at`, for people; `None` beyond the years 1 to 9999.
    pub fn civil(&self, at: Moment) -> Option<DateTime> {
        self.reading(at)?.civil()
    }

    /// The moment at which the clock shows `civil`, read as the start of a window is (S6).
    pub fn moment(&self, civil: DateTime) -> Option<Moment> {
        Some(self.first(civil)?.at)
    }

    /// What the clock shows; `None` beyond the years 1 to 9999.
    pub(crate) fn reading(&self, at: Moment) -> Option<Reading> {
        Some(Reading(at.0 + self.offset(at)?.0))
    }

    /// How far the clock is ahead of universal time.
    pub(crate) fn offset(&self, at: Moment) -> Option<Span> {
        let timestamp = Timestamp::from_millisecond(at.0).ok()?;
        Some(Span::seconds(self.0.to_offset(timestamp).seconds().into()))
    }

    /// The least and the greatest offset in force near `at`.
    pub(crate) fn offsets_around(&self, at: Moment) -> Option<(Span, Span)> {
        let (before, now, after) = (self.offset(at - AROUND)?, self.offset(at)?, self.offset(at + AROUND)?);
        Some((before.min(now).min(after), before.max(now).max(after)))
    }

    /// When the clock shows `civil`: in a gap as much later as the gap is wide, of two moments the first (S6).
    pub(crate) fn first(&self, civil: DateTime) -> Option<First> {
        let apart = |a: Offset, b: Offset| Span::seconds(i64::from(a.seconds()) - i64::from(b.seconds()));
        let found = self.0.to_ambiguous_timestamp(civil);
        let oddity = match found.offset() {
            AmbiguousOffset::Unambiguous { .. } => None,
            AmbiguousOffset::Gap { before, after } => Some(Oddity::Gap(apart(after, before))),
            AmbiguousOffset::Fold { before, after } => Some(Oddity::Fold(apart(before, after))),
        };
        Some(First { at: Moment(found.compatible().ok()?.as_millisecond()), oddity })
    }

    /// Both moments that `civil` can mean; the same one twice on ordinary days.
    pub(crate) fn both(&self, civil: DateTime) -> Option<[Moment; 2]> {
        let found = self.0.to_ambiguous_timestamp(civil);
        let ms = |timestamp: Timestamp| Moment(timestamp.as_millisecond());
        Some([ms(found.earlier().ok()?), ms(found.later().ok()?)])
    }

    /// The changes of the clock from `at` on.
    pub(crate) fn changes_after(&self, at: Moment) -> impl Iterator<Item = Moment> {
        let timestamp = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::MAX);
        self.0.following(timestamp).map(|change| Moment(change.timestamp().as_millisecond()))
    }
}

impl FromStr for Zone {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Zone, ScheduleError> {
        let text = text.trim();
        let found = ZONES.get(text).ok().filter(|zone| !zone.is_unknown());
        found.map(Zone).ok_or_else(|| ScheduleError::Zone { text: text.to_owned(), meant: meant(text) })
    }
}

/// `Berlin` is Europe/Berlin, `New York` is America/New_York.
fn meant(text: &str) -> Option<String> {
    let city = text.rsplit('/').next()?.replace(' ', "_").to_ascii_lowercase();
    if city.is_empty() {
        return None;
    }
    Zone::names().into_iter().find(|name| name.to_ascii_lowercase().rsplit('/').next() == Some(city.as_str()))
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TryFrom<String> for Zone {
    type Error = ScheduleError;
    fn try_from(text: String) -> Result<Zone, ScheduleError> {
        text.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.to_string()
    }
}
