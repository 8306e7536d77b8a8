//! Downtimes that are planned or running.

use sqlx::FromRow;

use crate::store::Pool;
use crate::store::sql::read_all;

#[derive(Clone, Debug, FromRow)]
pub struct DowntimeRow {
    pub id: i64,
    pub title: String,
    pub scope: String,
    pub host_id: Option<i64>,
    pub service: Option<String>,
    pub group_id: Option<i64>,
    pub start_at_ms: i64,
    pub end_at_ms: i64,
    pub made_by: String,
}

const AHEAD: &str = "select id, title, scope, host_id, service, group_id, start_at_ms, end_at_ms, made_by
    from downtime where end_at_ms > $1 order by start_at_ms, id limit $2";

/// Those that have not ended, the next first.
pub async fn ahead(pool: &Pool, now_ms: i64, limit: i64) -> sqlx::Result<Vec<DowntimeRow>> {
    read_all!(pool, DowntimeRow, AHEAD, now_ms, limit)
}
