//! How connectors did lately, all their receivers together.

use sqlx::FromRow;

use crate::store::Pool;
use crate::store::sql::{read_all, read_optional};

/// How many deliveries over a connector are in a state.
#[derive(Clone, Debug, FromRow)]
pub struct TallyRow {
    pub connector: String,
    pub state: String,
    pub n: i64,
}

/// The last attempt that went wrong.
#[derive(Clone, Debug, FromRow)]
pub struct TroubleRow {
    pub delivery: i64,
    pub receiver: String,
    pub at_ms: i64,
    pub outcome: String,
    pub detail: String,
}

const TALLY: &str = "select r.connector, d.state, cast(count(*) as bigint) as n from delivery d
    join receiver r on r.id = d.receiver_id where d.created_at_ms >= $1 group by r.connector, d.state";

/// Of `n` attempts that arrived the one in the middle: how long the connector took.
const MIDDLE: &str = "select a.took_ms from attempt a join delivery d on d.notification_id = a.notification_id
    join receiver r on r.id = d.receiver_id
    where r.connector = $1 and d.state = 'delivered' and d.created_at_ms >= $2 and a.outcome = 'delivered'
    order by a.took_ms limit 1 offset $3";

const TROUBLE: &str = "select a.notification_id as delivery, r.name as receiver, a.started_at_ms as at_ms, a.outcome,
    a.detail from attempt a join delivery d on d.notification_id = a.notification_id
    join receiver r on r.id = d.receiver_id
    where r.connector = $1 and d.created_at_ms >= $2 and a.outcome <> 'delivered'
    and ($3 = '' or d.alert_id is null or exists (select 1 from alert l join host_group_member m on m.host_id = l.host_id
        where l.id = d.alert_id and $3 like '%,' || cast(m.group_id as text) || ',%'))
    order by a.started_at_ms desc, a.id desc limit 1";

/// Deliveries begun since a moment, by connector and state.
pub async fn tally(pool: &Pool, since_ms: i64) -> sqlx::Result<Vec<TallyRow>> {
    read_all!(pool, TallyRow, TALLY, since_ms)
}

/// The median time of the calls that delivered since a moment, of which there are `n`.
pub async fn median_ms(pool: &Pool, connector: &str, since_ms: i64, n: i64) -> sqlx::Result<Option<i64>> {
    Ok(read_optional!(pool, (i64,), MIDDLE, connector, since_ms, n / 2)?.map(|(took,)| took))
}

/// What went wrong last, since a moment, of what this person may read.
pub async fn trouble(pool: &Pool, connector: &str, since_ms: i64, groups: &str) -> sqlx::Result<Option<TroubleRow>> {
    read_optional!(pool, TroubleRow, TROUBLE, connector, since_ms, groups)
}
