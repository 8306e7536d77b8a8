//! What the engine knows of itself, so that its own pauses are not taken for those of hosts.

use crate::Moment;

/// The engine's own times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engine {
    /// When it started (L5).
    pub started_at: Moment,
    /// Since when check-ins could be taken without a pause: the start, or the end of an outage of the store (L3).
    pub ingest_since: Moment,
}

impl Engine {
    /// An engine that starts now.
    pub fn started(at: Moment) -> Engine {
        Engine { started_at: at, ingest_since: at }
    }
}
