//! What forms need beside the book: the versions that tell whether somebody else was faster, and who that was.

use sqlx::FromRow;

use crate::store::Pool;
use crate::store::sql::read_optional;

/// How a policy was last saved.
#[derive(Clone, Debug, Default, PartialEq, FromRow)]
pub struct Saved {
    pub version: i64,
    pub updated_at_ms: i64,
    /// Empty for one that was saved before authors were kept.
    pub updated_by: String,
}

const SAVED: &str = "select version, updated_at_ms, updated_by from policy where target = $1";

/// When and by whom the policy of a target such as `host:7` was saved; `None` if there is none.
pub async fn saved(pool: &Pool, target: &str) -> sqlx::Result<Option<Saved>> {
    read_optional!(pool, Saved, SAVED, target)
}
