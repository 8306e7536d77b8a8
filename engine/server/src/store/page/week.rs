//! The last days as they were: alerts, silences and what was sent, for playing them once more under another policy.

use sqlx::FromRow;
use tocsin_policy::Moment;

use crate::ids::Ids;
use crate::store::Pool;
use crate::store::sql::{read_all, read_optional};

/// An alert that began in the time asked for.
#[derive(Clone, Debug, FromRow)]
pub struct AlertRow {
    pub id: i64,
    pub host_id: i64,
    pub service: Option<String>,
    pub kind: String,
    pub opened_at_ms: i64,
    pub closed_at_ms: Option<i64>,
    pub message: String,
    /// The last acknowledgement that was not taken back.
    pub ack_by: Option<String>,
    pub ack_at_ms: Option<i64>,
    pub ack_until_ms: Option<i64>,
}

/// A silence that held at some time since.
#[derive(Clone, Debug, FromRow)]
pub struct SilenceRow {
    pub id: i64,
    pub host_id: i64,
    pub made_by: String,
    pub start_at_ms: i64,
    pub end_at_ms: i64,
}

/// A notification of one of the alerts.
#[derive(Clone, Debug, FromRow)]
pub struct SentRow {
    pub alert_id: i64,
    pub receiver_id: i64,
    pub kind: String,
    pub at_ms: i64,
}

/// The same of an alert that was played: by what it was about and when it began.
#[derive(Clone, Debug, FromRow)]
pub struct PlayedRow {
    pub id: i64,
    pub host_id: i64,
    pub service: Option<String>,
    pub alert_kind: String,
    pub opened_at_ms: i64,
    pub receiver_id: i64,
    pub kind: String,
    pub at_ms: i64,
}

const ALERTS: &str = "select id, host_id, service, kind, opened_at_ms, closed_at_ms, message, ack_by, ack_at_ms,
        ack_until_ms
    from alert where id >= $3 and opened_at_ms >= $1 order by opened_at_ms desc, id desc limit $2";

const OLDER: &str = "select cast(count(*) as bigint) from alert
    where opened_at_ms < $1 and (closed_at_ms is null or closed_at_ms > $1)";

const SILENCES: &str = "select id, host_id, made_by, start_at_ms, end_at_ms from silence
    where end_at_ms > $1 order by id limit $2";

const SENT: &str = "select n.alert_id, n.receiver_id, n.kind, n.at_ms
    from notification n join alert a on a.id = n.alert_id
    where n.id >= $3 and a.opened_at_ms >= $1 order by n.id limit $2";

const PLAYED: &str = "select n.id, a.host_id, a.service, a.kind as alert_kind, a.opened_at_ms, n.receiver_id, n.kind,
        n.at_ms
    from notification n join alert a on a.id = n.alert_id order by n.id limit $1";

/// Alerts that began since a moment, the newest first.
pub async fn alerts(pool: &Pool, since_ms: i64, limit: i64) -> sqlx::Result<Vec<AlertRow>> {
    read_all!(pool, AlertRow, ALERTS, since_ms, limit, Ids::first_at(Moment(since_ms)))
}

/// How many had begun before that moment and lasted beyond it.
pub async fn older(pool: &Pool, since_ms: i64) -> sqlx::Result<i64> {
    Ok(read_optional!(pool, (i64,), OLDER, since_ms)?.map_or(0, |(n,)| n))
}

/// Silences that held at some time since a moment.
pub async fn silences(pool: &Pool, since_ms: i64, limit: i64) -> sqlx::Result<Vec<SilenceRow>> {
    read_all!(pool, SilenceRow, SILENCES, since_ms, limit)
}

/// What was sent of the alerts that began since a moment, in its order.
pub async fn sent(pool: &Pool, since_ms: i64, limit: i64) -> sqlx::Result<Vec<SentRow>> {
    read_all!(pool, SentRow, SENT, since_ms, limit, Ids::first_at(Moment(since_ms)))
}

/// Everything that a play has committed, in its order.
pub async fn played(pool: &Pool, limit: i64) -> sqlx::Result<Vec<PlayedRow>> {
    read_all!(pool, PlayedRow, PLAYED, limit)
}
