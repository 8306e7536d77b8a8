//! Who wants to know that something changed: pages refresh, reconcilers wake. A signal carries no truth, only a topic;
//! whoever hears it reads the state.

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

/// Signals that may be missed when a listener is slow: it then reads the state anyway.
const CAPACITY: usize = 64;

/// Carries topics from the writer to whoever listens.
#[derive(Clone, Debug)]
pub struct Bus(broadcast::Sender<Topic>);

impl Default for Bus {
    fn default() -> Bus {
        Bus(broadcast::channel(CAPACITY).0)
    }
}

impl Bus {
    pub fn publish(&self, topic: Topic) {
        // Nobody listening is fine.
        let _ = self.0.send(topic);
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Topic> {
        self.0.subscribe()
    }
}
