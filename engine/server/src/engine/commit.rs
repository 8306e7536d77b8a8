//! The end of a transaction: what the book's edits mean for open alerts, then every changed host with the version that
//! guards it, then the commit; after it, memory is made equal to what was written.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tocsin_connector_host::Leave;
use tocsin_policy::{HostId, Moment, wake_at};

use super::bus::Topic;
use super::fleet::{CellState, Document};
use super::laid_down::LaidDown;
use super::shared::Shared;
use super::work::{Draft, Work};
use crate::fault::Fault;
use crate::store;

/// What becomes visible after the commit.
pub(super) struct Committed {
    drafts: Vec<(HostId, Draft)>,
    laid_down: Option<LaidDown>,
    topics: std::collections::BTreeSet<Topic>,
    outbox_moved: bool,
    now: Moment,
}

impl Work {
    /// Loads the book again in this transaction; every host with an open alert is decided under it (T7, N5).
    async fn turn_to_new_book(&mut self) -> Result<Option<LaidDown>, Fault> {
        if !self.book_edited {
            return Ok(None);
        }
        store::book::raise_version(&mut self.tx).await?;
        let newest = store::book::laid_down(&mut self.tx).await?;
        (self.book, self.receivers) = (newest.book.clone(), newest.receivers.clone());
        self.instance = newest.instance.clone();
        self.manners = newest.manners.clone();
        let drafted = self.drafts.values().filter(|draft| !draft.host.alerts.is_empty());
        self.undecided.extend(drafted.map(|draft| draft.host.id));
        let cells = self.fleet.cells().into_iter();
        self.undecided.extend(cells.filter(|cell| !cell.host().alerts.is_empty()).map(|cell| cell.id));
        Ok(Some(newest))
    }

    /// Decides what is due, saves what changed, and commits. Deliveries that were claimed begin meanwhile: connectors
    /// write their messages while the disk works, and the commit gives them leave to send (D1).
    ///
    /// # Errors
    /// [`Fault::Overtaken`] when another node has changed one of the hosts: nothing was written, try again.
    pub(super) async fn commit(mut self, shared: &Shared) -> Result<Committed, Fault> {
        let laid_down = self.turn_to_new_book().await?;
        for id in std::mem::take(&mut self.undecided) {
            if self.drafts.get(&id).is_none_or(|draft| !draft.deleted) {
                self.decide(id).await?;
            }
        }
        let mut drafts: Vec<(HostId, Draft)> = std::mem::take(&mut self.drafts).into_iter().collect();
        drafts.sort_unstable_by_key(|(id, _)| *id);
        for (_, draft) in drafts.iter_mut().filter(|(_, draft)| !draft.deleted && draft.changed) {
            if !store::host_write::save(&mut self.tx, draft).await? {
                return Err(Fault::Overtaken);
            }
            (draft.is_new, draft.version) = (false, draft.version + 1);
        }
        let Work { mut tx, topics, outbox_moved, mut claimed, now, .. } = self;
        let (giver, leave) = Leave::later();
        let sends = !claimed.is_empty();
        claimed.iter_mut().for_each(|claimed| claimed.leave = leave.clone());
        tx.settle().await?;
        // In this order: where there is one core, the database has it until it waits for the disk. A connector that had it
        // before would hold up its own commit.
        let hand_over = async {
            if sends {
                std::thread::yield_now();
                shared.hand_over(claimed);
            }
        };
        let (committed, ()) = tokio::join!(biased; tx.commit(), hand_over);
        committed?;
        giver.give();
        if sends {
            // What somebody is waiting for goes first; memory and pages follow.
            std::thread::yield_now();
        }
        Ok(Committed { drafts, laid_down, topics, outbox_moved, now })
    }
}

impl Committed {
    /// Makes memory equal to what was committed, and wakes whoever waits for it.
    pub(super) fn publish(self, shared: &Shared) {
        let is_new = self.laid_down.is_some();
        if let Some(newest) = self.laid_down {
            shared.take_up(newest);
        }
        let (book, facts) = (shared.book(), shared.facts());
        let mut earliest = Moment::FAR;
        for (id, draft) in self.drafts {
            if draft.deleted {
                shared.fleet.remove(id);
                continue;
            }
            let wake_at = wake_at(&draft.host, &book, &facts, self.now);
            earliest = earliest.min(wake_at);
            let old = shared.fleet.by_id(id);
            let (warm, dirty, document) = match (&old, draft.document) {
                (_, Some(document)) => (true, !draft.changed, document),
                (Some(cell), None) => {
                    let mut state = cell.lock();
                    (state.warm, state.dirty, std::mem::take(&mut state.document))
                }
                (None, None) => (false, false, Document::default()),
            };
            let state = CellState {
                host: Arc::new(draft.host),
                profile: draft.profile,
                version: draft.version,
                wake_at,
                queued: 0,
                warm,
                dirty,
                document,
            };
            shared.fleet.put(state);
        }
        if is_new {
            shared.retime(self.now);
        }
        // The watch looks at every host; it is not woken for what it will find anyway.
        if earliest.0 < shared.next_look.load(Ordering::SeqCst) {
            shared.watch_due.notify_one();
        }
        for topic in self.topics {
            shared.bus.publish(topic);
        }
        if self.outbox_moved {
            shared.delivery_due.notify_one();
        }
    }
}
