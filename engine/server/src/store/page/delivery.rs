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

/// One try, and of which notification.
#[derive(Clone, Debug, FromRow)]
pub struct AttemptOfRow {
    pub notification_id: i64,
    #[sqlx(flatten)]
    pub attempt: AttemptRow,
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
    and ($5 = '' or exists (select 1 from host_group_member m
        where m.host_id = h.id and $5 like '%,' || cast(m.group_id as text) || ',%'))
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

const OF_ALERT: &str = "select d.notification_id as id, d.alert_id, h.id as host_id, h.name as host, a.service,
        d.receiver_id, r.name as receiver, n.kind, d.state, d.attempts, d.created_at_ms, d.due_at_ms, d.finished_at_ms,
        d.detail, n.reason, d.handle
    from delivery d
    join notification n on n.id = d.notification_id
    join receiver r on r.id = d.receiver_id
    left join alert a on a.id = d.alert_id
    left join host h on h.id = a.host_id
    where n.alert_id = $1
    order by n.id desc limit $2";

const ATTEMPTS_OF_ALERT: &str =
    "select t.notification_id, t.number, t.started_at_ms, t.took_ms, t.outcome, t.detail, t.log
    from attempt t join notification n on n.id = t.notification_id
    where n.alert_id = $1 order by t.notification_id desc, t.number desc, t.id desc limit $2";

const ATTEMPTS: &str = "select number, started_at_ms, took_ms, outcome, detail, log
    from attempt where notification_id = $1 order by number desc, id desc limit $2";

const WORDS: &str = "select t.title, t.text from delivery own
    join delivery d on d.notification_id = own.notification_id or d.bundle_id = own.bundle_id
    join attempt t on t.notification_id = d.notification_id
    where own.notification_id = $1 and t.title is not null and t.text is not null
    order by t.started_at_ms desc, t.id desc limit 1";

const TOGETHER: &str =
    "select cast(count(*) as bigint) from delivery own join delivery d on d.bundle_id = own.bundle_id
    where own.notification_id = $1";

const CONTENT: &str = "select content from notification where id = $1";

const NEWEST_CONTENT: &str = "select content from notification where receiver_id = $1 and alert_id is not null
    order by id desc limit 1";

/// What a receiver was told last of an alert, as json.
pub async fn newest_content(pool: &Pool, receiver: i64) -> sqlx::Result<Option<String>> {
    Ok(read_optional!(pool, (String,), NEWEST_CONTENT, receiver)?.map(|(content,)| content))
}

/// Everything that the connector was told, as json.
pub async fn content(pool: &Pool, id: i64) -> sqlx::Result<Option<String>> {
    Ok(read_optional!(pool, (String,), CONTENT, id)?.map(|(content,)| content))
}

/// Title and text of the newest attempt as they were sent, where they were not the built-in ones for it alone.
pub async fn words(pool: &Pool, id: i64) -> sqlx::Result<Option<(String, String)>> {
    read_optional!(pool, (String, String), WORDS, id)
}

/// How many notifications are told in the same message; 0 or 1: it is told alone.
pub async fn together(pool: &Pool, id: i64) -> sqlx::Result<i64> {
    Ok(read_optional!(pool, (i64,), TOGETHER, id)?.map_or(0, |(count,)| count))
}

/// Deliveries older than the one with this id. An empty state and receiver 0 mean all; so do empty groups, others only
/// those about hosts in one of them: see `Reach::listed`.
pub async fn before(
    pool: &Pool,
    state: &str,
    receiver: i64,
    id: i64,
    limit: i64,
    groups: &str,
) -> sqlx::Result<Vec<DeliveryRow>> {
    read_all!(pool, DeliveryRow, LIST, state, receiver, id, limit, groups)
}

pub async fn one(pool: &Pool, id: i64) -> sqlx::Result<Option<DeliveryRow>> {
    read_optional!(pool, DeliveryRow, ONE, id)
}

/// The deliveries of an alert, newest first.
pub async fn of_alert(pool: &Pool, alert: i64, limit: i64) -> sqlx::Result<Vec<DeliveryRow>> {
    read_all!(pool, DeliveryRow, OF_ALERT, alert, limit)
}

/// The attempts of all deliveries of an alert, newest first.
pub async fn attempts_of_alert(pool: &Pool, alert: i64, limit: i64) -> sqlx::Result<Vec<AttemptOfRow>> {
    read_all!(pool, AttemptOfRow, ATTEMPTS_OF_ALERT, alert, limit)
}

/// The newest attempts.
pub async fn attempts(pool: &Pool, id: i64, limit: i64) -> sqlx::Result<Vec<AttemptRow>> {
    read_all!(pool, AttemptRow, ATTEMPTS, id, limit)
}
