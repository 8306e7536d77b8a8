//! What is known of a host that filters and lists look at.

use std::sync::Arc;

use tocsin_policy::{Admission, Host};

use super::super::state;
use crate::actor::Reach;
use crate::app::App;
use crate::engine::Cell;
use crate::engine::fleet::{CellState, Profile};

/// One host with what is beside it.
pub struct Seen {
    pub host: Arc<Host>,
    pub profile: Arc<Profile>,
}

impl Seen {
    pub fn at(cell: &Cell) -> Seen {
        Seen::of(&cell.lock())
    }

    pub fn of(state: &CellState) -> Seen {
        Seen { host: state.host.clone(), profile: state.profile.clone() }
    }
}

/// The hosts that somebody with this reach knows of, in no order.
pub fn seen(app: &App, reach: &Reach) -> Vec<Seen> {
    let mut all = Vec::new();
    reach.each(app.engine.fleet(), |state| all.push(Seen::of(state)));
    all
}

/// Whether a tab shows hosts with this admission.
pub fn shows(show: &str, admission: Admission) -> bool {
    match show {
        "pending" => admission == Admission::Pending,
        "ignored" => admission == Admission::Ignored,
        "blocked" => admission == Admission::Blocked,
        _ => matches!(admission, Admission::Approved | Admission::Pending),
    }
}

/// Trouble first.
pub fn order(host: &Host) -> u8 {
    match state::of_host(host).kind {
        "critical" => 0,
        "warning" => 1,
        "unknown" => 2,
        _ => 3,
    }
}

/// `Linux 6.1 x86_64`.
pub fn platform(profile: &Profile) -> String {
    let facts: serde_json::Value = serde_json::from_str(&profile.platform).unwrap_or_default();
    let part = |name: &str| facts.get(name).and_then(serde_json::Value::as_str).unwrap_or("");
    [part("name"), part("release"), part("machine")]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
