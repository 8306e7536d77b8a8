//! Receivers for lists: without their settings, with how they did lately.

use sqlx::FromRow;

use crate::store::Pool;
use crate::store::sql::{read_all, read_optional};

/// A receiver without its secrets.
#[derive(Clone, Debug, FromRow)]
pub struct ReceiverRow {
    pub id: i64,
    pub name: String,
    pub connector: String,
    pub private_network: bool,
    pub enabled: bool,
    pub broken_at_ms: Option<i64>,
    pub broken_reason: Option<String>,
    pub version: i64,
}

/// How many deliveries of a receiver are in a state, and when the newest of them ended.
#[derive(Clone, Debug, FromRow)]
pub struct TallyRow {
    pub receiver_id: i64,
    pub state: String,
    pub n: i64,
    pub last_at_ms: Option<i64>,
}

const LIST: &str = "select id, name, connector, private_network, enabled, broken_at_ms, broken_reason, version
    from receiver order by name limit $1";

const ONE: &str = "select id, name, connector, private_network, enabled, broken_at_ms, broken_reason, version
    from receiver where id = $1";

const TALLY: &str = "select d.receiver_id, d.state, cast(count(*) as bigint) as n, max(d.finished_at_ms) as last_at_ms
    from receiver r join delivery d on d.receiver_id = r.id where d.created_at_ms >= $1 group by d.receiver_id, d.state";

const COUNT: &str = "select cast(count(*) as bigint) from receiver where enabled";

const HAS_DELIVERED: &str = "select notification_id from delivery where state = 'delivered' limit 1";

/// How many receivers can be told.
pub async fn count(pool: &Pool) -> sqlx::Result<i64> {
    Ok(read_optional!(pool, (i64,), COUNT)?.map_or(0, |(n,)| n))
}

/// Whether anything has ever arrived anywhere.
pub async fn has_delivered(pool: &Pool) -> sqlx::Result<bool> {
    Ok(read_optional!(pool, (i64,), HAS_DELIVERED)?.is_some())
}

/// Of `n` deliveries the one in the middle: how long it took from its decision to its receipt.
const MIDDLE: &str = "select finished_at_ms - created_at_ms as took_ms from delivery
    where receiver_id = $1 and state = 'delivered' and created_at_ms >= $2 and finished_at_ms is not null
    order by took_ms limit 1 offset $3";

const TROUBLE: &str =
    "select a.notification_id as delivery, a.started_at_ms as at_ms, a.outcome, a.detail from attempt a
    where a.notification_id = (select d.notification_id from delivery d
        where d.receiver_id = $1 and d.created_at_ms >= $2 and (d.state = 'dead' or d.attempts > 1)
        and ($3 = '' or d.alert_id is null or exists (select 1 from alert l join host_group_member m on m.host_id = l.host_id
            where l.id = d.alert_id and $3 like '%,' || cast(m.group_id as text) || ',%'))
        order by d.created_at_ms desc, d.notification_id desc limit 1)
    and a.outcome <> 'delivered' order by a.number desc limit 1";

/// The last attempt that went wrong.
#[derive(Clone, Debug, FromRow)]
pub struct TroubleRow {
    pub delivery: i64,
    pub at_ms: i64,
    pub outcome: String,
    pub detail: String,
}

/// The median time of the deliveries since a moment, of which there are `n`.
pub async fn median_ms(pool: &Pool, receiver: i64, since_ms: i64, n: i64) -> sqlx::Result<Option<i64>> {
    Ok(read_optional!(pool, (i64,), MIDDLE, receiver, since_ms, n / 2)?.map(|(took,)| took))
}

/// What went wrong last, since a moment.
pub async fn trouble(pool: &Pool, receiver: i64, since_ms: i64, groups: &str) -> sqlx::Result<Option<TroubleRow>> {
    read_optional!(pool, TroubleRow, TROUBLE, receiver, since_ms, groups)
}

/// Receivers by name.
pub async fn list(pool: &Pool, limit: i64) -> sqlx::Result<Vec<ReceiverRow>> {
    read_all!(pool, ReceiverRow, LIST, limit)
}

pub async fn one(pool: &Pool, id: i64) -> sqlx::Result<Option<ReceiverRow>> {
    read_optional!(pool, ReceiverRow, ONE, id)
}

/// Deliveries begun since a moment, by receiver and state.
pub async fn tally(pool: &Pool, since_ms: i64) -> sqlx::Result<Vec<TallyRow>> {
    read_all!(pool, TallyRow, TALLY, since_ms)
}
