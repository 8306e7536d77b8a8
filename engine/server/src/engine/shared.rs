//! What the writer, the collector and the tasks hold in common.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tocsin_policy::{Book, Engine as EngineFacts, Moment, wake_at};
use tokio::sync::Notify;

use super::bus::Bus;
use super::channels::Channels;
use super::fleet::Fleet;
use super::instance::Instance;
use super::laid_down::{Door, LaidDown, Receivers};
use super::places::Places;
use super::words::Words;
use crate::clock::Clock;
use crate::content::Place;
use crate::ids::Ids;
use crate::link;
use crate::metrics::Metrics;
use crate::secret::Keys;
use crate::store::Store;
use crate::usecase::deliver::Claimed;

/// What to do about a database that refuses for a reason of its own.
const UNKNOWN_TROUBLE: &str = "the log of tocsin says why; check-ins are refused so that agents keep their events";

/// The state of the engine in memory.
pub struct Shared {
    pub store: Arc<Store>,
    pub clock: Clock,
    pub ids: Arc<Ids>,
    pub keys: Arc<Keys>,
    pub metrics: Arc<Metrics>,
    /// Tells this installation from others.
    instance_id: RwLock<Arc<str>>,
    /// What links begin with unless operators say otherwise.
    own_url: Arc<str>,
    /// Whether somebody has said so, or it is a guess.
    own_url_is_said: bool,
    pub fleet: Arc<Fleet>,
    pub words: Words,
    pub bus: Bus,
    pub places: Places,
    channels: RwLock<Arc<Channels>>,
    /// The name of this node while its deliverer runs: then transactions claim for it what they made due.
    deliverer: RwLock<Option<Arc<str>>>,
    /// Deliveries that were claimed in the transaction that made them due.
    claimed: Mutex<Vec<Claimed>>,
    /// Wakes the deliverer: claimed deliveries wait for it.
    pub delivery_claimed: Notify,
    /// Wakes the deliverer: something may be due in the outbox.
    pub delivery_due: Notify,
    /// Wakes the watch: a host needs a look before the watch meant to wake.
    pub watch_due: Notify,
    /// When the watch means to wake, in milliseconds.
    pub next_look: AtomicI64,
    laid_down: RwLock<LaidDown>,
    facts: Mutex<EngineFacts>,
    outage: AtomicBool,
    /// What to do about the outage, where the database says itself what is the matter.
    cure: Mutex<Option<&'static str>>,
}

impl Shared {
    /// An engine without hosts that starts now; [`super::Engine::start`] fills it.
    pub fn new(
        store: Arc<Store>,
        clock: Clock,
        ids: Arc<Ids>,
        keys: Arc<Keys>,
        metrics: Arc<Metrics>,
        (public_url, is_said): (&str, bool),
    ) -> Shared {
        let started = EngineFacts::started(clock.now());
        Shared {
            store,
            clock,
            ids,
            keys,
            metrics,
            instance_id: RwLock::new("".into()),
            own_url: public_url.trim_end_matches('/').into(),
            own_url_is_said: is_said,
            fleet: Arc::default(),
            words: Words::default(),
            bus: Bus::default(),
            places: Places::default(),
            channels: RwLock::default(),
            deliverer: RwLock::new(None),
            claimed: Mutex::default(),
            delivery_claimed: Notify::new(),
            delivery_due: Notify::new(),
            watch_due: Notify::new(),
            next_look: AtomicI64::new(0),
            laid_down: RwLock::default(),
            facts: Mutex::new(started),
            outage: AtomicBool::new(false),
            cure: Mutex::default(),
        }
    }

    /// What operators have laid down, as it is now.
    pub fn laid_down(&self) -> LaidDown {
        self.laid_down.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn take_up(&self, newest: LaidDown) {
        *self.laid_down.write().unwrap_or_else(PoisonError::into_inner) = newest;
    }

    /// The book as it is now.
    pub fn book(&self) -> Arc<Book> {
        self.laid_down().book
    }

    /// Who may report.
    pub fn door(&self) -> Arc<Door> {
        self.laid_down().door
    }

    /// Where messages can go.
    pub fn receivers(&self) -> Arc<Receivers> {
        self.laid_down().receivers
    }

    /// What operators say of this instance.
    pub fn instance(&self) -> Arc<Instance> {
        self.laid_down().instance
    }

    /// Which instance this is.
    pub fn place(&self) -> Place {
        let said = self.instance().public_url.as_deref().map(Arc::from);
        let public_url = said.unwrap_or_else(|| self.own_url.clone());
        let is_open = self.why_no_links().is_none();
        Place { instance: self.instance_id.read().unwrap_or_else(PoisonError::into_inner).clone(), public_url, is_open }
    }

    /// Why messages have no signed links; `None`: they have.
    pub fn why_no_links(&self) -> Option<&'static str> {
        let instance = self.instance();
        match instance.public_url.as_deref() {
            Some(said) => link::why_none(said, true),
            None => link::why_none(&self.own_url, self.own_url_is_said),
        }
    }

    pub fn set_instance_id(&self, id: &str) {
        *self.instance_id.write().unwrap_or_else(PoisonError::into_inner) = id.into();
    }

    /// Asks anew when each host needs a look: another book may call for an earlier one.
    pub fn retime(&self, now: Moment) {
        let (book, facts) = (self.book(), self.facts());
        for cell in self.fleet.cells() {
            let mut state = cell.lock();
            state.wake_at = wake_at(&state.host, &book, &facts, now);
        }
        self.watch_due.notify_one();
    }

    /// The node for which a transaction may claim deliveries; none while no deliverer runs.
    pub fn deliverer(&self) -> Option<Arc<str>> {
        self.deliverer.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_deliverer(&self, node: Option<Arc<str>>) {
        *self.deliverer.write().unwrap_or_else(PoisonError::into_inner) = node;
    }

    /// What the far sides can bear.
    pub fn channels(&self) -> Arc<Channels> {
        self.channels.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_channels(&self, channels: Channels) {
        *self.channels.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(channels);
    }

    /// Hands claimed deliveries to the deliverer.
    pub fn hand_over(&self, claimed: Vec<Claimed>) {
        self.claimed.lock().unwrap_or_else(PoisonError::into_inner).extend(claimed);
        self.delivery_claimed.notify_one();
    }

    /// What was handed over since the last look.
    pub fn handed_over(&self) -> Vec<Claimed> {
        std::mem::take(&mut *self.claimed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the engine knows of itself.
    pub fn facts(&self) -> EngineFacts {
        let mut facts = *self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        let clock = self.clock.read();
        facts.wall_ahead = clock.wall_ahead;
        if let Some(resumed_at) = clock.resumed_at {
            // Nothing was taken and nothing was told while the process did not run: as after a start (L3, L5).
            facts.started_at = facts.started_at.max(resumed_at);
            facts.ingest_since = facts.ingest_since.max(resumed_at);
        }
        if self.outage.load(Ordering::SeqCst) {
            // The first commit that succeeds may be the one that would call a host silent (L3).
            facts.ingest_since = clock.now;
        }
        facts
    }

    /// Notes that the database refused a commit: check-ins were refused with it, so no host may be called silent (L3).
    /// `cure` is what to do about it, if that is known. Says whether this is news.
    pub fn outage_begins(&self, cure: Option<&'static str>) -> bool {
        let known = std::mem::replace(&mut *self.cure.lock().unwrap_or_else(PoisonError::into_inner), cure);
        !self.outage.swap(true, Ordering::SeqCst) || known != cure
    }

    /// Whether the database refused the newest change, and what to do about it.
    pub fn outage(&self) -> Option<&'static str> {
        let cure = *self.cure.lock().unwrap_or_else(PoisonError::into_inner);
        self.outage.load(Ordering::SeqCst).then(|| cure.unwrap_or(UNKNOWN_TROUBLE))
    }

    /// Notes a commit; after an outage the clocks of all hosts start anew from here.
    pub fn outage_ends(&self, now: Moment) {
        if self.outage.swap(false, Ordering::SeqCst) {
            self.facts.lock().unwrap_or_else(PoisonError::into_inner).ingest_since = now;
            tracing::info!("the database takes changes again");
        }
    }
}
