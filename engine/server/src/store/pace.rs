//! When receivers were spoken to last: any node reads it in the transaction in which it claims.

use tocsin_policy::{Moment, ReceiverId};

use super::Tx;
use super::sql::{execute, fetch_optional};

const GET: &str = "select mark_at_ms, last_at_ms from receiver_pace where receiver_id = $1";
const SET: &str = "insert into receiver_pace (receiver_id, mark_at_ms, last_at_ms) values ($1, $2, $3) \
    on conflict (receiver_id) do update set mark_at_ms = excluded.mark_at_ms, last_at_ms = excluded.last_at_ms";

/// What the messages so far have left behind.
#[derive(Clone, Copy, Debug)]
pub struct Spoken {
    /// What the pace goes by: see `engine/pace.rs`.
    pub mark: Moment,
    /// When the last message was claimed.
    pub last: Moment,
}

/// Of a receiver that was never spoken to, long ago.
pub async fn get(tx: &mut Tx, receiver: ReceiverId) -> sqlx::Result<Spoken> {
    let row = fetch_optional!(tx, (i64, i64), GET, receiver.0)?;
    Ok(row.map_or(Spoken { mark: Moment(0), last: Moment(0) }, |(mark, last)| Spoken {
        mark: Moment(mark),
        last: Moment(last),
    }))
}

pub async fn set(tx: &mut Tx, receiver: ReceiverId, spoken: Spoken) -> sqlx::Result<()> {
    execute!(tx, SET, receiver.0, spoken.mark.0, spoken.last.0).map(drop)
}
