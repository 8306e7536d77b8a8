//! From rows to memory: a host as it was loaded, and the book when another node has edited it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tocsin_policy::{Moment, wake_at};

use super::fleet::CellState;
use super::shared::Shared;
use super::work::Work;
use crate::fault::Fault;
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

impl Work {
    /// Where other nodes write too: takes the newest book when its version, read in this transaction, says so.
    pub(super) async fn catch_up(&mut self, shared: &Shared) -> Result<(), Fault> {
        let version = store::book::version(&mut self.tx).await?;
        if version != shared.book_version.load(Ordering::SeqCst) {
            let book = Arc::new(store::book::load(&mut self.tx).await?);
            shared.set_book(book.clone(), version);
            shared.set_door(store::book::load_door(&mut self.tx).await?);
            self.book = book;
        }
        Ok(())
    }
}
