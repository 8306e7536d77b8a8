//! Facts of the instance, by name.

use super::sql::{execute, fetch_optional, read_optional};
use super::{Pool, Store, Tx};

const GET: &str = "select value from instance where name = $1";
const SET: &str =
    "insert into instance (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value";
const REMOVE: &str = "delete from instance where name = $1";

const INSERT_NEW: &str = "insert into instance (name, value) values ($1, $2) on conflict (name) do nothing";
const ID: &str = "instance-id";

/// The random word of this installation, made at its first start: ids that leave it carry the word, so that two
/// installations, or a restored database, are not taken for each other.
pub async fn ensure_id(store: &Store) -> sqlx::Result<String> {
    let mut random = [0; 4];
    crate::secret::fill_random(&mut random);
    let mut tx = store.begin().await?;
    execute!(&mut tx, INSERT_NEW, ID, hex::encode(random))?;
    let id = get(&mut tx, ID).await?.unwrap_or_default();
    tx.commit().await?;
    Ok(id)
}

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
