//! What happened on a host: the agent's events, and tocsin's own lines.

use sqlx::FromRow;

use crate::store::Pool;
use crate::store::sql::read_all;

/// An event in the agent's words.
#[derive(Clone, Debug, FromRow)]
pub struct EventRow {
    pub id: i64,
    pub service: String,
    pub event_id: i64,
    pub state: i64,
    pub message: String,
    /// When it happened, by the agent's clock.
    pub collected_us: i64,
    pub received_at_ms: i64,
    pub late: bool,
}

/// A line of tocsin's own.
#[derive(Clone, Debug, FromRow)]
pub struct LineRow {
    pub id: i64,
    pub service: Option<String>,
    pub at_ms: i64,
    /// json of a history line
    pub line: String,
}

/// A silence of a host.
#[derive(Clone, Debug, FromRow)]
pub struct SilenceRow {
    pub made_by: String,
    pub note: String,
    pub start_at_ms: i64,
    pub end_at_ms: i64,
}

const SILENCES: &str = "select made_by, note, start_at_ms, end_at_ms
    from silence where host_id = $1 and end_at_ms > $2 and start_at_ms <= $3 order by id desc limit $4";

const EVENTS: &str = "select id, service, event_id, state, message, collected_us, received_at_ms, late
    from event where host_id = $1 order by id desc limit $2";

const EVENTS_OF: &str = "select id, service, event_id, state, message, collected_us, received_at_ms, late
    from event where host_id = $1 and service = $2 and received_at_ms >= $3 and received_at_ms <= $4
    order by id desc limit $5";

const LINES: &str =
    "select id, service, at_ms, line from history where host_id = $1 order by at_ms desc, id desc limit $2";

/// The newest events of a host.
pub async fn events(pool: &Pool, host: i64, limit: i64) -> sqlx::Result<Vec<EventRow>> {
    read_all!(pool, EventRow, EVENTS, host, limit)
}

/// The newest events of one service in a time.
pub async fn events_of(
    pool: &Pool,
    host: i64,
    service: &str,
    from_ms: i64,
    to_ms: i64,
    limit: i64,
) -> sqlx::Result<Vec<EventRow>> {
    read_all!(pool, EventRow, EVENTS_OF, host, service, from_ms, to_ms, limit)
}

/// The newest lines of a host.
pub async fn lines(pool: &Pool, host: i64, limit: i64) -> sqlx::Result<Vec<LineRow>> {
    read_all!(pool, LineRow, LINES, host, limit)
}

/// Silences that held at some moment of a time, newest first.
pub async fn silences(pool: &Pool, host: i64, from_ms: i64, to_ms: i64, limit: i64) -> sqlx::Result<Vec<SilenceRow>> {
    read_all!(pool, SilenceRow, SILENCES, host, from_ms, to_ms, limit)
}
