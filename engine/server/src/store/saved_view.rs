//! Filters that people keep under a name.

use super::sql::{execute, fetch_all, read_all};
use super::{Pool, Tx};

/// One filter of one person.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SavedView {
    pub id: i64,
    pub name: String,
    pub query: String,
}

const OF: &str = "select id, name, query from saved_view where account_id = $1 order by name limit $2";
const NAMES: &str = "select name from saved_view where account_id = $1";
const KEEP: &str = "insert into saved_view (id, account_id, name, query, created_at_ms) values ($1, $2, $3, $4, $5) \
    on conflict (account_id, name) do update set query = excluded.query";
const FORGET: &str = "delete from saved_view where id = $1 and account_id = $2";

/// Those of one person, by name.
pub async fn of(pool: &Pool, account_id: i64, limit: i64) -> sqlx::Result<Vec<SavedView>> {
    read_all!(pool, SavedView, OF, account_id, limit)
}

/// The names that a person has given.
pub async fn names(tx: &mut Tx, account_id: i64) -> sqlx::Result<Vec<String>> {
    Ok(fetch_all!(tx, (String,), NAMES, account_id)?.into_iter().map(|(name,)| name).collect())
}

/// Keeps a filter; one with the same name is replaced.
pub async fn keep(tx: &mut Tx, account_id: i64, view: &SavedView, now_ms: i64) -> sqlx::Result<()> {
    execute!(tx, KEEP, view.id, account_id, view.name.as_str(), view.query.as_str(), now_ms).map(drop)
}

/// Forgets one, if it is this person's: how many were.
pub async fn forget(tx: &mut Tx, account_id: i64, id: i64) -> sqlx::Result<u64> {
    execute!(tx, FORGET, id, account_id)
}
