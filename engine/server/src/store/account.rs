//! People: their names, roles and password hashes. Their sessions are in `account/session.rs`.

use std::collections::BTreeSet;

use serde::Serialize;
use tocsin_policy::GroupId;

use super::sql::{execute, fetch_all, fetch_optional, read_all, read_optional};
use super::{Pool, Tx};

pub mod authenticator;
pub mod session;

/// A person as the tables have it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Account {
    pub id: i64,
    pub name: String,
    pub password_hash: String,
    pub role: String,
    pub disabled: bool,
    /// To some host groups.
    pub limited: bool,
}

/// A person as lists show it: nothing secret.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub role: String,
    pub created_at_ms: i64,
    pub disabled: bool,
    pub limited: bool,
    /// Whether a code is asked for at the login.
    pub authenticator: bool,
    /// Open sessions.
    pub sessions: i64,
    pub seen_at_ms: Option<i64>,
}

const COUNT: &str = "select cast(count(*) as bigint) from account";

const BY_NAME: &str = "select id, name, password_hash, role, disabled, limited from account where name = $1";

const BY_ID: &str = "select id, name, password_hash, role, disabled, limited from account where id = $1";

const LIST: &str = "select a.id, a.name, a.role, a.created_at_ms, a.disabled, a.limited,
        exists (select 1 from authenticator t where t.account_id = a.id and t.confirmed_at_ms is not null) as authenticator,
        (select cast(count(*) as bigint) from session s where s.account_id = a.id) as sessions,
        (select max(s.seen_at_ms) from session s where s.account_id = a.id) as seen_at_ms
    from account a order by a.name limit $1";

const INSERT: &str = "insert into account (id, name, password_hash, role, created_at_ms, disabled)
    values ($1, $2, $3, $4, $5, $6)";

const SET_ROLE: &str = "update account set role = $2, disabled = $3 where id = $1";

const SET_PASSWORD: &str = "update account set password_hash = $2 where id = $1";

const SET_LIMITED: &str = "update account set limited = $2 where id = $1";

const CLEAR_GROUPS: &str = "delete from account_group where account_id = $1";

const ADD_GROUP: &str = "insert into account_group (account_id, group_id) values ($1, $2)";

const GROUPS: &str = "select group_id from account_group where account_id = $1";

const ALL_GROUPS: &str = "select account_id, group_id from account_group order by account_id, group_id";

const OTHER_ADMINS: &str = "select id from account where role = 'admin' and not disabled and id <> $1 limit 1";

const SETUP: &str = "select value from instance where name = 'setup'";

const SET_SETUP: &str = "insert into instance (name, value) values ('setup', $1)
    on conflict (name) do update set value = excluded.value";

const CLEAR_SETUP: &str = "delete from instance where name = 'setup'";

/// How many people there are: none means that nobody has set this instance up.
pub async fn count(pool: &Pool) -> sqlx::Result<i64> {
    Ok(read_optional!(pool, (i64,), COUNT)?.map_or(0, |(n,)| n))
}

/// The same within a transaction.
pub async fn count_in(tx: &mut Tx) -> sqlx::Result<i64> {
    Ok(fetch_optional!(tx, (i64,), COUNT)?.map_or(0, |(n,)| n))
}

pub async fn by_name(pool: &Pool, name: &str) -> sqlx::Result<Option<Account>> {
    read_optional!(pool, Account, BY_NAME, name)
}

pub async fn by_id(pool: &Pool, id: i64) -> sqlx::Result<Option<Account>> {
    read_optional!(pool, Account, BY_ID, id)
}

pub async fn by_name_in(tx: &mut Tx, name: &str) -> sqlx::Result<Option<Account>> {
    fetch_optional!(tx, Account, BY_NAME, name)
}

pub async fn by_id_in(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Account>> {
    fetch_optional!(tx, Account, BY_ID, id)
}

/// People by name.
pub async fn list(pool: &Pool, limit: i64) -> sqlx::Result<Vec<Person>> {
    read_all!(pool, Person, LIST, limit)
}

pub async fn insert(tx: &mut Tx, account: &Account, created_at_ms: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        INSERT,
        account.id,
        account.name.as_str(),
        account.password_hash.as_str(),
        account.role.as_str(),
        created_at_ms,
        account.disabled
    )
    .map(drop)
}

pub async fn set_role(tx: &mut Tx, id: i64, role: &str, disabled: bool) -> sqlx::Result<()> {
    execute!(tx, SET_ROLE, id, role, disabled).map(drop)
}

pub async fn set_password(tx: &mut Tx, id: i64, hash: &str) -> sqlx::Result<()> {
    execute!(tx, SET_PASSWORD, id, hash).map(drop)
}

/// Limits an account to host groups; `None` lets it reach everything.
pub async fn set_groups(tx: &mut Tx, id: i64, groups: Option<&BTreeSet<GroupId>>) -> sqlx::Result<()> {
    execute!(tx, SET_LIMITED, id, groups.is_some())?;
    execute!(tx, CLEAR_GROUPS, id)?;
    for group in groups.into_iter().flatten() {
        execute!(tx, ADD_GROUP, id, group.0)?;
    }
    Ok(())
}

/// The groups that an account is limited to, if it is.
pub async fn groups(pool: &Pool, id: i64) -> sqlx::Result<BTreeSet<GroupId>> {
    Ok(read_all!(pool, (i64,), GROUPS, id)?.into_iter().map(|(group,)| GroupId(group)).collect())
}

/// The same within a transaction.
pub async fn groups_in(tx: &mut Tx, id: i64) -> sqlx::Result<BTreeSet<GroupId>> {
    Ok(fetch_all!(tx, (i64,), GROUPS, id)?.into_iter().map(|(group,)| GroupId(group)).collect())
}

/// Accounts with their groups.
pub async fn all_groups(pool: &Pool) -> sqlx::Result<Vec<(i64, i64)>> {
    read_all!(pool, (i64, i64), ALL_GROUPS)
}

/// Whether somebody else could still administer this instance.
pub async fn has_other_admin(tx: &mut Tx, id: i64) -> sqlx::Result<bool> {
    Ok(!fetch_all!(tx, (i64,), OTHER_ADMINS, id)?.is_empty())
}

/// The fingerprint of the one-time set-up token, while nobody has used it.
pub async fn setup(pool: &Pool) -> sqlx::Result<Option<String>> {
    Ok(read_optional!(pool, (String,), SETUP)?.map(|(value,)| value))
}

pub async fn setup_in(tx: &mut Tx) -> sqlx::Result<Option<String>> {
    Ok(fetch_optional!(tx, (String,), SETUP)?.map(|(value,)| value))
}

pub async fn set_setup(tx: &mut Tx, fingerprint: &str) -> sqlx::Result<()> {
    execute!(tx, SET_SETUP, fingerprint).map(drop)
}

pub async fn clear_setup(tx: &mut Tx) -> sqlx::Result<()> {
    execute!(tx, CLEAR_SETUP).map(drop)
}
