//! The accounts that agents report with. Who may report now is held in memory: see `engine/laid_down.rs`.

use super::sql::{execute, fetch_optional, read_all};
use super::{Pool, Tx};

/// More accounts than this are hosts with an account each: they are listed page by page elsewhere.
const MOST_LISTED: i64 = 1_000;

const LIST: &str = "select id, name, created_at_ms, disabled from agent_account order by name limit $1";
const LOAD_ALL: &str = "select name, password_hash, disabled from agent_account order by name";
const NAMED: &str = "select id, name, password_hash, disabled from agent_account where name = $1";
const BY_ID: &str = "select id, name, password_hash, disabled from agent_account where id = $1";
const INSERT: &str =
    "insert into agent_account (id, name, password_hash, created_at_ms, disabled) values ($1, $2, $3, $4, false)";
const SET_PASSWORD: &str = "update agent_account set password_hash = $2, disabled = false where id = $1";
const DELETE: &str = "delete from agent_account where id = $1";

/// An account as lists show it: nothing secret.
#[derive(Clone, Debug, PartialEq, serde::Serialize, sqlx::FromRow)]
pub struct Listed {
    pub id: i64,
    pub name: String,
    pub created_at_ms: i64,
    pub disabled: bool,
}

/// An account as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AgentAccount {
    pub id: i64,
    pub name: String,
    /// The keyed fingerprint of the password.
    pub password_hash: String,
    pub disabled: bool,
}

/// Accounts by name.
pub async fn list(pool: &Pool) -> sqlx::Result<Vec<Listed>> {
    read_all!(pool, Listed, LIST, MOST_LISTED)
}

/// Name, fingerprint and whether it is disabled, of all accounts.
pub async fn load_all(pool: &Pool) -> sqlx::Result<Vec<(String, String, bool)>> {
    read_all!(pool, (String, String, bool), LOAD_ALL)
}

pub async fn named(tx: &mut Tx, name: &str) -> sqlx::Result<Option<AgentAccount>> {
    fetch_optional!(tx, AgentAccount, NAMED, name)
}

pub async fn by_id(tx: &mut Tx, id: i64) -> sqlx::Result<Option<AgentAccount>> {
    fetch_optional!(tx, AgentAccount, BY_ID, id)
}

pub async fn insert(tx: &mut Tx, id: i64, name: &str, fingerprint: &str, created_at_ms: i64) -> sqlx::Result<()> {
    execute!(tx, INSERT, id, name, fingerprint, created_at_ms).map(drop)
}

/// Gives it another password, and enables it.
pub async fn set_password(tx: &mut Tx, id: i64, fingerprint: &str) -> sqlx::Result<()> {
    execute!(tx, SET_PASSWORD, id, fingerprint).map(drop)
}

pub async fn delete(tx: &mut Tx, id: i64) -> sqlx::Result<()> {
    execute!(tx, DELETE, id).map(drop)
}
