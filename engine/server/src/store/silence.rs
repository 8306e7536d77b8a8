//! Silences of hosts.

use tocsin_policy::{HostId, Moment, Silence, SilenceId};

use super::Tx;
use super::sql::{execute_later, fetch_all, fetch_optional};

const INSERT: &str = "insert into silence (id, host_id, made_by, note, start_at_ms, end_at_ms, created_at_ms) \
    values ($1, $2, $3, $4, $5, $6, $7)";
const SET_NOTE: &str = "update silence set note = $2 where id = $1";
const END: &str = "update silence set end_at_ms = $2 where id = $1 and end_at_ms > $2";
const SET_END: &str = "update silence set end_at_ms = $2 where id = $1";
const HOST_OF: &str = "select host_id from silence where id = $1";
const ACTIVE: &str = "select host_id, id, made_by, start_at_ms, end_at_ms from silence \
    where ($1 = 0 or host_id = $1) and end_at_ms > $2 order by host_id, id";

pub async fn insert(tx: &mut Tx, host: HostId, silence: &Silence, now: Moment) -> sqlx::Result<()> {
    execute_later!(tx, INSERT, silence.id.0, host.0, &silence.by, "", silence.start.0, silence.end.0, now.0).map(drop)
}

pub async fn set_note(tx: &mut Tx, id: SilenceId, note: &str) -> sqlx::Result<()> {
    execute_later!(tx, SET_NOTE, id.0, note).map(drop)
}

/// Ends a silence, if it still runs.
pub async fn end(tx: &mut Tx, id: SilenceId, at: Moment) -> sqlx::Result<()> {
    execute_later!(tx, END, id.0, at.0).map(drop)
}

/// The host that a silence is on.
pub async fn host_of(tx: &mut Tx, id: SilenceId) -> sqlx::Result<Option<HostId>> {
    Ok(fetch_optional!(tx, (i64,), HOST_OF, id.0)?.map(|row| HostId(row.0)))
}

/// Moves the end of a silence that still runs.
pub async fn set_end(tx: &mut Tx, id: SilenceId, end: Moment) -> sqlx::Result<()> {
    execute_later!(tx, SET_END, id.0, end.0).map(drop)
}

/// Silences that have not ended, of one host or (id 0) of all.
pub async fn active(tx: &mut Tx, host: i64, now: Moment) -> sqlx::Result<Vec<(HostId, Silence)>> {
    let rows = fetch_all!(tx, (i64, i64, String, i64, i64), ACTIVE, host, now.0)?;
    let silence = |(host, id, by, start, end): (i64, i64, String, i64, i64)| {
        (HostId(host), Silence { id: SilenceId(id), by, start: Moment(start), end: Moment(end) })
    };
    Ok(rows.into_iter().map(silence).collect())
}
