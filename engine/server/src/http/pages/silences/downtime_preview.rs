//! What a downtime will do, seen before it is saved: what it covers now, when it comes, what it would have held back.

use serde::Serialize;
use tocsin_policy::{DowntimeSchedule, Moment, Scope, Span, Zone};

use super::super::names::Known;
use super::super::zoned;
use super::coverage::{Coverage, Fleet};
use super::downtime_fields::Fields;
use super::plan_fields;
use crate::app::App;
use crate::fault::Fault;
use crate::http::session::Session;
use crate::store::page::held_back;

/// Occurrences shown before it is saved.
const SHOWN: usize = 10;
/// What a downtime would have held back is counted over this time.
const LATELY: Span = Span::hours(24 * 7);
/// Notifications looked at for it.
const MAX_LATELY: i64 = 5_000;

/// What it will do.
#[derive(Serialize)]
pub struct Preview {
    covers: String,
    now: Coverage,
    repeats: String,
    zone: String,
    occurrences: Vec<Coming>,
    /// Notifications of the last week that it would have held back; for one that happens once: of what it covers.
    lately: usize,
}

#[derive(Serialize)]
struct Coming {
    start: String,
    end: String,
    start_ms: i64,
    running: bool,
    /// What a change of the clock does to it.
    note: String,
}

impl Preview {
    pub async fn of(
        app: &App,
        session: &Session,
        known: &Known,
        fields: &Fields,
        scope: &Scope,
        schedule: &DowntimeSchedule,
        wall: Moment,
    ) -> Result<Preview, Fault> {
        let zone = match schedule.zone() {
            Some(zone) => zone.clone(),
            None => fields.plan.zone.parse().unwrap_or_else(|_| Zone::utc()),
        };
        let coming = |next: tocsin_policy::Occurrence| Coming {
            start: zoned::day_and_time(next.start, &zone),
            end: match (next.end - next.start) < Span::hours(20) {
                true => zoned::time_of_day(next.end, &zone),
                false => zoned::day_and_time(next.end, &zone),
            },
            start_ms: next.start.0,
            running: next.start <= wall,
            note: next.shifted.map(|change| change.sentence()).unwrap_or_default(),
        };
        let since = known.now - LATELY;
        let sent = held_back::sent_since(&app.store.readers, scope, since, MAX_LATELY).await?;
        let once = matches!(schedule, DowntimeSchedule::Once { .. });
        Ok(Preview {
            covers: known.scope(scope),
            now: Fleet::of(app, session).covered(scope),
            repeats: plan_fields::in_words(schedule),
            occurrences: schedule.preview(wall, SHOWN).into_iter().map(coming).collect(),
            zone: zone.name().to_owned(),
            lately: sent.into_iter().filter(|at| once || schedule.in_force(*at).is_some()).count(),
        })
    }
}
