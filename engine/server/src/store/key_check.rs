//! With which key the secrets in this database were sealed: its fingerprint, so that another key file is noticed at the
//! start and not when the first secret cannot be opened.

use super::sql::{execute, fetch_optional, read_optional};
use super::{Pool, Store};

const NAME: &str = "key-check";
const GET: &str = "select value from instance where name = $1";
const KEEP_OR_INSERT: &str = "insert into instance (name, value) values ($1, $2) on conflict (name) do nothing";

/// The fingerprint on record, if this database was used before.
pub async fn read(pool: &Pool) -> sqlx::Result<Option<String>> {
    Ok(read_optional!(pool, (String,), GET, NAME)?.map(|(value,)| value))
}

/// Puts a fingerprint on record unless there is one; the answer is the one that counts.
pub async fn ensure(store: &Store, fingerprint: &str) -> sqlx::Result<String> {
    let mut tx = store.begin().await?;
    execute!(&mut tx, KEEP_OR_INSERT, NAME, fingerprint)?;
    let recorded = fetch_optional!(&mut tx, (String,), GET, NAME)?;
    tx.commit().await?;
    Ok(recorded.map(|(value,)| value).unwrap_or_default())
}
