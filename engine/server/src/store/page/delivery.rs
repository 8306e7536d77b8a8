//! Deliveries for pages: the way of each notification, its attempts and receipts.

use serde::Serialize;
use sqlx::FromRow;

use crate::store::Pool;
use crate::store::sql::{read_all, read_optional};

/// One notification on its way.
#[derive(Clone, Debug, Serialize, FromRow)]
pub struct DeliveryRow {
    pub id: i64,
    pub alert_id: Option<i64>,
    pub host_id: Option<i64>,
    pub host: Option<String>,
    pub service: Option<String>,
    pub receiver_id: i64,
    pub receiver: String,
    pub kind: String,
    pub state: String,
    pub attempts: i64,
    pub created_at_ms: i64,
    pub due_at_ms: i64,
    pub finished_at_ms: Option<i64>,
    pub detail: String,
    /// json of a reason
    pub reason: String,
    pub handle: Option<String>,
}

/// One try.
#[derive(Clone, Debug, Serialize, FromRow)]
pub struct AttemptRow {
    pub number: i64,
    pub started_at_ms: i64,
    pub took_ms: i64,
    pub outcome: String,
    pub detail: String,
    /// json list of the component's lines
    pub log: String,
}

const LIST: &str = "select d.notification_id as id, d.alert_id, h.id as host_id, h.name as host, a.service,
        d.receiver_id, r.name as receiver, n.kind, d.state, d.attempts, d.created_at_ms, d.due_at_ms, d.finished_at_ms,
        d.detail, n.reason, d.handle
    from delivery d
    join notification n on n.id = d.notification_id
    join receiver r on r.id = d.receiver_id
    left join alert a on a.id = d.alert_id
    left join host h on h.id = a.host_id
    where ($1 = '' or d.state = $1) and ($2 = 0 or d.receiver_id = $2) and d.notification_id < $3
    and ($5 = 0 or exists (select 1 from host_group_member m join account_group g on g.group_id = m.group_id
        where m.host_id = h.id and g.account_id = $5))
    order by d.notification_id desc limit $4";

const ONE: &str = "select d.notification_id as id, d.alert_id, h.id as host_id, h.name as host, a.service,
        d.receiver_id, r.name as receiver, n.kind, d.state, d.attempts, d.created_at_ms, d.due_at_ms, d.finished_at_ms,
        d.detail, n.reason, d.handle
    from delivery d
    join notification n on n.id = d.notification_id
    join receiver r on r.id = d.receiver_id
    left join alert a on a.id = d.alert_id
    left join host h on h.id = a.host_id
    where d.notification_id = $1";

const ATTEMPTS: &str = "select number, started_at_ms, took_ms, outcome, detail, log
    from attempt where notification_id = $1 order by number desc, id desc limit $2";

const CONTENT: &str = "select content from notification where id = $1";

/// Everything that the connector was told, as json.
pub async fn content(pool: &Pool, id: i64) -> sqlx::Result<Option<String>> {
    Ok(read_optional!(pool, (String,), CONTENT, id)?.map(|(content,)| content))
}

/// Deliveries older than the one with this id. An empty state and receiver 0 mean all; so does account 0, another one
/// only those about hosts of the groups that it is limited to.
pub async fn before(
    pool: &Pool,
    state: &str,
    receiver: i64,
    id: i64,
    limit: i64,
    account: i64,
) -> sqlx::Result<Vec<DeliveryRow>> {
    read_all!(pool, DeliveryRow, LIST, state, receiver, id, limit, account)
}

pub async fn one(pool: &Pool, id: i64) -> sqlx::Result<Option<DeliveryRow>> {
    read_optional!(pool, DeliveryRow, ONE, id)
}

/// The newest attempts.
pub async fn attempts(pool: &Pool, id: i64, limit: i64) -> sqlx::Result<Vec<AttemptRow>> {
    read_all!(pool, AttemptRow, ATTEMPTS, id, limit)
}
