//! What a use case holds while it runs: the transaction, the time, and drafts of the hosts it touches.
//!
//! A use case reads as four paragraphs: load, decide, save, publish. Nothing is visible outside before the commit:
//! drafts replace the hosts in memory only then.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tocsin_policy::{Book, Engine as EngineFacts, Host, HostId, Moment, ReceiverId};

use super::apply;
use super::bus::Topic;
use super::channels::Channels;
use super::fleet::{Cell, Document, Fleet, Profile};
use super::instance::Instance;
use super::laid_down::{LaidDown, Receivers};
use super::shared::Shared;
use crate::fault::Fault;
use crate::ids::Ids;
use crate::store::manner::Manner;
use crate::store::{self, Store, Tx};
use crate::usecase::deliver::Claimed;

/// A boxed future that borrows the work.
pub type Running<'w, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'w>>;

/// Something that changes the state: one action of a person, an agent or the clock. It may run twice, when the
/// transaction it shared with others had to be repeated, so it takes itself by reference.
pub trait UseCase: Send + Sync + 'static {
    type Output: Send + 'static;

    /// The host it is about, if it is about one: its unchanged check-ins then queue behind it.
    fn host(&self) -> Option<HostId> {
        None
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, Self::Output>;
}

/// A host that is being changed.
#[derive(Clone, Debug)]
pub struct Draft {
    pub host: Host,
    pub profile: Arc<Profile>,
    /// The version of the row when it was loaded.
    pub version: i64,
    /// Not in the database yet.
    pub is_new: bool,
    /// To be removed.
    pub deleted: bool,
    /// Something is to be written: the row's version is raised at the commit.
    pub changed: bool,
    /// Taken a check-in in this transaction.
    pub document: Option<Document>,
}

impl Draft {
    fn loaded(host: Host, profile: Arc<Profile>, version: i64) -> Draft {
        Draft { host, profile, version, is_new: false, deleted: false, changed: false, document: None }
    }
}

/// The surroundings of running use cases: one transaction, shared by all of a group.
pub struct Work {
    pub tx: Tx,
    pub now: Moment,
    pub engine: EngineFacts,
    pub store: Arc<Store>,
    pub ids: Arc<Ids>,
    pub keys: Arc<crate::secret::Keys>,
    pub metrics: Arc<crate::metrics::Metrics>,
    pub place: crate::content::Place,
    /// What operators say of this instance, as it was when the transaction began.
    pub instance: Arc<Instance>,
    /// What is valid for this transaction; [`Work::edit_book`] marks it for a fresh load.
    pub book: Arc<Book>,
    pub receivers: Arc<Receivers>,
    pub manners: Arc<HashMap<ReceiverId, Manner>>,
    pub book_edited: bool,
    pub places: super::places::Places,
    pub channels: Arc<Channels>,
    /// The node whose deliverer runs here; none in a rehearsal.
    pub(crate) deliverer: Option<Arc<str>>,
    /// Deliveries that begin right after the commit.
    pub(crate) claimed: Vec<Claimed>,
    pub(super) fleet: Arc<Fleet>,
    pub(super) drafts: HashMap<HostId, Draft>,
    /// Hosts for which something may be due.
    pub(super) undecided: BTreeSet<HostId>,
    pub(super) topics: BTreeSet<Topic>,
    /// Rows of the outbox were written or moved.
    pub(super) outbox_moved: bool,
    /// The row of the event that is being observed.
    pub event_row: Option<i64>,
    pinned: Pins,
}

/// Cells that were read: their unchanged check-ins queue until the transaction has ended.
#[derive(Default)]
struct Pins(Vec<Arc<Cell>>);

impl Drop for Pins {
    fn drop(&mut self) {
        for cell in &self.0 {
            let mut state = cell.lock();
            state.queued = state.queued.saturating_sub(1);
        }
    }
}

impl Work {
    /// Begins a transaction for a group of use cases.
    pub(super) async fn begin(shared: &Shared, now: Moment) -> Result<Work, Fault> {
        let LaidDown { book, receivers, manners, instance, .. } = shared.laid_down();
        Ok(Work {
            tx: shared.store.begin().await?,
            now,
            engine: shared.facts(),
            store: shared.store.clone(),
            ids: shared.ids.clone(),
            keys: shared.keys.clone(),
            metrics: shared.metrics.clone(),
            place: shared.place(),
            instance,
            book,
            receivers,
            manners,
            book_edited: false,
            places: shared.places.clone(),
            channels: shared.channels(),
            deliverer: shared.deliverer(),
            claimed: Vec::new(),
            fleet: shared.fleet.clone(),
            drafts: HashMap::new(),
            undecided: BTreeSet::new(),
            topics: BTreeSet::new(),
            outbox_moved: false,
            event_row: None,
            pinned: Pins::default(),
        })
    }

    /// The draft of a host, loaded on the first touch.
    ///
    /// # Errors
    /// Refused when there is no such host.
    pub async fn draft(&mut self, id: HostId) -> Result<&mut Draft, Fault> {
        if !self.drafts.contains_key(&id) {
            let draft = self.load(id).await?;
            self.drafts.insert(id, draft);
        }
        match self.drafts.get_mut(&id) {
            Some(draft) if !draft.deleted => Ok(draft),
            _ => Err(Fault::not_found("there is no such host; it may have been deleted meanwhile")),
        }
    }

    /// The draft of the host whose agent has this id; `None` if it is unknown.
    pub async fn draft_of_agent(&mut self, agent_id: &str) -> Result<Option<HostId>, Fault> {
        let drafted = self.drafts.values().find(|draft| !draft.deleted && &*draft.host.agent_id == agent_id);
        if let Some(draft) = drafted {
            return Ok(Some(draft.host.id));
        }
        if let Some(cell) = self.fleet.by_agent(agent_id) {
            return Ok((!self.drafts.contains_key(&cell.id)).then_some(cell.id));
        }
        if self.store.exclusive {
            return Ok(None);
        }
        Ok(store::host::id_of_agent(&mut self.tx, agent_id).await?)
    }

    /// Adds a host that is not in the database yet.
    pub fn add_host(&mut self, host: Host, profile: Profile) {
        let (id, profile) = (host.id, Arc::new(profile));
        let draft = Draft { host, profile, version: 0, is_new: true, deleted: false, changed: true, document: None };
        self.drafts.insert(id, draft);
    }

    /// Writes the row of a host that is not in the database yet, so that other rows can refer to it.
    pub(crate) async fn insert_if_new(&mut self, id: HostId) -> Result<(), Fault> {
        let Some(draft) = self.drafts.get_mut(&id).filter(|draft| draft.is_new) else { return Ok(()) };
        store::host_write::save(&mut self.tx, draft).await?;
        (draft.is_new, draft.version) = (false, 1);
        Ok(())
    }

    /// Makes the effects of a decision durable and marks what they touch.
    pub async fn apply(&mut self, id: HostId, effects: Vec<tocsin_policy::Effect>) -> Result<(), Fault> {
        apply::effects(self, id, effects).await
    }

    /// Has what is due for a host decided when all use cases of this transaction have run: at one instant the edges of
    /// suppressions, operator actions and check-ins come before notification timers (N4), so a recovery wins over the
    /// reminder that would fall due with it.
    ///
    /// # Errors
    /// Refused when there is no such host.
    pub async fn resolve(&mut self, id: HostId) -> Result<(), Fault> {
        self.draft(id).await?;
        self.undecided.insert(id);
        Ok(())
    }

    /// Decides what is due for a host now, and makes it durable.
    pub(super) async fn decide(&mut self, id: HostId) -> Result<(), Fault> {
        let (book, engine, now, ids) = (self.book.clone(), self.engine, self.now, self.ids.clone());
        let draft = self.draft(id).await?;
        let effects = tocsin_policy::resolve(&mut draft.host, &book, &engine, now, &mut &*ids);
        self.apply(id, effects).await
    }

    /// Says that policies, groups, urgencies, receivers, downtimes or settings were edited: the book is loaded again
    /// in this transaction, and every host with an open alert is decided anew under it.
    pub fn edit_book(&mut self) {
        self.book_edited = true;
        self.publish(Topic::Book);
    }

    pub fn publish(&mut self, topic: Topic) {
        self.topics.insert(topic);
    }

    /// Says that rows of the outbox were written or moved that nobody has claimed, so that the deliverer looks for them
    /// after the commit.
    pub fn wake_deliverer(&mut self) {
        self.outbox_moved = true;
        self.publish(Topic::Deliveries);
    }

    /// Writes a line of the audit log.
    pub async fn audit(
        &mut self,
        actor: &crate::actor::Actor,
        action: &str,
        object: &str,
        detail: &str,
    ) -> Result<(), Fault> {
        let line = store::audit::Line { id: self.ids.next(), at: self.now, actor, action, object, detail };
        Ok(store::audit::write(&mut self.tx, &line).await?)
    }

    async fn load(&mut self, id: HostId) -> Result<Draft, Fault> {
        let cached = self.fleet.by_id(id).map(|cell| {
            let mut state = cell.lock();
            state.queued += 1;
            let copy = (state.host.clone(), state.profile.clone(), state.version);
            drop(state);
            self.pinned.0.push(cell);
            copy
        });
        // Memory is current when nobody else writes; otherwise the row's version says so, read in this transaction.
        if let Some((host, profile, version)) = cached
            && (self.store.exclusive || store::host::version(&mut self.tx, id).await? == Some(version))
        {
            return Ok(Draft::loaded(Host::clone(&host), profile, version));
        }
        let seen_at = self.fleet.by_id(id).and_then(|cell| cell.host().liveness.last_seen_at);
        let loaded =
            if self.store.exclusive { None } else { store::host::load_one(&mut self.tx, id, self.now).await? };
        let Some(mut loaded) = loaded else {
            return Err(Fault::not_found("there is no such host; it may have been deleted meanwhile"));
        };
        // What this node has seen and not flushed yet is newer than the row.
        let liveness = &mut loaded.host.liveness;
        liveness.last_seen_at = liveness.last_seen_at.max(seen_at);
        Ok(Draft::loaded(loaded.host, Arc::new(loaded.profile), loaded.version))
    }
}
