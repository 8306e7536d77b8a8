//! How it stands with what tocsin itself has to do.

use crate::store::Pool;
use crate::store::sql::read_optional;

const WAITING: &str = "select cast(count(*) as bigint), min(due_at_ms) from delivery where state = 'due'";

const BROKEN: &str = "select cast(count(*) as bigint) from receiver where broken_at_ms is not null and enabled";

/// Deliveries that wait, and when the one that was due first is or was due.
pub async fn waiting(pool: &Pool) -> sqlx::Result<(i64, Option<i64>)> {
    Ok(read_optional!(pool, (i64, Option<i64>), WAITING)?.unwrap_or_default())
}

/// Receivers that are in use and failed for good at their last try.
pub async fn broken_receivers(pool: &Pool) -> sqlx::Result<i64> {
    Ok(read_optional!(pool, (i64,), BROKEN)?.map_or(0, |(n,)| n))
}
