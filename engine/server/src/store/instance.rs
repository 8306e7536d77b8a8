//! Facts of the instance, by name.

use super::sql::{execute, fetch_optional, read_optional};
use super::{Pool, Tx};

const GET: &str = "select value from instance where name = $1";
const SET: &str = "insert into instance (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value";
const REMOVE: &str = "delete from instance where name = $1";

pub async fn get(tx: &mut Tx, name: &str) -> sqlx::Result<Option<String>> {
    Ok(fetch_optional!(tx, (String,), GET, name)?.map(|row| row.0))
}

/// The same, outside any transaction.
pub async fn read(pool: &Pool, name: &str) -> sqlx::Result<Option<String>> {
    Ok(read_optional!(pool, (String,), GET, name)?.map(|row| row.0))
}

pub async fn set(tx: &mut Tx, name: &str, value: &str) -> sqlx::Result<()> {
    execute!(tx, SET, name, value).map(drop)
}

pub async fn remove(tx: &mut Tx, name: &str) -> sqlx::Result<()> {
    execute!(tx, REMOVE, name).map(drop)
}
