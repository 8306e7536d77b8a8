//! Silences for people: with note, author, and how much each has held back.

use sqlx::FromRow;

use crate::store::Pool;
use crate::store::sql::{read_all, read_optional};

/// A silence of one host.
#[derive(Clone, Debug, FromRow)]
pub struct SilenceRow {
    pub id: i64,
    pub host_id: i64,
    pub made_by: String,
    pub note: String,
    pub start_at_ms: i64,
    pub end_at_ms: i64,
    /// Notifications that were due and not sent because of it: one for each alert, rule and due time.
    pub held: i64,
}

const ACTIVE: &str = "select s.id, s.host_id, s.made_by, s.note, s.start_at_ms, s.end_at_ms,
        (select cast(count(*) as bigint) from (select distinct w.alert_id, w.rule_id, w.due_at_ms from withheld w
            where w.suppressor_id = s.id) as due) as held
    from silence s where s.end_at_ms > $1 order by s.end_at_ms, s.id limit $2";

const ENDED: &str = "select s.id, s.host_id, s.made_by, s.note, s.start_at_ms, s.end_at_ms,
        (select cast(count(*) as bigint) from (select distinct w.alert_id, w.rule_id, w.due_at_ms from withheld w
            where w.suppressor_id = s.id) as due) as held
    from silence s where s.end_at_ms <= $1 order by s.end_at_ms desc, s.id desc limit $2";

const ONE: &str = "select s.id, s.host_id, s.made_by, s.note, s.start_at_ms, s.end_at_ms, cast(0 as bigint) as held
    from silence s where s.id = $1";

/// Those that have not ended at `now_ms`, the first to end first.
pub async fn active(pool: &Pool, now_ms: i64, limit: i64) -> sqlx::Result<Vec<SilenceRow>> {
    read_all!(pool, SilenceRow, ACTIVE, now_ms, limit)
}

/// Those that ended by `before_ms`, the last to end first.
pub async fn ended(pool: &Pool, before_ms: i64, limit: i64) -> sqlx::Result<Vec<SilenceRow>> {
    read_all!(pool, SilenceRow, ENDED, before_ms, limit)
}

/// One of them; what it has held back is not counted.
pub async fn one(pool: &Pool, id: i64) -> sqlx::Result<Option<SilenceRow>> {
    read_optional!(pool, SilenceRow, ONE, id)
}
