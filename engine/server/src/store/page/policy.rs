//! What forms need beside the book: the versions that tell whether somebody else was faster.

use crate::store::Pool;
use crate::store::sql::read_optional;

const VERSION: &str = "select version from policy where target = $1";

/// The version of the policy for a target such as `host:7`; `None` if there is none.
pub async fn version(pool: &Pool, target: &str) -> sqlx::Result<Option<i64>> {
    Ok(read_optional!(pool, (i64,), VERSION, target)?.map(|(version,)| version))
}
