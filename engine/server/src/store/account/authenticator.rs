//! The authenticators of people: secrets that are sealed, and recovery codes of which only fingerprints are kept.

use crate::store::sql::{execute, fetch_optional, read_optional};
use crate::store::{Pool, Tx};

/// The authenticator of an account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Authenticator {
    /// Sealed for [`seal_place`].
    pub secret: Vec<u8>,
    /// When a first code was typed; before it, it is not asked for.
    pub confirmed_at_ms: Option<i64>,
    /// The last step whose code was taken.
    pub used_step: i64,
}

const GET: &str = "select secret, confirmed_at_ms, used_step from authenticator where account_id = $1";

const PUT: &str = "insert into authenticator (account_id, secret, used_step) values ($1, $2, 0)
    on conflict (account_id) do update set secret = excluded.secret, confirmed_at_ms = null, used_step = 0";

const CONFIRM: &str = "update authenticator set confirmed_at_ms = $2, used_step = $3 where account_id = $1";

const USE: &str = "update authenticator set used_step = $2 where account_id = $1 and used_step < $2";

const REMOVE: &str = "delete from authenticator where account_id = $1";

const ADD_CODE: &str = "insert into recovery_code (account_id, code_hash) values ($1, $2)";

const CLEAR_CODES: &str = "delete from recovery_code where account_id = $1";

const SPEND_CODE: &str = "delete from recovery_code where account_id = $1 and code_hash = $2";

const COUNT_CODES: &str = "select cast(count(*) as bigint) from recovery_code where account_id = $1";

/// Where the secret of an account is sealed for.
pub fn seal_place(account: i64) -> String {
    format!("authenticator:{account}")
}

pub async fn get(pool: &Pool, account: i64) -> sqlx::Result<Option<Authenticator>> {
    read_optional!(pool, Authenticator, GET, account)
}

/// The same within a transaction.
pub async fn get_in(tx: &mut Tx, account: i64) -> sqlx::Result<Option<Authenticator>> {
    fetch_optional!(tx, Authenticator, GET, account)
}

/// Keeps a secret that is not confirmed yet, in the place of one before.
pub async fn put(tx: &mut Tx, account: i64, sealed: &[u8]) -> sqlx::Result<()> {
    execute!(tx, PUT, account, sealed).map(drop)
}

pub async fn confirm(tx: &mut Tx, account: i64, at_ms: i64, step: i64) -> sqlx::Result<()> {
    execute!(tx, CONFIRM, account, at_ms, step).map(drop)
}

/// Notes that the code of a step was taken; false if it, or a later one, was taken before.
pub async fn take(tx: &mut Tx, account: i64, step: i64) -> sqlx::Result<bool> {
    Ok(execute!(tx, USE, account, step)? == 1)
}

pub async fn remove(tx: &mut Tx, account: i64) -> sqlx::Result<()> {
    execute!(tx, CLEAR_CODES, account)?;
    execute!(tx, REMOVE, account).map(drop)
}

/// Replaces all recovery codes.
pub async fn set_codes(tx: &mut Tx, account: i64, fingerprints: &[String]) -> sqlx::Result<()> {
    execute!(tx, CLEAR_CODES, account)?;
    for fingerprint in fingerprints {
        execute!(tx, ADD_CODE, account, fingerprint.as_str())?;
    }
    Ok(())
}

/// Uses a recovery code up; false if there is no such code.
pub async fn spend_code(tx: &mut Tx, account: i64, fingerprint: &str) -> sqlx::Result<bool> {
    Ok(execute!(tx, SPEND_CODE, account, fingerprint)? == 1)
}

/// How many recovery codes are left.
pub async fn codes_left(pool: &Pool, account: i64) -> sqlx::Result<i64> {
    Ok(read_optional!(pool, (i64,), COUNT_CODES, account)?.map_or(0, |(n,)| n))
}
