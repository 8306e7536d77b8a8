//! From rows to memory: a host as it was loaded.

use std::sync::Arc;

use tocsin_policy::{Moment, wake_at};

use super::fleet::CellState;
use super::shared::Shared;
use crate::store;

/// Puts a loaded host into the fleet.
pub(super) fn put(shared: &Shared, loaded: store::host::Loaded, now: Moment) {
    let wake_at = wake_at(&loaded.host, &shared.book(), &shared.facts(), now);
    shared.fleet.put(CellState {
        host: Arc::new(loaded.host),
        profile: Arc::new(loaded.profile),
        version: loaded.version,
        wake_at,
        queued: 0,
        warm: false,
        dirty: false,
        document: loaded.document,
    });
}
