//! Where several nodes share a database: what the others wrote is taken into memory, so that every page shows it and
//! any node can take up what another one leaves when it is lost (M1, M3).

use std::collections::HashMap;
use std::sync::Arc;

use tocsin_policy::{HostId, Moment, wake_at};

use super::bus::Topic;
use super::fleet::Cell;
use super::laid_down::LaidDown;
use super::load;
use super::shared::Shared;
use crate::fault::Fault;
use crate::store::host::{Loaded, Standing};
use crate::store::{self, Tx};

/// Up to so many hosts are loaded one by one; when more have changed, all of them at once.
const ONE_BY_ONE: usize = 32;

impl Shared {
    /// Takes up what another node has laid down, where its version in the database is another one than in memory.
    pub(super) async fn follow_book(&self, tx: &mut Tx) -> Result<Option<LaidDown>, Fault> {
        if store::book::version(tx).await? == self.laid_down().version {
            return Ok(None);
        }
        let newest = store::book::laid_down(tx).await?;
        self.take_up(newest.clone());
        self.retime(self.clock.now());
        self.bus.publish(Topic::Book);
        Ok(Some(newest))
    }

    /// Takes what other nodes have committed since the last time.
    ///
    /// # Errors
    /// When the database fails; memory is then as it was.
    pub async fn follow(&self) -> Result<(), Fault> {
        // Before the database is asked: whoever is missing there was deleted, not just added here.
        let mut known: HashMap<HostId, Arc<Cell>> =
            self.fleet.cells().into_iter().map(|cell| (cell.id, cell)).collect();
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        self.follow_book(&mut tx).await?;
        let mut behind = Vec::new();
        for standing in store::host::standings(&mut tx).await? {
            match known.remove(&standing.id) {
                Some(cell) if cell.lock().version >= standing.version => self.hear(&cell, &standing, now),
                _ => behind.push(standing.id),
            }
        }
        let loaded = load_hosts(&mut tx, &behind, now).await?;
        drop(tx);

        let moved = !loaded.is_empty() || !known.is_empty();
        loaded.into_iter().for_each(|loaded| self.take_over(loaded, now));
        known.into_keys().for_each(|gone| self.fleet.remove(gone));
        if moved {
            self.watch_due.notify_one();
            self.bus.publish(Topic::Hosts);
            self.bus.publish(Topic::Alerts);
        }
        Ok(())
    }

    /// A host that another node has seen later than this one: its deadline moves.
    fn hear(&self, cell: &Cell, standing: &Standing, now: Moment) {
        let mut state = cell.lock();
        if standing.last_seen_at > state.host.liveness.last_seen_at {
            Arc::make_mut(&mut state.host).liveness.last_seen_at = standing.last_seen_at;
            state.wake_at = wake_at(&state.host, &self.book(), &self.facts(), now);
        }
    }

    /// A host that another node has changed; what this one knows better stays.
    fn take_over(&self, mut loaded: Loaded, now: Moment) {
        let Some(cell) = self.fleet.by_id(loaded.host.id) else { return load::put(self, loaded, now) };
        let mut state = cell.lock();
        // Meanwhile this node has written itself.
        if state.version >= loaded.version {
            return;
        }
        let liveness = &mut loaded.host.liveness;
        liveness.last_seen_at = liveness.last_seen_at.max(state.host.liveness.last_seen_at);
        state.wake_at = wake_at(&loaded.host, &self.book(), &self.facts(), now);
        state.host = Arc::new(loaded.host);
        state.profile = Arc::new(loaded.profile);
        state.version = loaded.version;
        if loaded.document.received_at > state.document.received_at {
            state.document = loaded.document;
        }
    }
}

async fn load_hosts(tx: &mut Tx, wanted: &[HostId], now: Moment) -> Result<Vec<Loaded>, Fault> {
    if wanted.len() > ONE_BY_ONE {
        let mut all = store::host::load_all(tx, now).await?;
        let wanted: std::collections::HashSet<&HostId> = wanted.iter().collect();
        all.retain(|loaded| wanted.contains(&loaded.host.id));
        return Ok(all);
    }
    let mut loaded = Vec::with_capacity(wanted.len());
    for id in wanted {
        loaded.extend(store::host::load_one(tx, *id, now).await?);
    }
    Ok(loaded)
}
