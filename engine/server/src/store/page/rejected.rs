//! Check-ins that were not taken: the first aid for "why does my host not show".

use sqlx::FromRow;

use crate::store::Pool;
use crate::store::sql::{read_all, read_optional};

#[derive(Clone, Debug, FromRow)]
pub struct RejectedRow {
    pub id: i64,
    pub reason: String,
    pub detail: String,
    pub address: String,
    pub host_name: Option<String>,
    pub account: Option<String>,
    pub times: i64,
    pub first_at_ms: i64,
    pub last_at_ms: i64,
}

const LIST: &str = "select id, reason, detail, address, host_name, account, times, first_at_ms, last_at_ms
    from rejected_check_in order by last_at_ms desc, id desc limit $1";

const COUNT: &str = "select cast(count(*) as bigint) from rejected_check_in where last_at_ms >= $1";

/// The newest first; repeats are one row.
pub async fn list(pool: &Pool, limit: i64) -> sqlx::Result<Vec<RejectedRow>> {
    read_all!(pool, RejectedRow, LIST, limit)
}

/// How many kinds were seen since a moment.
pub async fn count(pool: &Pool, since_ms: i64) -> sqlx::Result<i64> {
    Ok(read_optional!(pool, (i64,), COUNT, since_ms)?.map_or(0, |(n,)| n))
}
