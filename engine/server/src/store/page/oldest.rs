//! How far back each kind goes: the first id of its table is its oldest row.

use crate::store::Pool;
use crate::store::sql::read_optional;

/// The moments of the oldest rows, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Oldest {
    pub events: Option<i64>,
    pub history: Option<i64>,
    pub alerts: Option<i64>,
    pub deliveries: Option<i64>,
    pub audit: Option<i64>,
}

const EVENTS: &str = "select received_at_ms from event order by id limit 1";
const HISTORY: &str = "select at_ms from history order by id limit 1";
const ALERTS: &str = "select closed_at_ms from alert where closed_at_ms is not null order by closed_at_ms limit 1";
const DELIVERIES: &str = "select at_ms from notification order by id limit 1";
const AUDIT: &str = "select at_ms from audit order by id limit 1";

pub async fn read(pool: &Pool) -> sqlx::Result<Oldest> {
    let first = |row: Option<(i64,)>| row.map(|(at,)| at);
    Ok(Oldest {
        events: first(read_optional!(pool, (i64,), EVENTS)?),
        history: first(read_optional!(pool, (i64,), HISTORY)?),
        alerts: first(read_optional!(pool, (i64,), ALERTS)?),
        deliveries: first(read_optional!(pool, (i64,), DELIVERIES)?),
        audit: first(read_optional!(pool, (i64,), AUDIT)?),
    })
}
