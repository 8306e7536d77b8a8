//! Downtimes for people: planned, running and over, with author and how much each has held back.

use sqlx::FromRow;
use tocsin_policy::{DowntimeSchedule, Scope};

use crate::store::Pool;
use crate::store::book::{schedule_of, scope_of};
use crate::store::sql::{read_all, read_optional};

/// A downtime as it was planned.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: i64,
    pub title: String,
    pub scope: Scope,
    pub schedule: DowntimeSchedule,
    pub made_by: String,
    pub created_at_ms: i64,
    /// Of a recurring one since when it is planned.
    pub start_at_ms: i64,
    /// Of a recurring one when it was ended for good, or far away.
    pub end_at_ms: i64,
    /// Notifications that were due and not sent because of it: one for each alert, rule and due time.
    pub held: i64,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    title: String,
    scope: String,
    host_id: Option<i64>,
    service: Option<String>,
    group_id: Option<i64>,
    start_at_ms: i64,
    end_at_ms: i64,
    schedule: Option<String>,
    made_by: String,
    created_at_ms: i64,
    held: i64,
}

const OPEN: &str = "select d.id, d.title, d.scope, d.host_id, d.service, d.group_id, d.start_at_ms, d.end_at_ms,
        d.schedule, d.made_by, d.created_at_ms,
        (select cast(count(*) as bigint) from (select distinct w.alert_id, w.rule_id, w.due_at_ms from withheld w
            where w.suppressor_id = d.id) as due) as held
    from downtime d where d.end_at_ms > $1 order by d.id limit $2";

const ENDED: &str = "select d.id, d.title, d.scope, d.host_id, d.service, d.group_id, d.start_at_ms, d.end_at_ms,
        d.schedule, d.made_by, d.created_at_ms,
        (select cast(count(*) as bigint) from (select distinct w.alert_id, w.rule_id, w.due_at_ms from withheld w
            where w.suppressor_id = d.id) as due) as held
    from downtime d where d.end_at_ms <= $1 order by d.end_at_ms desc, d.id desc limit $2";

const ONE: &str = "select d.id, d.title, d.scope, d.host_id, d.service, d.group_id, d.start_at_ms, d.end_at_ms,
        d.schedule, d.made_by, d.created_at_ms, cast(0 as bigint) as held
    from downtime d where d.id = $1";

const AUTHORS: &str = "select id, made_by from downtime order by id desc limit 1000";

/// The newest downtimes with their authors.
pub async fn authors(pool: &Pool) -> sqlx::Result<Vec<(i64, String)>> {
    read_all!(pool, (i64, String), AUTHORS)
}

/// Those that are not over at `now_ms`, by the clock on the wall.
pub async fn open(pool: &Pool, now_ms: i64, limit: i64) -> sqlx::Result<Vec<Kept>> {
    Ok(read_all!(pool, Row, OPEN, now_ms, limit)?.into_iter().filter_map(kept).collect())
}

/// Those that were over by `before_ms`, the last to end first.
pub async fn ended(pool: &Pool, before_ms: i64, limit: i64) -> sqlx::Result<Vec<Kept>> {
    Ok(read_all!(pool, Row, ENDED, before_ms, limit)?.into_iter().filter_map(kept).collect())
}

/// One of them; what it has held back is not counted.
pub async fn one(pool: &Pool, id: i64) -> sqlx::Result<Option<Kept>> {
    Ok(read_optional!(pool, Row, ONE, id)?.and_then(kept))
}

/// A row that cannot be read is left out; the book has logged it.
fn kept(row: Row) -> Option<Kept> {
    Some(Kept {
        id: row.id,
        title: row.title,
        scope: scope_of(&row.scope, row.host_id, row.service, row.group_id)?,
        schedule: schedule_of(row.id, row.start_at_ms, row.end_at_ms, row.schedule.as_deref())?,
        made_by: row.made_by,
        created_at_ms: row.created_at_ms,
        start_at_ms: row.start_at_ms,
        end_at_ms: row.end_at_ms,
        held: row.held,
    })
}
