//! Which hosts a list shows, and in what order.

use std::sync::Arc;

use tocsin_policy::{Admission, Book, Host};

use super::state;
use crate::engine::Cell;
use crate::engine::fleet::Profile;

/// One host with what is beside it.
pub struct Seen {
    pub host: Arc<Host>,
    pub profile: Arc<Profile>,
}

impl Seen {
    pub fn at(cell: &Cell) -> Seen {
        let state = cell.lock();
        Seen { host: state.host.clone(), profile: state.profile.clone() }
    }
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

/// Every word must be somewhere in what the row shows.
pub fn matches(seen: &Seen, words: &[String], book: &Book) -> bool {
    if words.is_empty() {
        return true;
    }
    let Seen { host, profile } = seen;
    let mut text = format!(
        "{} {} {} {} {} {}",
        host.name,
        profile.region,
        profile.environment,
        profile.agent_version,
        platform(profile),
        state::of_host(host).word
    );
    for group in host.groups.iter().filter_map(|id| book.groups.get(id)) {
        text.push(' ');
        text.push_str(&group.name);
    }
    for (name, value) in &profile.labels {
        text.push_str(&format!(" {name}:{value}"));
    }
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
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
