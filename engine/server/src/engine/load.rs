//! From rows to memory: a host as it was loaded.

use std::sync::Arc;

use tocsin_policy::{Moment, wake_at};

use super::fleet::CellState;
use super::shared::Shared;
use crate::store;

/// Puts a loaded host into the fleet.
pub(super) fn put(shared: &Shared, mut loaded: store::host::Loaded, now: Moment) {
    let profile = &mut loaded.profile;
    for word in [&mut profile.agent_version, &mut profile.platform, &mut profile.region, &mut profile.environment] {
        *word = shared.words.share(word);
    }
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
