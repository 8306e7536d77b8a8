//! The hosts in memory: what is true now. The database holds the same, and what led there.
//!
//! A cell holds one host. Readers clone the `Arc`; the writer replaces it after its commit. An unchanged check-in is
//! taken right here under the cell's lock, unless a use case for that host waits in the writer's queue: then it queues
//! behind it, so that nothing is decided on a state that is about to change.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};

use tocsin_policy::{Host, HostId, Moment};

/// What the server keeps of a host beside what decisions need; rarely changing, shown on pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    // Thousands of hosts say the same here: interned, see `words.rs`.
    pub agent_version: Arc<str>,
    /// Platform facts as json: name, release, version, machine, cpu, memory, swap.
    pub platform: Arc<str>,
    pub last_address: Box<str>,
    pub region: Arc<str>,
    pub environment: Arc<str>,
    pub labels: Vec<(Box<str>, Box<str>)>,
    pub first_seen_at: Moment,
}

/// The newest document of a host as it came, compressed: the current values of its services.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub body: Box<[u8]>,
    pub received_at: Moment,
}

/// One host in memory.
#[derive(Debug)]
pub struct CellState {
    pub host: Arc<Host>,
    pub profile: Arc<Profile>,
    /// The version of the row this state came from.
    pub version: i64,
    /// When the watch must look at it.
    pub wake_at: Moment,
    /// Use cases for this host that are queued or running.
    pub queued: u32,
    /// Taken a check-in since this process started: from then on unchanged ones may take the short way.
    pub warm: bool,
    /// Seen since the last flush.
    pub dirty: bool,
    pub document: Document,
}

/// A shared place for one host.
#[derive(Debug)]
pub struct Cell {
    pub id: HostId,
    state: Mutex<CellState>,
}

impl Cell {
    pub fn new(state: CellState) -> Cell {
        Cell { id: state.host.id, state: Mutex::new(state) }
    }

    /// Locks the host for a few microseconds; never held across I/O.
    pub fn lock(&self) -> MutexGuard<'_, CellState> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Puts another state in its place; what is queued for the host stays queued.
    fn replace(&self, state: CellState) {
        let mut old = self.lock();
        let queued = old.queued;
        *old = CellState { queued, ..state };
    }

    /// The host as it is now.
    pub fn host(&self) -> Arc<Host> {
        self.lock().host.clone()
    }
}

/// All hosts.
#[derive(Debug, Default)]
pub struct Fleet {
    index: RwLock<Index>,
}

#[derive(Debug, Default)]
struct Index {
    by_agent: HashMap<Box<str>, Arc<Cell>>,
    /// Ids grow with time, and what was made one after the other mostly lies so in memory: a walk in this order waits for
    /// memory a good deal less than one in the order of a hash.
    by_id: BTreeMap<HostId, Arc<Cell>>,
}

impl Fleet {
    pub fn by_agent(&self, agent_id: &str) -> Option<Arc<Cell>> {
        self.read().by_agent.get(agent_id).cloned()
    }

    pub fn by_id(&self, id: HostId) -> Option<Arc<Cell>> {
        self.read().by_id.get(&id).cloned()
    }

    /// All cells, the oldest host first.
    pub fn cells(&self) -> Vec<Arc<Cell>> {
        self.read().by_id.values().cloned().collect()
    }

    pub fn len(&self) -> usize {
        self.read().by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Looks at each host in turn, the oldest first and each as it is at its moment. Hosts lie all over the memory: whoever
    /// needs a few facts of all of them takes them here, without holding on to any. No host comes or goes meanwhile, so
    /// `look` is short and asks the fleet nothing.
    pub fn each(&self, mut look: impl FnMut(&CellState)) {
        self.read().by_id.values().for_each(|cell| look(&cell.lock()));
    }

    /// Puts a host in, or replaces its state in place so that everybody who holds the cell sees it.
    pub fn put(&self, state: CellState) -> Arc<Cell> {
        // Whoever looks at the fleet is in the way of newcomers alone.
        if let Some(cell) = self.by_id(state.host.id) {
            cell.replace(state);
            return cell;
        }
        let mut index = self.index.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        // Somebody else may have put it in just now.
        if let Some(cell) = index.by_id.get(&state.host.id).cloned() {
            cell.replace(state);
            return cell;
        }
        let agent_id = state.host.agent_id.clone();
        let cell = Arc::new(Cell::new(state));
        index.by_agent.insert(agent_id, cell.clone());
        index.by_id.insert(cell.id, cell.clone());
        cell
    }

    /// Forgets a host.
    pub fn remove(&self, id: HostId) {
        let mut index = self.index.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(cell) = index.by_id.remove(&id) {
            let agent_id = cell.host().agent_id.clone();
            index.by_agent.remove(&agent_id);
        }
    }

    /// The earliest moment at which some host needs a look, and the hosts that need it by `now`.
    pub fn due(&self, now: Moment) -> (Vec<HostId>, Moment) {
        let (mut due, mut next) = (Vec::new(), Moment::FAR);
        for (id, cell) in &self.read().by_id {
            let state = cell.lock();
            if state.queued == 0 && state.wake_at <= now {
                due.push(*id);
            } else {
                next = next.min(state.wake_at);
            }
        }
        (due, next)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
