//! Reading a policy back in the transaction that may change it: its rules with receivers that are disabled, and the
//! rules that were taken out of it while open alerts still count from them.

use tocsin_policy::{ActiveHours, Every, PolicyId, ReceiverId, RuleId, Span, Target};

use super::target_name;
use crate::store::Tx;
use crate::store::sql::{execute, fetch_all, fetch_optional};

const POLICY: &str = "select id, version, enabled, mute from policy where target = $1";
const RULES: &str = "select id, urgency, interval_ms, after_ms, recovery, changes, active from policy_rule \
    where policy_id = $1 order by position, id";
const RULE_RECEIVERS: &str = "select receiver_id from policy_rule_receiver where rule_id = $1 order by position";
const RETIRED: &str =
    "select rule_id, receivers from retired_rule where target = $1 order by retired_at_ms desc, rule_id";
const RETIRE: &str = "insert into retired_rule (rule_id, target, receivers, retired_at_ms) \
    select $1, $2, $3, $4 where exists (select 1 from alert_timer t join alert a on a.id = t.alert_id \
    where t.rule_id = $1 and a.closed_at_ms is null)";
const FORGET: &str = "delete from retired_rule where not exists (select 1 from alert_timer t \
    join alert a on a.id = t.alert_id where t.rule_id = retired_rule.rule_id and a.closed_at_ms is null)";
const RECALL: &str = "delete from retired_rule where rule_id = $1";

/// A policy as it is kept.
#[derive(Debug)]
pub struct Kept {
    pub id: PolicyId,
    pub version: i64,
    pub enabled: bool,
    pub mute: bool,
    pub rules: Vec<KeptRule>,
}

/// One of its rules.
#[derive(Debug)]
pub struct KeptRule {
    pub id: RuleId,
    pub receivers: Vec<ReceiverId>,
    pub every: Every,
    pub after: Span,
    pub recovery: bool,
    pub changes: bool,
    pub active: Option<ActiveHours>,
}

/// A rule that was taken out of its policy; alerts that were open then still have its timers.
#[derive(Debug)]
pub struct RetiredRule {
    pub id: RuleId,
    pub receivers: Vec<ReceiverId>,
}

#[derive(sqlx::FromRow)]
struct RuleRow {
    id: i64,
    urgency: Option<i64>,
    interval_ms: Option<i64>,
    after_ms: i64,
    recovery: bool,
    changes: bool,
    active: Option<String>,
}

/// The policy of a target with its rules in their order.
pub async fn kept(tx: &mut Tx, target: &Target) -> sqlx::Result<Option<Kept>> {
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
            // Hours that cannot be read count as none, as in the book.
            active: row.active.and_then(|json| serde_json::from_str(&json).ok()),
        });
    }
    Ok(Some(Kept { id: PolicyId(id), version, enabled, mute, rules }))
}

/// Rules that were taken out of the policy of a target, the newest first.
pub async fn retired(tx: &mut Tx, target: &Target) -> sqlx::Result<Vec<RetiredRule>> {
    let rows = fetch_all!(tx, (i64, String), RETIRED, target_name(target))?;
    let receivers = |json: &str| serde_json::from_str(json).unwrap_or_default();
    Ok(rows.into_iter().map(|(id, json)| RetiredRule { id: RuleId(id), receivers: receivers(&json) }).collect())
}

/// Remembers a rule that is taken out, if an open alert counts from it; and forgets those that none counts from any
/// more.
pub async fn retire(tx: &mut Tx, target: &Target, rule: &KeptRule, now: tocsin_policy::Moment) -> sqlx::Result<()> {
    execute!(&mut *tx, FORGET)?;
    let receivers = super::json(&rule.receivers)?;
    execute!(tx, RETIRE, rule.id.0, target_name(target), receivers, now.0).map(drop)
}

/// The rule is in its policy again.
pub async fn recall(tx: &mut Tx, id: RuleId) -> sqlx::Result<()> {
    execute!(tx, RECALL, id.0).map(drop)
}
