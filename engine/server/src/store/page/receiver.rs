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

const TALLY: &str = "select receiver_id, state, cast(count(*) as bigint) as n, max(finished_at_ms) as last_at_ms
    from delivery where created_at_ms >= $1 group by receiver_id, state";

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
