//! Alerts for pages: open ones and those of the past, with what was told and what was held back.

use sqlx::FromRow;

use crate::store::Pool;
use crate::store::sql::{read_all, read_optional};

/// An alert, open or closed.
#[derive(Clone, Debug, FromRow)]
pub struct AlertRow {
    pub id: i64,
    pub host_id: i64,
    pub host: String,
    pub service: Option<String>,
    pub kind: String,
    pub opened_at_ms: i64,
    pub closed_at_ms: Option<i64>,
    pub close_reason: Option<String>,
    pub message: String,
}

/// A notification of an alert with where its delivery stands.
#[derive(Clone, Debug, FromRow)]
pub struct ToldRow {
    pub id: i64,
    pub receiver: String,
    pub kind: String,
    pub urgency: Option<i64>,
    pub at_ms: i64,
    /// json of a reason
    pub reason: String,
    pub state: String,
    pub attempts: i64,
    pub detail: String,
    pub finished_at_ms: Option<i64>,
}

/// What a receiver had last of an alert.
#[derive(Clone, Debug, FromRow)]
pub struct LastToldRow {
    pub receiver_id: i64,
    pub receiver: String,
    pub kind: String,
    pub at_ms: i64,
    /// Where its delivery stands.
    pub state: String,
}

/// One try to deliver a notification of an alert.
#[derive(Clone, Debug, FromRow)]
pub struct TriedRow {
    pub notification_id: i64,
    pub number: i64,
    pub started_at_ms: i64,
    pub took_ms: i64,
    pub outcome: String,
    pub detail: String,
}

/// Something that was due and not sent.
#[derive(Clone, Debug, FromRow)]
pub struct WithheldRow {
    /// None: before any rule was asked.
    pub rule_id: Option<i64>,
    pub due_at_ms: i64,
    pub at_ms: i64,
    /// json of a reason
    pub reason: String,
}

/// Where the newest delivery of an open alert to a receiver stands.
#[derive(Clone, Debug, FromRow)]
pub struct MarkRow {
    pub alert_id: i64,
    pub receiver_id: i64,
    pub state: String,
}

const ONE: &str = "select a.id, a.host_id, h.name as host, a.service, a.kind, a.opened_at_ms, a.closed_at_ms,
        a.close_reason, a.message
    from alert a join host h on h.id = a.host_id where a.id = $1";

const OF_HOST: &str = "select a.id, a.host_id, h.name as host, a.service, a.kind, a.opened_at_ms, a.closed_at_ms,
        a.close_reason, a.message
    from alert a join host h on h.id = a.host_id
    where a.host_id = $1 and a.closed_at_ms is not null order by a.opened_at_ms desc limit $2";

const TOLD: &str =
    "select n.id, r.name as receiver, n.kind, n.urgency, n.at_ms, n.reason, d.state, d.attempts, d.detail,
        d.finished_at_ms
    from notification n join delivery d on d.notification_id = n.id join receiver r on r.id = n.receiver_id
    where n.alert_id = $1 order by n.at_ms desc, n.id desc limit $2";

const WITHHELD: &str = "select rule_id, due_at_ms, at_ms, reason from withheld where alert_id = $1
    order by at_ms desc, id desc limit $2";

const LIST: &str = "select a.id, a.host_id, h.name as host, a.service, a.kind, a.opened_at_ms, a.closed_at_ms,
        a.close_reason, a.message
    from alert a join host h on h.id = a.host_id
    where ($1 or a.closed_at_ms is not null) and ($2 = 0 or a.host_id = $2) and ($3 = '' or a.service = $3) and a.id < $4
    and ($6 = '' or exists (select 1 from host_group_member m
        where m.host_id = a.host_id and $6 like '%,' || cast(m.group_id as text) || ',%'))
    order by a.id desc limit $5";

const LAST_TOLD: &str = "select n.receiver_id, r.name as receiver, n.kind, n.at_ms, d.state
    from notification n join delivery d on d.notification_id = n.id join receiver r on r.id = n.receiver_id
    where n.id in (select max(n2.id) from notification n2 where n2.alert_id = $1 group by n2.receiver_id)
    order by n.at_ms desc, n.id desc limit $2";

const RECEIVERS: &str = "select distinct r.name from notification n join receiver r on r.id = n.receiver_id
    where n.alert_id = $1 and n.kind <> 'recovery' order by r.name";

const TRIED: &str = "select t.notification_id, t.number, t.started_at_ms, t.took_ms, t.outcome, t.detail
    from attempt t join notification n on n.id = t.notification_id
    where n.alert_id = $1 order by t.id desc limit $2";

const ALIKE: &str = "select a.id, a.host_id, h.name as host, a.service, a.kind, a.opened_at_ms, a.closed_at_ms,
        a.close_reason, a.message
    from alert a join host h on h.id = a.host_id
    where a.host_id = $1 and coalesce(a.service, '') = $2 and a.id <> $3 and a.opened_at_ms >= $4
    order by a.opened_at_ms desc limit $5";

const MARKS: &str = "select d.alert_id, d.receiver_id, d.state
    from delivery d join (
        select max(n.id) as id from notification n join alert a on a.id = n.alert_id
        where a.closed_at_ms is null group by n.alert_id, n.receiver_id
    ) newest on newest.id = d.notification_id
    where d.alert_id is not null order by d.notification_id desc limit $1";

const NOTICES_OF_HOST: &str = "select cast(count(*) as bigint) from notification n join alert a on a.id = n.alert_id
    where a.host_id = $1 and n.at_ms >= $2 and n.kind in ('problem', 'change', 'reminder')";

pub async fn one(pool: &Pool, id: i64) -> sqlx::Result<Option<AlertRow>> {
    read_optional!(pool, AlertRow, ONE, id)
}

/// The closed alerts of a host, newest first.
pub async fn closed_of_host(pool: &Pool, host: i64, limit: i64) -> sqlx::Result<Vec<AlertRow>> {
    read_all!(pool, AlertRow, OF_HOST, host, limit)
}

/// Closed alerts older than the one with this id, and with `open` the open ones among them; host 0, no service and no groups mean
/// all: see `Reach::listed`.
pub async fn list(
    pool: &Pool,
    open: bool,
    host: i64,
    service: &str,
    before: i64,
    limit: i64,
    groups: &str,
) -> sqlx::Result<Vec<AlertRow>> {
    read_all!(pool, AlertRow, LIST, open, host, service, before, limit, groups)
}

/// The newest notification of an alert for each receiver.
pub async fn last_told(pool: &Pool, alert: i64, limit: i64) -> sqlx::Result<Vec<LastToldRow>> {
    read_all!(pool, LastToldRow, LAST_TOLD, alert, limit)
}

/// What was told of an alert, newest first.
pub async fn told(pool: &Pool, alert: i64, limit: i64) -> sqlx::Result<Vec<ToldRow>> {
    read_all!(pool, ToldRow, TOLD, alert, limit)
}

/// The names of those who were told of an alert.
pub async fn receivers(pool: &Pool, alert: i64) -> sqlx::Result<Vec<String>> {
    Ok(read_all!(pool, (String,), RECEIVERS, alert)?.into_iter().map(|(name,)| name).collect())
}

/// The tries to deliver what was told of an alert, newest first.
pub async fn tried(pool: &Pool, alert: i64, limit: i64) -> sqlx::Result<Vec<TriedRow>> {
    read_all!(pool, TriedRow, TRIED, alert, limit)
}

/// Other alerts of the same service, or of the host itself, that opened since a moment; newest first.
pub async fn alike(pool: &Pool, alert: &AlertRow, since_ms: i64, limit: i64) -> sqlx::Result<Vec<AlertRow>> {
    let service = alert.service.as_deref().unwrap_or_default();
    read_all!(pool, AlertRow, ALIKE, alert.host_id, service, alert.id, since_ms, limit)
}

/// What was due and not sent, newest first.
pub async fn withheld(pool: &Pool, alert: i64, limit: i64) -> sqlx::Result<Vec<WithheldRow>> {
    read_all!(pool, WithheldRow, WITHHELD, alert, limit)
}

/// The delivery marks of all open alerts.
pub async fn marks(pool: &Pool, limit: i64) -> sqlx::Result<Vec<MarkRow>> {
    read_all!(pool, MarkRow, MARKS, limit)
}

/// What a silence of the host would have held back since a moment; recoveries are not held back.
pub async fn notices_of_host(pool: &Pool, host: i64, since_ms: i64) -> sqlx::Result<i64> {
    Ok(read_optional!(pool, (i64,), NOTICES_OF_HOST, host, since_ms)?.map_or(0, |(n,)| n))
}
