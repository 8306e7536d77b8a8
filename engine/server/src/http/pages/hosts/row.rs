//! One host as the list shows it.

use serde::Serialize;
use tocsin_policy::{Subject, Suppressor, suppressor};

use super::super::filter::{self, Seen, Surroundings, platform};
use super::super::state::{self, Badge};
use super::path_of_filter;

#[derive(Serialize)]
pub struct Row {
    id: i64,
    name: String,
    state: Badge,
    /// `Linux`
    system: String,
    platform: String,
    version: String,
    failed: usize,
    services: usize,
    alerts: usize,
    seen_ms: Option<i64>,
    groups: Vec<(String, String)>,
    region: String,
    environment: String,
    flags: Vec<&'static str>,
}

pub fn row(seen: &Seen, around: &Surroundings<'_>) -> Row {
    let Seen { host, profile } = seen;
    let groups = host.groups.iter().filter_map(|id| around.book.groups.get(id));
    Row {
        id: host.id.0,
        name: host.name.to_string(),
        state: state::of_host(host),
        system: platform(profile).split(' ').next().unwrap_or_default().to_owned(),
        platform: platform(profile),
        version: profile.agent_version.to_string(),
        failed: host.services.iter().filter(|service| service.failed() != 0).count(),
        services: host.services.len(),
        alerts: host.alerts.len(),
        seen_ms: host.liveness.last_seen_at.map(|at| at.0),
        groups: groups.map(|group| (group.name.clone(), path_of_filter(&filter::term("group", &group.name)))).collect(),
        region: profile.region.to_string(),
        environment: profile.environment.to_string(),
        flags: flags(seen, around),
    }
}

fn flags(seen: &Seen, around: &Surroundings<'_>) -> Vec<&'static str> {
    let host = &seen.host;
    let mut flags = Vec::new();
    if host.silences.iter().any(|silence| silence.in_force(around.now)) {
        flags.push("silenced");
    }
    let by = suppressor(host, around.book, &around.engine, &Subject::Host, None, around.now);
    if matches!(by, Some(Suppressor::Downtime { .. })) {
        flags.push("downtime");
    }
    if host.twin.is_some() {
        flags.push("two agents, one id");
    }
    flags
}
