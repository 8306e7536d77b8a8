//! The downtimes that cover a host, or some of it.

use serde::Serialize;
use tocsin_policy::{Downtime, Host, Moment, Scope};

use super::super::names::Known;

/// Downtimes shown.
const MAX_WINDOWS: usize = 20;

/// A downtime that covers the host, or some of it.
#[derive(Serialize)]
pub struct Window {
    title: String,
    covers: String,
    /// Present while it holds.
    until_ms: Option<i64>,
    next_ms: Option<i64>,
}

/// Downtimes that hold or are ahead, those that hold first.
pub fn of(host: &Host, known: &Known, wall: Moment) -> Vec<Window> {
    let concerns = |scope: &Scope| match scope {
        Scope::All => true,
        Scope::Group(group) => host.groups.contains(group),
        Scope::Host(id) | Scope::Service { host: id, .. } => *id == host.id,
    };
    let window = |downtime: &Downtime| Window {
        title: downtime.title.clone(),
        covers: known.scope(&downtime.scope),
        until_ms: downtime.schedule.in_force(wall).map(|until| until.0),
        next_ms: downtime.schedule.preview(wall, 2).iter().map(|next| next.start.0).find(|start| *start > wall.0),
    };
    let mut windows: Vec<Window> =
        known.book.downtimes.iter().filter(|downtime| concerns(&downtime.scope)).map(window).collect();
    windows.retain(|window| window.until_ms.is_some() || window.next_ms.is_some());
    windows.sort_by_key(|window| (window.until_ms.is_none(), window.next_ms));
    windows.truncate(MAX_WINDOWS);
    windows
}
