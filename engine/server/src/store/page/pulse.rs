//! How it stands with what tocsin itself has to do.

use crate::store::Pool;
use crate::store::sql::read_optional;

const WAITING: &str = "select cast(count(*) as bigint), min(d.due_at_ms)
    from delivery d left join alert a on a.id = d.alert_id
    where d.state = 'due' and ($1 = '' or exists (select 1 from host_group_member m
        where m.host_id = a.host_id and $1 like '%,' || cast(m.group_id as text) || ',%'))";

const BROKEN: &str = "select cast(count(*) as bigint) from receiver where broken_at_ms is not null and enabled";

/// Deliveries that wait, and when the one that was due first is or was due; with groups only what is about their hosts:
/// see `Reach::listed`.
pub async fn waiting(pool: &Pool, groups: &str) -> sqlx::Result<(i64, Option<i64>)> {
    Ok(read_optional!(pool, (i64, Option<i64>), WAITING, groups)?.unwrap_or_default())
}

/// Receivers that are in use and failed for good at their last try.
pub async fn broken_receivers(pool: &Pool) -> sqlx::Result<i64> {
    Ok(read_optional!(pool, (i64,), BROKEN)?.map_or(0, |(n,)| n))
}
