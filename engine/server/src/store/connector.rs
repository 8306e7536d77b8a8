//! Installed connectors: what they are, what is granted to them, and what is laid down for each name.

use std::collections::HashMap;

use tocsin_policy::ReceiverId;

use super::sql::{execute, fetch_all, fetch_optional, read_all, read_optional};
use super::{Pool, Tx};

/// One installed file, without its bytes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VersionRow {
    pub digest: String,
    /// compiling, ready, refused
    pub state: String,
    pub refusal: Option<String>,
    pub name: Option<String>,
    /// json
    pub manifest: Option<String>,
    /// json
    pub imports: String,
    pub file_bytes: i64,
    pub signature: Option<String>,
    pub signed_with: Option<String>,
    /// json; none while nobody has decided
    pub granted: Option<String>,
    pub installed_at_ms: i64,
    pub installed_by: String,
    pub version: i64,
}

/// What is laid down for all versions of one name.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SettingRow {
    pub name: String,
    pub disabled: bool,
    /// json
    pub limits: String,
    pub version: i64,
}

/// A key of somebody whose connectors are known to be theirs.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct KeyRow {
    pub id: i64,
    pub name: String,
    pub public_key: String,
    pub created_at_ms: i64,
}

const VERSIONS: &str = "select digest, state, refusal, name, manifest, imports, file_bytes, signature, signed_with, \
    granted, installed_at_ms, installed_by, version from connector_version order by installed_at_ms, digest";
const VERSION: &str = "select digest, state, refusal, name, manifest, imports, file_bytes, signature, signed_with, \
    granted, installed_at_ms, installed_by, version from connector_version where digest = $1";
const SETTINGS: &str = "select name, disabled, limits, version from connector order by name";
const SETTING: &str = "select name, disabled, limits, version from connector where name = $1";
const KEYS: &str = "select id, name, public_key, created_at_ms from publisher_key order by name";
const PINS: &str = "select id, connector_digest from receiver where connector_digest is not null";
const COUNT: &str = "select cast(count(*) as bigint) from connector_version where state <> 'refused'";
const FORGET_REFUSED: &str = "delete from connector_version where state = 'refused' and digest not in (select digest \
    from connector_version where state = 'refused' order by installed_at_ms desc, digest limit $1)";
const INSERT: &str = "insert into connector_version (digest, state, imports, file_bytes, signature, installed_at_ms, \
    installed_by, version) values ($1, 'compiling', '[]', $2, $3, $4, $5, 1)";
const INSERT_FILE: &str = "insert into connector_file (digest, wasm) values ($1, $2)";
const FILE: &str = "select wasm from connector_file where digest = $1";
const READY: &str = "update connector_version set state = 'ready', name = $2, manifest = $3, imports = $4, \
    signed_with = $5, version = version + 1 where digest = $1 and state = 'compiling'";
const REFUSED: &str = "update connector_version set state = 'refused', refusal = $2, version = version + 1 \
    where digest = $1 and state = 'compiling'";
const DROP_FILE: &str = "delete from connector_file where digest = $1";
const GRANT: &str = "update connector_version set granted = $2, version = version + 1 where digest = $1";
const SIGNED: &str = "update connector_version set signed_with = $2, version = version + 1 where digest = $1";
const DELETE: &str = "delete from connector_version where digest = $1";
const SET: &str = "insert into connector (name, disabled, limits, version) values ($1, $2, $3, 1) \
    on conflict (name) do update set disabled = excluded.disabled, limits = excluded.limits, \
    version = connector.version + 1";
const PIN: &str = "update receiver set connector_digest = $2, broken_at_ms = null, broken_reason = null, \
    version = version + $3 where id = $1";
const PINNED: &str = "select name from receiver where connector_digest = $1 order by name";
const ADD_KEY: &str = "insert into publisher_key (id, name, public_key, created_at_ms) values ($1, $2, $3, $4)";
const DELETE_KEY: &str = "delete from publisher_key where id = $1";

/// All files, oldest first.
pub async fn versions(tx: &mut Tx) -> sqlx::Result<Vec<VersionRow>> {
    fetch_all!(tx, VersionRow, VERSIONS)
}

pub async fn version(tx: &mut Tx, digest: &str) -> sqlx::Result<Option<VersionRow>> {
    fetch_optional!(tx, VersionRow, VERSION, digest)
}

/// What is laid down, for the names that anything is laid down for.
pub async fn settings(tx: &mut Tx) -> sqlx::Result<Vec<SettingRow>> {
    fetch_all!(tx, SettingRow, SETTINGS)
}

pub async fn setting(tx: &mut Tx, name: &str) -> sqlx::Result<Option<SettingRow>> {
    fetch_optional!(tx, SettingRow, SETTING, name)
}

pub async fn keys(tx: &mut Tx) -> sqlx::Result<Vec<KeyRow>> {
    fetch_all!(tx, KeyRow, KEYS)
}

pub async fn read_keys(pool: &Pool) -> sqlx::Result<Vec<KeyRow>> {
    read_all!(pool, KeyRow, KEYS)
}

/// Which file each receiver is pinned to; those that are not here use what ships with the program.
pub async fn pins(tx: &mut Tx) -> sqlx::Result<HashMap<ReceiverId, String>> {
    let rows = fetch_all!(tx, (i64, String), PINS)?;
    Ok(rows.into_iter().map(|(id, digest)| (ReceiverId(id), digest)).collect())
}

/// How many files there are, without those that were refused.
pub async fn count(tx: &mut Tx) -> sqlx::Result<i64> {
    Ok(fetch_optional!(tx, (i64,), COUNT)?.map_or(0, |row| row.0))
}

/// Forgets the files that were refused but the newest so many.
pub async fn forget_refused(tx: &mut Tx, most: i64) -> sqlx::Result<()> {
    execute!(tx, FORGET_REFUSED, most).map(drop)
}

/// Keeps a file that nobody has looked at yet.
pub async fn insert(
    tx: &mut Tx,
    digest: &str,
    wasm: &[u8],
    signature: Option<&str>,
    at_ms: i64,
    by: &str,
) -> sqlx::Result<()> {
    let bytes = i64::try_from(wasm.len()).unwrap_or(i64::MAX);
    execute!(&mut *tx, INSERT, digest, bytes, signature, at_ms, by)?;
    execute!(tx, INSERT_FILE, digest, wasm).map(drop)
}

pub async fn file(tx: &mut Tx, digest: &str) -> sqlx::Result<Option<Vec<u8>>> {
    Ok(fetch_optional!(tx, (Vec<u8>,), FILE, digest)?.map(|row| row.0))
}

pub async fn read_file(pool: &Pool, digest: &str) -> sqlx::Result<Option<Vec<u8>>> {
    Ok(read_optional!(pool, (Vec<u8>,), FILE, digest)?.map(|row| row.0))
}

/// What a file says of itself, once it was compiled; false if another node was faster.
pub async fn ready(
    tx: &mut Tx,
    digest: &str,
    name: &str,
    manifest: &str,
    imports: &str,
    signed_with: Option<&str>,
) -> sqlx::Result<bool> {
    Ok(execute!(tx, READY, digest, name, manifest, imports, signed_with)? == 1)
}

/// It is no connector; its bytes are not kept. False if another node was faster.
pub async fn refused(tx: &mut Tx, digest: &str, sentence: &str) -> sqlx::Result<bool> {
    let marked = execute!(&mut *tx, REFUSED, digest, sentence)? == 1;
    if marked {
        execute!(tx, DROP_FILE, digest)?;
    }
    Ok(marked)
}

pub async fn grant(tx: &mut Tx, digest: &str, granted: &str) -> sqlx::Result<()> {
    execute!(tx, GRANT, digest, granted).map(drop)
}

pub async fn signed(tx: &mut Tx, digest: &str, key: Option<&str>) -> sqlx::Result<()> {
    execute!(tx, SIGNED, digest, key).map(drop)
}

pub async fn delete(tx: &mut Tx, digest: &str) -> sqlx::Result<()> {
    execute!(tx, DELETE, digest).map(drop)
}

pub async fn set(tx: &mut Tx, name: &str, disabled: bool, limits: &str) -> sqlx::Result<()> {
    execute!(tx, SET, name, disabled, limits).map(drop)
}

/// Ties a receiver that was just written to a file, or to what ships with the program.
pub async fn pin(tx: &mut Tx, receiver: ReceiverId, digest: Option<&str>) -> sqlx::Result<()> {
    execute!(tx, PIN, receiver.0, digest, 0_i64).map(drop)
}

/// Moves a receiver there. It counts as mended: the next delivery says. A form that shows it is out of date.
pub async fn repin(tx: &mut Tx, receiver: ReceiverId, digest: Option<&str>) -> sqlx::Result<()> {
    execute!(tx, PIN, receiver.0, digest, 1_i64).map(drop)
}

/// The names of the receivers that are pinned to a file.
pub async fn pinned(tx: &mut Tx, digest: &str) -> sqlx::Result<Vec<String>> {
    Ok(fetch_all!(tx, (String,), PINNED, digest)?.into_iter().map(|row| row.0).collect())
}

pub async fn add_key(tx: &mut Tx, key: &KeyRow) -> sqlx::Result<()> {
    execute!(tx, ADD_KEY, key.id, key.name.as_str(), key.public_key.as_str(), key.created_at_ms).map(drop)
}

/// Forgets a key: how many were.
pub async fn delete_key(tx: &mut Tx, id: i64) -> sqlx::Result<u64> {
    execute!(tx, DELETE_KEY, id)
}
