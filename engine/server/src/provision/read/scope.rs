//! Whom an entry is about: hosts by name or agent id, a service of them, a group, or all.

use crate::provision::plan::{Aim, Hosts};
use crate::settings::value::Table;

use super::{named, owned};

/// `host = "NAME"` or `agent_id = "ID"`; `None` if neither stands there.
pub fn hosts(table: &Table<'_>) -> Option<Hosts> {
    match (owned(table, "host"), owned(table, "agent_id")) {
        (Some(_), Some(_)) => {
            table.report("`host` and `agent_id` are both given; keep the one that is meant");
            None
        }
        (Some(name), None) => Some(Hosts::Name(name)),
        (None, Some(id)) => Some(Hosts::AgentId(id)),
        (None, None) => None,
    }
}

/// Exactly one of: hosts, hosts with a service, a group, or the key that stands for all.
pub fn aim(table: &Table<'_>, all: &'static str) -> Option<Aim> {
    let hosts = hosts(table);
    let service = owned(table, "service");
    let group = table.get("group").and_then(|value| named(&value));
    let everything = table.get(all).and_then(|value| value.boolean()).unwrap_or(false);
    match (hosts, service, group, everything) {
        (None, None, None, true) => Some(Aim::All),
        (None, None, Some(group), false) => Some(Aim::Group(group)),
        (Some(hosts), None, None, false) => Some(Aim::Hosts(hosts)),
        (Some(hosts), Some(service), None, false) => Some(Aim::Service(hosts, service)),
        (None, Some(_), ..) => {
            table.report("a service belongs to a host: add host = \"NAME\", or \"*\" for the service on every host");
            None
        }
        _ => {
            table.report(format!(
                "say whom this is for, with one of: {all} = true, group, host, agent_id, host and service"
            ));
            None
        }
    }
}
