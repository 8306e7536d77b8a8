//! What the provision file is compared with: the present state of single things, read in the transaction that may
//! change them; and the approval rules, which it replaces as one list.

use tocsin_policy::{GroupId, Span};

use super::Tx;
use super::sql::{execute, fetch_optional};

const GROUP: &str = "select id, priority from host_group where name = $1";
const URGENCY: &str = "select interval_ms from urgency where level = $1";
const CLEAR_APPROVALS: &str = "delete from approval_rule";
const ADD_APPROVAL: &str = "insert into approval_rule (id, position, host_pattern, account_pattern, group_id) \
    values ($1, $2, $3, $4, $5)";

/// Id and priority of a host group.
pub async fn group(tx: &mut Tx, name: &str) -> sqlx::Result<Option<(GroupId, i64)>> {
    Ok(fetch_optional!(tx, (i64, i64), GROUP, name)?.map(|(id, priority)| (GroupId(id), priority)))
}

pub async fn urgency(tx: &mut Tx, level: u8) -> sqlx::Result<Option<Span>> {
    Ok(fetch_optional!(tx, (i64,), URGENCY, i64::from(level))?.map(|(ms,)| Span(ms)))
}

pub async fn clear_approvals(tx: &mut Tx) -> sqlx::Result<()> {
    execute!(tx, CLEAR_APPROVALS).map(drop)
}

pub async fn add_approval(
    tx: &mut Tx,
    id: i64,
    position: usize,
    host: &str,
    account: &str,
    group: Option<GroupId>,
) -> sqlx::Result<()> {
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    execute!(tx, ADD_APPROVAL, id, position, host, account, group.map(|group| group.0)).map(drop)
}
