//! The time has come.
use crate::{Book, Effect, Engine, Host, IdSource, Moment};

/// Decides what is due.
pub fn resolve(_host: &mut Host, _book: &Book, _engine: &Engine, _now: Moment, _ids: &mut dyn IdSource) -> Vec<Effect> {
    Vec::new()
}

/// Until when nothing changes without new input.
pub fn wake_at(_host: &Host, _book: &Book, _engine: &Engine, _now: Moment) -> Moment {
    Moment::FAR
}
