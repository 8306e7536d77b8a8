//! Who wants to know that something changed: pages refresh, reconcilers wake. A signal carries no truth, only a topic;
//! whoever hears it reads the state.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::broadcast;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Alerts opened, changed or closed.
    Alerts,
    /// Hosts or their services.
    Hosts,
    /// Notifications were decided, or a delivery moved on.
    Deliveries,
    /// Policies, groups, receivers, urgencies, downtimes, settings.
    Book,
}

impl Topic {
    pub const ALL: [Topic; 4] = [Topic::Alerts, Topic::Hosts, Topic::Deliveries, Topic::Book];

    /// As regions of pages name it.
    pub fn name(self) -> &'static str {
        match self {
            Topic::Alerts => "alerts",
            Topic::Hosts => "hosts",
            Topic::Deliveries => "deliveries",
            Topic::Book => "book",
        }
    }
}

/// Signals that may be missed when a listener is slow: it then reads the state anyway.
const CAPACITY: usize = 64;

/// Carries topics from the writer to whoever listens, and counts how often each came.
#[derive(Clone, Debug)]
pub struct Bus {
    sender: broadcast::Sender<Topic>,
    /// In the order of [`Topic::ALL`], since this process started.
    versions: Arc<[AtomicU64; Topic::ALL.len()]>,
}

impl Default for Bus {
    fn default() -> Bus {
        Bus { sender: broadcast::channel(CAPACITY).0, versions: Arc::default() }
    }
}

impl Bus {
    pub fn publish(&self, topic: Topic) {
        self.versions[topic as usize].fetch_add(1, Ordering::SeqCst);
        // Nobody listening is fine.
        let _ = self.sender.send(topic);
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Topic> {
        self.sender.subscribe()
    }

    /// How often something was published under this topic: two equal numbers mean that nothing changed in between.
    pub fn version(&self, topic: Topic) -> u64 {
        self.versions[topic as usize].load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_counts_its_own_topic_only() {
        let bus = Bus::default();
        bus.publish(Topic::Hosts);
        bus.publish(Topic::Hosts);
        bus.publish(Topic::Book);
        assert_eq!(Topic::ALL.map(|topic| bus.version(topic)), [0, 2, 0, 1]);
    }
}
