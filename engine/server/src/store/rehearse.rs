//! What a rehearsal reads: each notification as it was committed, and each that was due and held back.

use super::sql::{execute, read_all};
use super::{Pool, Tx};

const COMMITTED: &str = "select n.id, n.at_ms, n.kind, a.host_id, a.service, n.receiver_id, n.rule_id, n.urgency, n.reason \
    from notification n join alert a on a.id = n.alert_id where n.id > $1 order by n.id";
const HELD_BACK: &str = "select w.id, w.at_ms, w.due_at_ms, a.host_id, a.service, w.rule_id, w.reason \
    from withheld w join alert a on a.id = w.alert_id where w.id > $1 order by w.id";
const FORGET: &str = "delete from notification where id <= $1";

/// A committed notification.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CommittedRow {
    pub id: i64,
    pub at_ms: i64,
    pub kind: String,
    pub host_id: i64,
    pub service: Option<String>,
    pub receiver_id: i64,
    pub rule_id: Option<i64>,
    pub urgency: Option<i64>,
    /// json of a reason
    pub reason: String,
}

/// A notification that was due and not sent.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HeldBackRow {
    pub id: i64,
    pub at_ms: i64,
    pub due_at_ms: i64,
    pub host_id: i64,
    pub service: Option<String>,
    pub rule_id: Option<i64>,
    /// json of a reason
    pub reason: String,
}

/// What was committed after the notification with this id, in the order of the commits.
pub async fn committed(pool: &Pool, after: i64) -> sqlx::Result<Vec<CommittedRow>> {
    read_all!(pool, CommittedRow, COMMITTED, after)
}

/// What was held back after the row with this id.
pub async fn held_back(pool: &Pool, after: i64) -> sqlx::Result<Vec<HeldBackRow>> {
    read_all!(pool, HeldBackRow, HELD_BACK, after)
}

/// Forgets notifications with their deliveries, up to this id: nobody will deliver them.
pub async fn forget(tx: &mut Tx, up_to: i64) -> sqlx::Result<()> {
    execute!(tx, FORGET, up_to).map(drop)
}
