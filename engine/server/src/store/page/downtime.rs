//! Who planned the downtimes: the book holds the rest.

use crate::store::Pool;
use crate::store::sql::read_all;

const AUTHORS: &str = "select id, made_by from downtime order by id desc limit 1000";

/// The newest downtimes with their authors.
pub async fn authors(pool: &Pool) -> sqlx::Result<Vec<(i64, String)>> {
    read_all!(pool, (i64, String), AUTHORS)
}
