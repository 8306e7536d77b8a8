//! When receivers were spoken to last: any node reads it in the transaction in which it claims, and moves it on only from
//! where it has read it. So two nodes together keep the pace of one.

use tocsin_policy::{Moment, ReceiverId};

use super::Tx;
use super::sql::{execute, fetch_optional};

const GET: &str = "select mark_at_ms, last_at_ms from receiver_pace where receiver_id = $1";
const ADVANCE: &str = "insert into receiver_pace (receiver_id, mark_at_ms, last_at_ms) values ($1, $2, $3) \
    on conflict (receiver_id) do update set mark_at_ms = excluded.mark_at_ms, last_at_ms = excluded.last_at_ms \
    where receiver_pace.mark_at_ms = $4 and receiver_pace.last_at_ms = $5";

/// What the messages so far have left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Writes down that a message goes now, by somebody who has read `before`; false if another node has spoken meanwhile.
/// Where it is speaking at this moment, this waits until it has committed.
pub async fn advance(tx: &mut Tx, receiver: ReceiverId, before: Spoken, now: Spoken) -> sqlx::Result<bool> {
    let moved = execute!(tx, ADVANCE, receiver.0, now.mark.0, now.last.0, before.mark.0, before.last.0)?;
    Ok(moved == 1)
}
