//! The audit log for people, newest first.

use serde::Serialize;
use sqlx::FromRow;

use crate::store::Pool;
use crate::store::sql::read_all;

#[derive(Clone, Debug, Serialize, FromRow)]
pub struct AuditRow {
    pub id: i64,
    pub at_ms: i64,
    pub actor: String,
    pub action: String,
    pub object: String,
    pub detail: String,
    pub address: String,
}

const LIST: &str = "select id, at_ms, actor, action, object, detail, address
    from audit where id < $1 and ($3 = '' or actor = $3)
    and ($4 = '' or lower(actor || ' ' || action || ' ' || object || ' ' || detail || ' ' || address) like lower($4) escape '!')
    order by id desc limit $2";

const ABOUT: &str = "select id, at_ms, actor, action, object, detail, address
    from audit where at_ms >= $1 and at_ms <= $2 and object like $3 order by id desc limit $4";

/// What was done in a time to objects whose name begins like this, newest first.
pub async fn about(pool: &Pool, from_ms: i64, to_ms: i64, begins: &str, limit: i64) -> sqlx::Result<Vec<AuditRow>> {
    read_all!(pool, AuditRow, ABOUT, from_ms, to_ms, format!("{begins}%"), limit)
}

/// Which lines are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Those of this actor; of everybody, if it is empty.
    pub actor: &'a str,
    /// Text that stands somewhere in the line; any line, if it is empty.
    pub words: &'a str,
}

/// Lines older than the one with this id, the newest first.
pub async fn before(pool: &Pool, id: i64, limit: i64, wanted: Wanted<'_>) -> sqlx::Result<Vec<AuditRow>> {
    read_all!(pool, AuditRow, LIST, id, limit, wanted.actor, pattern(wanted.words))
}

/// For `like`: the text itself, whatever signs are in it, anywhere.
fn pattern(words: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    let plain = words.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{plain}%")
}
