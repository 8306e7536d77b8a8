//! A check-in.
use crate::{Book, Effect, Host, IdSource, Moment, Observation};

/// Takes a check-in into the facts.
pub fn observe(
    host: &mut Host,
    _seen: &Observation,
    _book: &Book,
    now: Moment,
    _ids: &mut dyn IdSource,
) -> Vec<Effect> {
    host.liveness.last_seen_at = Some(now);
    Vec::new()
}
