//! What the engine knows of itself, so that its own pauses are not taken for those of hosts.

use crate::{Moment, Span};

/// The engine's own times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engine {
    /// When it started (L5).
    pub started_at: Moment,
    /// Since when check-ins could be taken without a pause: the start, or the end of an outage of the store (L3).
    pub ingest_since: Moment,
    /// How far the clock on the wall is ahead of the moments of this engine, which count elapsed time: windows and
    /// hours go by the wall, all else by the moments (N6). Zero unless the wall clock was set while the engine ran.
    pub wall_ahead: Span,
}

impl Engine {
    /// An engine that starts now.
    pub fn started(at: Moment) -> Engine {
        Engine { started_at: at, ingest_since: at, wall_ahead: Span::ZERO }
    }

    /// What the clock on the wall says at `at`, in the moments in which windows are planned.
    pub fn wall(&self, at: Moment) -> Moment {
        at + self.wall_ahead
    }

    /// When the clock on the wall will say `wall`, as things stand.
    pub fn from_wall(&self, wall: Moment) -> Moment {
        if wall >= Moment::FAR { wall } else { wall - self.wall_ahead }
    }
}
