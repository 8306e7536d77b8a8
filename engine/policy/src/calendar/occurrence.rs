//! From readings of a wall clock to moments, in their order.
//!
//! Near a change of the clock the order of the readings is not the order of the moments: 02:20 that is skipped by half
//! an hour comes after 02:40. So all readings that could matter are looked at; on ordinary days that is one.

use super::DowntimeSchedule;
use super::zone::{Oddity, Reading, Zone};
use crate::{Moment, Span};

/// Readings looked at for one answer: an expression for every minute, over the widest change there was (a day), both
/// ways.
const LOOKED_AT: usize = 4_000;
/// Nothing is looked for further ahead: leap days are four years apart.
const HORIZON: Span = Span::hours(24 * 366 * 5);

/// One time that a window holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    pub start: Moment,
    pub end: Moment,
    /// What a change of the clock does to it.
    pub shifted: Option<ClockChange>,
}

/// What a change of the clock does to a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockChange {
    /// The clock skips the start: the window starts this much later on the clock.
    Gap { by: Span },
    /// The clock shows the start twice, this far apart: the window starts at the first.
    Ambiguous { by: Span },
    /// The clock changes by this much while the window lasts: by the clock it ends that much later, or earlier.
    Within { by: Span },
}

impl ClockChange {
    /// For people; without a full stop.
    pub fn sentence(self) -> String {
        match self {
            ClockChange::Gap { by } => format!("starts {} later: the clock skips the time that night", by.words()),
            ClockChange::Ambiguous { by } => {
                format!("starts at the first of two: the clock shows the time again {} later", by.words())
            }
            ClockChange::Within { by } if by < Span::ZERO => {
                format!("ends {} earlier on the clock, which is set back meanwhile", Span(-by.0).words())
            }
            ClockChange::Within { by } => {
                format!("ends {} later on the clock, which is set forward meanwhile", by.words())
            }
        }
    }
}

/// When an occurrence starts.
#[derive(Clone, Copy)]
pub(super) struct Start {
    pub at: Moment,
    change: Option<ClockChange>,
}

impl DowntimeSchedule {
    /// The last start up to `at`.
    pub(super) fn last_start(&self, at: Moment) -> Option<Start> {
        let zone = self.zone()?;
        let (mut least, most) = zone.offsets_around(at)?;
        let mut best: Option<Start> = None;
        let mut reading = self.reading_until(Reading(at.0 + most.0));
        for _ in 0..LOOKED_AT {
            let Some(shown) = reading else { break };
            // A reading comes at the latest when the clock is least ahead.
            if best.is_some_and(|best| shown.0 - least.0 <= best.at.0) {
                break;
            }
            let start = start(zone, shown)?;
            if start.at <= at && best.is_none_or(|best| best.at < start.at) {
                least = least.min(zone.offsets_around(start.at)?.0);
                best = Some(start);
            }
            reading = self.reading_until(Reading(shown.0 - 1));
        }
        best
    }

    /// The first start after `after`, within five years.
    pub(super) fn next_start(&self, after: Moment) -> Option<Start> {
        let zone = self.zone()?;
        let (least, mut most) = zone.offsets_around(after)?;
        let mut best: Option<Start> = None;
        let mut reading = self.reading_from(Reading(after.0 + least.0));
        for _ in 0..LOOKED_AT {
            let Some(shown) = reading.filter(|shown| shown.0 - after.0 <= HORIZON.0) else { break };
            if best.is_some_and(|best| shown.0 - most.0 >= best.at.0) {
                break;
            }
            let start = start(zone, shown)?;
            if start.at > after && best.is_none_or(|best| start.at < best.at) {
                most = most.max(zone.offsets_around(start.at)?.1);
                best = Some(start);
            }
            reading = self.reading_from(Reading(shown.0 + 1));
        }
        best
    }

    pub(super) fn occurrence(&self, start: Start) -> Occurrence {
        let end = start.at + self.length();
        let within = || {
            let zone = self.zone()?;
            let by = Span(zone.offset(end)?.0 - zone.offset(start.at)?.0);
            (by != Span::ZERO).then_some(ClockChange::Within { by })
        };
        Occurrence { start: start.at, end, shifted: start.change.or_else(within) }
    }
}

fn start(zone: &Zone, reading: Reading) -> Option<Start> {
    let first = zone.first(reading.civil()?)?;
    let change = first.oddity.map(|oddity| match oddity {
        Oddity::Gap(by) => ClockChange::Gap { by },
        Oddity::Fold(by) => ClockChange::Ambiguous { by },
    });
    Some(Start { at: first.at, change })
}
