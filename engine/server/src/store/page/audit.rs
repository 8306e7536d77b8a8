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
    from audit where id < $1 and ($3 = '' or actor = $3) order by id desc limit $2";

/// Lines older than the one with this id, of everybody or, where it is not empty, of this actor.
pub async fn before(pool: &Pool, id: i64, limit: i64, actor: &str) -> sqlx::Result<Vec<AuditRow>> {
    read_all!(pool, AuditRow, LIST, id, limit, actor)
}
