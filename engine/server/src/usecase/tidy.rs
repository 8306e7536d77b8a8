//! One small step of tidying: what is over and older than the instance keeps it goes for good.

use tocsin_policy::{Moment, Span};

use crate::engine::instance::Retention;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::ids::Ids;
use crate::store;
pub use crate::store::tidy::Old;

/// Rows of one step. With what goes along (an alert with its notifications and attempts is some ten rows) a step stays
/// under a few milliseconds, so that no check-in waits for it.
pub const STEP: i64 = 200;

/// Deletes up to [`STEP`] rows of one kind.
pub struct Tidy(pub Old);

impl UseCase for Tidy {
    /// Whether there may be more.
    type Output = bool;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, bool> {
        Box::pin(async move {
            let Some(before) = before(&work.instance.retention, self.0, work.now) else { return Ok(false) };
            let gone = store::tidy::delete(&mut work.tx, self.0, before, Ids::first_at(before), STEP).await?;
            Ok(i64::try_from(gone).unwrap_or(i64::MAX) >= STEP)
        })
    }
}

/// What is older than this is not kept; `None`: it is kept for ever.
fn before(retention: &Retention, what: Old, now: Moment) -> Option<Moment> {
    let days = match what {
        Old::Events | Old::Rejected => retention.events,
        Old::History | Old::Silences | Old::Downtimes => retention.history,
        Old::Deliveries => retention.deliveries,
        Old::Alerts => retention.alerts,
        Old::Audit => retention.audit,
        // They end by themselves.
        Old::Links => Some(0),
    };
    days.map(|days| now - Span::hours(24 * i64::from(days)))
}
