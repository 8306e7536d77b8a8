//! Receivers and the small store that connectors keep for each of them.

use std::collections::HashMap;

use tocsin_policy::{Moment, ReceiverId};

use super::sql::{execute, fetch_all, fetch_optional, read_all, read_optional};
use super::{Pool, Tx};

const GET: &str = "select id, name, connector, settings, private_network, enabled, broken_at_ms, broken_reason, \
    created_at_ms, version from receiver where id = $1";
const LIST: &str = "select id, name, connector, settings, private_network, enabled, broken_at_ms, broken_reason, \
    created_at_ms, version from receiver order by name";
const NAMED: &str = "select id, version from receiver where name = $1";
const UPSERT: &str = "insert into receiver (id, name, connector, settings, private_network, enabled, created_at_ms, \
    version) values ($1, $2, $3, $4, $5, $6, $7, 1) on conflict (id) do update set name = excluded.name, \
    connector = excluded.connector, settings = excluded.settings, private_network = excluded.private_network, \
    enabled = excluded.enabled, broken_at_ms = null, broken_reason = null, version = receiver.version + 1";
const USED_BY: &str = "select distinct p.target from policy_rule_receiver rr join policy_rule r on r.id = rr.rule_id \
    join policy p on p.id = r.policy_id where rr.receiver_id = $1 order by p.target";
const DELETE: &str = "delete from receiver where id = $1";
const BREAK: &str = "update receiver set broken_at_ms = $2, broken_reason = $3 where id = $1 and broken_at_ms is null";
const MEND: &str =
    "update receiver set broken_at_ms = null, broken_reason = null where id = $1 and broken_at_ms is not null";
const KV_GET: &str = "select value from receiver_kv where receiver_id = $1 and name = $2 \
    and (expires_at_ms is null or expires_at_ms > $3)";
const KV_SIZE: &str = "select cast(coalesce(sum(length(name) + length(value)), 0) as bigint) from receiver_kv \
    where receiver_id = $1 and name <> $2";
const KV_SET: &str = "insert into receiver_kv (receiver_id, name, value, expires_at_ms) values ($1, $2, $3, $4) \
    on conflict (receiver_id, name) do update set value = excluded.value, expires_at_ms = excluded.expires_at_ms";
const KV_REMOVE: &str = "delete from receiver_kv where receiver_id = $1 and name = $2";
const KV_EXPIRE: &str = "delete from receiver_kv where receiver_id = $1 and expires_at_ms <= $2";

/// A receiver as it is kept; the settings are sealed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ReceiverRow {
    pub id: i64,
    pub name: String,
    pub connector: String,
    pub settings: Vec<u8>,
    pub private_network: bool,
    pub enabled: bool,
    pub broken_at_ms: Option<i64>,
    pub broken_reason: Option<String>,
    pub created_at_ms: i64,
    pub version: i64,
}

/// Where the settings of a receiver are sealed for.
pub fn seal_place(id: ReceiverId) -> String {
    format!("receiver:{id}")
}

pub async fn get(tx: &mut Tx, id: ReceiverId) -> sqlx::Result<Option<ReceiverRow>> {
    fetch_optional!(tx, ReceiverRow, GET, id.0)
}

pub async fn read(pool: &Pool, id: ReceiverId) -> sqlx::Result<Option<ReceiverRow>> {
    read_optional!(pool, ReceiverRow, GET, id.0)
}

pub async fn list(pool: &Pool) -> sqlx::Result<Vec<ReceiverRow>> {
    read_all!(pool, ReceiverRow, LIST)
}

/// All of them, as the engine holds them in memory.
pub async fn all(tx: &mut Tx) -> sqlx::Result<HashMap<ReceiverId, ReceiverRow>> {
    Ok(fetch_all!(tx, ReceiverRow, LIST)?.into_iter().map(|row| (ReceiverId(row.id), row)).collect())
}

/// Id and version of the receiver with this name.
pub async fn named(tx: &mut Tx, name: &str) -> sqlx::Result<Option<(ReceiverId, i64)>> {
    Ok(fetch_optional!(tx, (i64, i64), NAMED, name)?.map(|(id, version)| (ReceiverId(id), version)))
}

pub async fn save(tx: &mut Tx, row: &ReceiverRow) -> sqlx::Result<()> {
    execute!(
        tx,
        UPSERT,
        row.id,
        &row.name,
        &row.connector,
        &row.settings,
        row.private_network,
        row.enabled,
        row.created_at_ms
    )
    .map(drop)
}

/// The targets of the policies that name it.
pub async fn used_by(tx: &mut Tx, id: ReceiverId) -> sqlx::Result<Vec<String>> {
    Ok(fetch_all!(tx, (String,), USED_BY, id.0)?.into_iter().map(|row| row.0).collect())
}

pub async fn delete(tx: &mut Tx, id: ReceiverId) -> sqlx::Result<bool> {
    Ok(execute!(tx, DELETE, id.0)? == 1)
}

/// Marks it broken; false if it was marked already.
pub async fn mark_broken(tx: &mut Tx, id: ReceiverId, now: Moment, reason: &str) -> sqlx::Result<bool> {
    Ok(execute!(tx, BREAK, id.0, now.0, reason)? == 1)
}

/// Takes the mark away; false if there was none.
pub async fn mend(tx: &mut Tx, id: ReceiverId) -> sqlx::Result<bool> {
    Ok(execute!(tx, MEND, id.0)? == 1)
}

pub async fn kv_get(pool: &Pool, id: ReceiverId, name: &str, now: Moment) -> sqlx::Result<Option<Vec<u8>>> {
    Ok(read_optional!(pool, (Vec<u8>,), KV_GET, id.0, name, now.0)?.map(|row| row.0))
}

/// Bytes that all other entries of the receiver take.
pub async fn kv_size(tx: &mut Tx, id: ReceiverId, name: &str, now: Moment) -> sqlx::Result<i64> {
    execute!(&mut *tx, KV_EXPIRE, id.0, now.0)?;
    Ok(fetch_optional!(tx, (i64,), KV_SIZE, id.0, name)?.map_or(0, |row| row.0))
}

pub async fn kv_set(tx: &mut Tx, id: ReceiverId, name: &str, value: &[u8], until: Option<Moment>) -> sqlx::Result<()> {
    execute!(tx, KV_SET, id.0, name, value, until.map(|until| until.0)).map(drop)
}

pub async fn kv_remove(tx: &mut Tx, id: ReceiverId, name: &str) -> sqlx::Result<()> {
    execute!(tx, KV_REMOVE, id.0, name).map(drop)
}
