//! A silence or downtime as the list shows it.

use serde::Serialize;
use tocsin_policy::{DowntimeSchedule, HostId, Moment, Scope};

use super::super::names::Known;
use super::super::query;
use super::super::state::{Badge, badge};
use super::coverage::{Coverage, Fleet};
use super::plan_fields;
use crate::store::page::downtime::Kept;
use crate::store::page::silence::SilenceRow;

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    Running,
    Planned,
    Ended,
}

/// One silence or downtime.
#[derive(Serialize)]
pub struct Entry {
    pub id: i64,
    /// `silence` or `downtime`
    pub what: &'static str,
    pub phase: Phase,
    pub state: Badge,
    /// What it covers, in words, with its page if it has one.
    pub covers: String,
    pub covers_path: Option<String>,
    /// The note, or what is done.
    pub says: String,
    /// How it repeats, if it does.
    pub repeats: String,
    pub by: String,
    pub made_ms: i64,
    /// Since when it holds; of one that is over, since when it was planned or held.
    pub from_ms: i64,
    /// Until when it holds, while it does.
    pub until_ms: Option<i64>,
    pub left_ms: i64,
    pub length_ms: i64,
    /// When it next begins, while it does not hold.
    pub next_ms: Option<i64>,
    pub ended_ms: i64,
    pub held: i64,
    pub now: Coverage,
    /// Where a form is filled in with the same again.
    pub repeat_path: String,
    /// Whether the person may end it.
    pub may_end: bool,
    /// Where its buttons lead: `/end` and `/extend` follow.
    pub path: String,
}

impl Entry {
    pub fn of_silence(row: &SilenceRow, known: &Known, fleet: &Fleet) -> Entry {
        let host = HostId(row.host_id);
        let running = known.now.0 < row.end_at_ms;
        let (phase, state) = match running {
            true => (Phase::Running, badge("held", "silenced")),
            false => (Phase::Ended, badge("paused", "ended")),
        };
        let length = row.end_at_ms - row.start_at_ms;
        let again = [("host", row.host_id.to_string()), ("note", row.note.clone())];
        Entry {
            id: row.id,
            what: "silence",
            phase,
            state,
            covers: known.host(host),
            covers_path: Some(format!("/hosts/{host}")),
            says: row.note.clone(),
            repeats: String::new(),
            by: row.made_by.clone(),
            made_ms: row.start_at_ms,
            from_ms: row.start_at_ms,
            until_ms: running.then_some(row.end_at_ms),
            left_ms: (row.end_at_ms - known.now.0).max(0),
            length_ms: length,
            next_ms: None,
            ended_ms: row.end_at_ms,
            held: row.held,
            now: if running { fleet.covered(&Scope::Host(host)) } else { Coverage::default() },
            repeat_path: format!("/silences/new?{}", encoded(&again)),
            may_end: running,
            path: format!("/silences/{}", row.id),
        }
    }

    /// `wall` is what the clock on the wall says: downtimes go by it.
    pub fn of_downtime(kept: &Kept, known: &Known, fleet: &Fleet, wall: Moment, may_end: bool) -> Entry {
        let over = kept.end_at_ms <= wall.0;
        let until = kept.schedule.in_force(wall).filter(|_| !over);
        let next = kept.schedule.preview(wall, 2).into_iter().map(|next| next.start).find(|start| *start > wall);
        let phase = match (over, until) {
            (true, _) => Phase::Ended,
            (false, Some(_)) => Phase::Running,
            (false, None) => Phase::Planned,
        };
        let repeating = !matches!(kept.schedule, DowntimeSchedule::Once { .. });
        let length = kept.schedule.length();
        let from = match until {
            Some(until) if repeating => until - length,
            _ => Moment(kept.start_at_ms),
        };
        let length = until.map_or(length, |until| until - from);
        let state = match phase {
            Phase::Running => badge("held", "downtime"),
            Phase::Planned => badge("unknown", "planned"),
            Phase::Ended => badge("paused", "ended"),
        };
        Entry {
            id: kept.id,
            what: "downtime",
            phase,
            state,
            covers: known.scope(&kept.scope),
            covers_path: path_of(&kept.scope),
            says: kept.title.clone(),
            repeats: plan_fields::in_words(&kept.schedule),
            by: kept.made_by.clone(),
            made_ms: kept.created_at_ms,
            from_ms: from.0,
            until_ms: until.map(|until| until.0),
            left_ms: until.map_or(0, |until| (until - wall).0),
            length_ms: length.0,
            next_ms: next.filter(|_| phase == Phase::Planned).map(|next| next.0),
            ended_ms: kept.end_at_ms,
            held: kept.held,
            now: if phase == Phase::Ended { Coverage::default() } else { fleet.covered(&kept.scope) },
            repeat_path: format!("/silences/downtimes/new?again={}", kept.id),
            may_end,
            path: format!("/silences/downtimes/{}", kept.id),
        }
    }
}

fn path_of(scope: &Scope) -> Option<String> {
    match scope {
        Scope::Host(host) | Scope::Service { host, .. } => Some(format!("/hosts/{host}")),
        Scope::Group(_) | Scope::All => None,
    }
}

fn encoded(pairs: &[(&str, String)]) -> String {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    query(&pairs)
}
