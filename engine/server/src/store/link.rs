//! Signed links that were used: each does its deed once.

use tocsin_policy::Moment;

use super::sql::{execute, read_optional};
use super::{Pool, Tx};
use crate::link::Link;

const SPEND: &str = "insert into used_link (number, deed, used_at_ms, until_ms) values ($1, $2, $3, $4) \
    on conflict (number, deed) do nothing";
const USED: &str = "select used_at_ms from used_link where number = $1 and deed = $2";

/// Uses a link up; false if somebody has used it before.
pub async fn spend(tx: &mut Tx, link: &Link, now: Moment) -> sqlx::Result<bool> {
    Ok(execute!(tx, SPEND, link.number, link.deed.word(), now.0, link.until.0)? == 1)
}

/// When a link was used.
pub async fn used_at(pool: &Pool, link: &Link) -> sqlx::Result<Option<Moment>> {
    Ok(read_optional!(pool, (i64,), USED, link.number, link.deed.word())?.map(|row| Moment(row.0)))
}
