//! What the provision file is compared with: the present state of single things, read in the transaction that may
//! change them; and the approval rules, which it replaces as one list.

use tocsin_policy::{Every, GroupId, PolicyId, ReceiverId, RuleId, Span, Target};

use super::Tx;
use super::policy::target_name;
use super::sql::{execute, fetch_all, fetch_optional};

const GROUP: &str = "select id, priority from host_group where name = $1";
const URGENCY: &str = "select interval_ms from urgency where level = $1";
const POLICY: &str = "select id, version, enabled, mute from policy where target = $1";
const RULES: &str = "select id, urgency, interval_ms, after_ms, recovery, changes from policy_rule \
    where policy_id = $1 order by position, id";
const RULE_RECEIVERS: &str = "select receiver_id from policy_rule_receiver where rule_id = $1 order by position";
const CLEAR_APPROVALS: &str = "delete from approval_rule";
const ADD_APPROVAL: &str = "insert into approval_rule (id, position, host_pattern, account_pattern, group_id) \
    values ($1, $2, $3, $4, $5)";

/// A policy as it is kept, with receivers that are disabled.
#[derive(Debug)]
pub struct Kept {
    pub id: PolicyId,
    pub version: i64,
    pub enabled: bool,
    pub mute: bool,
    pub rules: Vec<KeptRule>,
}

#[derive(Debug)]
pub struct KeptRule {
    pub id: RuleId,
    pub receivers: Vec<ReceiverId>,
    pub every: Every,
    pub after: Span,
    pub recovery: bool,
    pub changes: bool,
}

#[derive(sqlx::FromRow)]
struct RuleRow {
    id: i64,
    urgency: Option<i64>,
    interval_ms: Option<i64>,
    after_ms: i64,
    recovery: bool,
    changes: bool,
}

/// Id and priority of a host group.
pub async fn group(tx: &mut Tx, name: &str) -> sqlx::Result<Option<(GroupId, i64)>> {
    Ok(fetch_optional!(tx, (i64, i64), GROUP, name)?.map(|(id, priority)| (GroupId(id), priority)))
}

pub async fn urgency(tx: &mut Tx, level: u8) -> sqlx::Result<Option<Span>> {
    Ok(fetch_optional!(tx, (i64,), URGENCY, i64::from(level))?.map(|(ms,)| Span(ms)))
}

/// The policy of a target with its rules in their order.
pub async fn policy(tx: &mut Tx, target: &Target) -> sqlx::Result<Option<Kept>> {
    let row = fetch_optional!(&mut *tx, (i64, i64, bool, bool), POLICY, target_name(target))?;
    let Some((id, version, enabled, mute)) = row else { return Ok(None) };
    let mut rules = Vec::new();
    for row in fetch_all!(&mut *tx, RuleRow, RULES, id)? {
        let receivers = fetch_all!(&mut *tx, (i64,), RULE_RECEIVERS, row.id)?;
        let urgency = row.urgency.and_then(|level| u8::try_from(level).ok()).map(Every::Urgency);
        rules.push(KeptRule {
            id: RuleId(row.id),
            receivers: receivers.into_iter().map(|(id,)| ReceiverId(id)).collect(),
            every: urgency.unwrap_or(Every::Interval(Span(row.interval_ms.unwrap_or_default()))),
            after: Span(row.after_ms),
            recovery: row.recovery,
            changes: row.changes,
        });
    }
    Ok(Some(Kept { id: PolicyId(id), version, enabled, mute, rules }))
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
