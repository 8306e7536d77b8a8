//! Open alerts as lists show them: chosen, in the order of their urgency, grouped by host.

use serde::Serialize;
use tocsin_policy::{Admission, Alert, Host};

use super::alert_row::{self, Marks, Row};
use super::filter::Seen;
use super::names::Known;
use super::state::{self, Badge, Standing};
use crate::app::App;

/// One host with its open alerts, the most urgent first.
#[derive(Serialize)]
pub struct Group {
    pub host_id: i64,
    pub host: String,
    pub state: Badge,
    /// Where it belongs, in a few words.
    pub place: String,
    pub silenced: bool,
    pub rows: Vec<Row>,
}

/// An open alert that was chosen, before it is known whether there is room for it.
pub struct Found {
    seen: Seen,
    at: usize,
    standing: Standing,
    key: Key,
}

/// What comes first: what nobody is on, then by urgency, then the oldest.
type Key = (u8, u8, i64, i64);

impl Found {
    pub fn standing(&self) -> &Standing {
        &self.standing
    }
}

/// `firing`, `acknowledged` or `held`.
pub fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::Firing => "firing",
        Standing::Acknowledged => "acknowledged",
        Standing::Held(_) => "held",
    }
}

/// The open alerts of hosts that take part, of which `chosen` holds.
pub fn find(
    app: &App,
    known: &Known,
    fleet: impl Iterator<Item = Seen>,
    chosen: impl Fn(&Host, &Alert, &Standing) -> bool,
) -> Vec<Found> {
    let engine = app.engine.facts();
    let mut found = Vec::new();
    for seen in fleet.filter(|seen| seen.host.admission == Admission::Approved) {
        for (at, alert) in seen.host.alerts.iter().enumerate() {
            let standing = state::standing(&seen.host, &known.book, &engine, alert, known.now);
            if !chosen(&seen.host, alert, &standing) {
                continue;
            }
            let rank = match standing {
                Standing::Firing => 0,
                Standing::Held(_) => 1,
                Standing::Acknowledged => 2,
            };
            let urgency = alert_row::urgency(&seen.host, alert, known).unwrap_or(u8::MAX);
            let key = (rank, urgency, alert.opened_at.0, alert.id.0);
            let seen = Seen { host: seen.host.clone(), profile: seen.profile.clone() };
            found.push(Found { seen, at, standing, key });
        }
    }
    found
}

/// The first so many, grouped by host; a host stands where its most urgent alert would.
pub fn grouped(app: &App, known: &Known, marks: &Marks, mut found: Vec<Found>, most: usize) -> Vec<Group> {
    found.sort_unstable_by_key(|found| found.key);
    found.truncate(most);
    let mut groups: Vec<Group> = Vec::new();
    for Found { seen, at, standing, .. } in &found {
        let host = &seen.host;
        let row = alert_row::row(app, host, &host.alerts[*at], standing, known, marks);
        match groups.iter_mut().find(|group| group.host_id == host.id.0) {
            Some(group) => group.rows.push(row),
            None => groups.push(group(seen, known, row)),
        }
    }
    groups
}

fn group(seen: &Seen, known: &Known, row: Row) -> Group {
    let Seen { host, profile } = seen;
    let groups = host.groups.iter().filter_map(|id| known.book.groups.get(id)).map(|group| group.name.as_str());
    let place: Vec<&str> =
        groups.chain([&*profile.region, &*profile.environment]).filter(|word| !word.is_empty()).collect();
    Group {
        host_id: host.id.0,
        host: host.name.to_string(),
        state: state::of_host(host),
        place: place.join(" · "),
        silenced: host.silences.iter().any(|silence| silence.in_force(known.now)),
        rows: vec![row],
    }
}
