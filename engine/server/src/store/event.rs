//! Events and the history of a host.

use tocsin_policy::{HostId, Moment};

use super::Tx;
use super::sql::{execute, execute_later};

const INSERT: &str = "insert into event \
    (id, host_id, service, event_id, state, action, message, collected_us, received_at_ms, late) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, false) \
    on conflict (host_id, collected_us, service, event_id, state) do nothing";
const MARK_LATE: &str = "update event set late = true where id = $1";
const INSERT_HISTORY: &str = "insert into history (id, host_id, service, at_ms, line) values ($1, $2, $3, $4, $5)";

/// An event as it is kept.
pub struct NewEvent<'a> {
    pub id: i64,
    pub host: HostId,
    pub service: &'a str,
    pub event_id: u32,
    pub state: u8,
    pub action: u8,
    pub message: &'a str,
    pub collected_us: i64,
    pub received_at: Moment,
}

/// Keeps an event; false if it was there already: the same event any number of times has the effect of once (I1).
pub async fn insert(tx: &mut Tx, event: &NewEvent<'_>) -> sqlx::Result<bool> {
    let rows = execute!(
        tx,
        INSERT,
        event.id,
        event.host.0,
        event.service,
        i64::from(event.event_id),
        i64::from(event.state),
        i64::from(event.action),
        event.message,
        event.collected_us,
        event.received_at.0
    )?;
    Ok(rows == 1)
}

/// Notes that an event arrived late and changed nothing (I2).
pub async fn mark_late(tx: &mut Tx, id: i64) -> sqlx::Result<()> {
    execute_later!(tx, MARK_LATE, id).map(drop)
}

/// Writes a line of a host's history; `line` is json.
pub async fn insert_history(
    tx: &mut Tx,
    id: i64,
    host: HostId,
    service: Option<&str>,
    at: Moment,
    line: &str,
) -> sqlx::Result<()> {
    execute_later!(tx, INSERT_HISTORY, id, host.0, service, at.0, line).map(drop)
}
