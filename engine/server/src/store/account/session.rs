//! Sessions of people. The cookie's token is not stored, only its hash: who reads the database cannot log in with it.

use serde::Serialize;

use crate::store::sql::{execute, read_all, read_optional};
use crate::store::{Pool, Tx};

/// An open session with the person it belongs to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    pub account_id: i64,
    pub name: String,
    pub role: String,
    pub disabled: bool,
    pub limited: bool,
    pub created_at_ms: i64,
    pub seen_at_ms: i64,
}

/// A session as its owner sees it in the list.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Listed {
    #[serde(skip)]
    pub token_hash: String,
    pub created_at_ms: i64,
    pub seen_at_ms: i64,
    pub address: String,
    pub client: String,
}

/// A new session.
#[derive(Debug)]
pub struct NewSession<'a> {
    pub token_hash: &'a str,
    pub account_id: i64,
    pub at_ms: i64,
    pub address: &'a str,
    /// The browser's name for itself.
    pub client: &'a str,
}

const FIND: &str = "select s.account_id, a.name, a.role, a.disabled, a.limited, s.created_at_ms, s.seen_at_ms
    from session s join account a on a.id = s.account_id where s.token_hash = $1";

const INSERT: &str = "insert into session (token_hash, account_id, created_at_ms, seen_at_ms, address, client)
    values ($1, $2, $3, $3, $4, $5)";

const TOUCH: &str = "update session set seen_at_ms = $2 where token_hash = $1";

const RENAME: &str = "update session set token_hash = $2 where token_hash = $1";

const END: &str = "delete from session where token_hash = $1";

const END_OTHERS: &str = "delete from session where account_id = $1 and token_hash <> $2";

const EXPIRE: &str = "delete from session where seen_at_ms <= $1 or created_at_ms <= $2";

const OF: &str = "select token_hash, created_at_ms, seen_at_ms, address, client
    from session where account_id = $1 order by seen_at_ms desc limit $2";

pub async fn find(pool: &Pool, token_hash: &str) -> sqlx::Result<Option<SessionRow>> {
    read_optional!(pool, SessionRow, FIND, token_hash)
}

pub async fn insert(tx: &mut Tx, new: &NewSession<'_>) -> sqlx::Result<()> {
    execute!(tx, INSERT, new.token_hash, new.account_id, new.at_ms, new.address, new.client).map(drop)
}

pub async fn touch(tx: &mut Tx, token_hash: &str, at_ms: i64) -> sqlx::Result<()> {
    execute!(tx, TOUCH, token_hash, at_ms).map(drop)
}

/// Goes on under another token: whoever knows the old one is out.
pub async fn rename(tx: &mut Tx, token_hash: &str, fresh: &str) -> sqlx::Result<()> {
    execute!(tx, RENAME, token_hash, fresh).map(drop)
}

pub async fn end(tx: &mut Tx, token_hash: &str) -> sqlx::Result<()> {
    execute!(tx, END, token_hash).map(drop)
}

/// Ends all sessions of an account but the one kept; an empty `kept` keeps none.
pub async fn end_others(tx: &mut Tx, account_id: i64, kept: &str) -> sqlx::Result<u64> {
    execute!(tx, END_OTHERS, account_id, kept)
}

/// Removes sessions that were last seen, or begun, too long ago.
pub async fn expire(tx: &mut Tx, seen_before_ms: i64, created_before_ms: i64) -> sqlx::Result<()> {
    execute!(tx, EXPIRE, seen_before_ms, created_before_ms).map(drop)
}

/// The sessions of one person, last seen first.
pub async fn of(pool: &Pool, account_id: i64, limit: i64) -> sqlx::Result<Vec<Listed>> {
    read_all!(pool, Listed, OF, account_id, limit)
}
