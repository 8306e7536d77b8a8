//! Writing policies, groups, urgencies, downtimes and approval rules.

use tocsin_policy::{
    ActiveHours, DowntimeId, DowntimeSchedule, Every, GroupId, Moment, PolicyId, ReceiverId, RuleId, Scope, Span,
    Target,
};

mod kept;

pub use kept::{Kept, KeptRule, RetiredRule, kept, recall, retire, retired};

use super::Tx;
use super::sql::{execute, fetch_all, fetch_optional};

const UPSERT_POLICY: &str = "insert into policy (id, tier, host_id, service, group_id, target, enabled, mute, version, \
    updated_at_ms, updated_by) values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10) on conflict (target) do update set \
    enabled = excluded.enabled, mute = excluded.mute, version = policy.version + 1, \
    updated_at_ms = excluded.updated_at_ms, updated_by = excluded.updated_by";
const DELETE_POLICY: &str = "delete from policy where target = $1";
const DELETE_RULE: &str = "delete from policy_rule where id = $1";
const UPSERT_RULE: &str = "insert into policy_rule (id, policy_id, position, urgency, interval_ms, after_ms, recovery, \
    changes, active) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do update set position = excluded.position, \
    urgency = excluded.urgency, interval_ms = excluded.interval_ms, after_ms = excluded.after_ms, \
    recovery = excluded.recovery, changes = excluded.changes, active = excluded.active";
const CLEAR_RULE_RECEIVERS: &str = "delete from policy_rule_receiver where rule_id = $1";
const ADD_RULE_RECEIVER: &str = "insert into policy_rule_receiver (rule_id, receiver_id, position) values ($1, $2, $3)";
const UPSERT_URGENCY: &str = "insert into urgency (level, interval_ms) values ($1, $2) \
    on conflict (level) do update set interval_ms = excluded.interval_ms";
const GROUP_NAMED: &str = "select id from host_group where name = $1";
const UPSERT_GROUP: &str = "insert into host_group (id, name, priority, created_at_ms) values ($1, $2, $3, $4) \
    on conflict (id) do update set name = excluded.name, priority = excluded.priority";
const DELETE_GROUP: &str = "delete from host_group where id = $1";
const GROUP_HOSTS: &str = "select host_id from host_group_member where group_id = $1 order by host_id";
const INSERT_DOWNTIME: &str = "insert into downtime (id, title, scope, host_id, service, group_id, start_at_ms, \
    end_at_ms, made_by, created_at_ms, schedule) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const DOWNTIME: &str = "select start_at_ms, end_at_ms from downtime where id = $1";
const END_DOWNTIME: &str = "update downtime set end_at_ms = $2 where id = $1";
const DELETE_DOWNTIME: &str = "delete from downtime where id = $1";
const APPROVAL_RULES: &str = "select host_pattern, account_pattern, group_id from approval_rule order by position, id";

/// A rule as it is written.
pub struct RuleRow<'a> {
    pub id: RuleId,
    pub receivers: &'a [ReceiverId],
    pub every: Every,
    pub after: Span,
    pub recovery: bool,
    pub changes: bool,
    pub active: Option<&'a ActiveHours>,
}

/// The name of a target in the database: one policy for each.
pub fn target_name(target: &Target) -> String {
    match target {
        Target::Service { host, service } => format!("service:{host}:{service}"),
        Target::Host(host) => format!("host:{host}"),
        Target::Group(group) => format!("group:{group}"),
        Target::Default => "default".to_owned(),
    }
}

/// The row of a policy as it is written; its rules follow.
pub struct NewPolicy<'a> {
    pub id: PolicyId,
    pub target: &'a Target,
    pub enabled: bool,
    pub mute: bool,
    pub by: &'a str,
}

pub async fn save_policy(tx: &mut Tx, new: &NewPolicy<'_>, now: Moment) -> sqlx::Result<()> {
    let NewPolicy { id, target, enabled, mute, by } = new;
    let (tier, host, service, group) = match target {
        Target::Service { host, service } => ("service", Some(host.0), Some(&**service), None),
        Target::Host(host) => ("host", Some(host.0), None, None),
        Target::Group(group) => ("group", None, None, Some(group.0)),
        Target::Default => ("default", None, None, None),
    };
    execute!(tx, UPSERT_POLICY, id.0, tier, host, service, group, target_name(target), *enabled, *mute, now.0, *by)
        .map(drop)
}

pub async fn delete_policy(tx: &mut Tx, target: &Target) -> sqlx::Result<bool> {
    Ok(execute!(tx, DELETE_POLICY, target_name(target))? == 1)
}

pub async fn delete_rule(tx: &mut Tx, id: RuleId) -> sqlx::Result<()> {
    execute!(tx, DELETE_RULE, id.0).map(drop)
}

pub async fn save_rule(tx: &mut Tx, policy: PolicyId, position: usize, rule: &RuleRow<'_>) -> sqlx::Result<()> {
    let (urgency, interval) = match rule.every {
        Every::Urgency(level) => (Some(i64::from(level)), None),
        Every::Interval(span) => (None, Some(span.0)),
    };
    let place = i64::try_from(position).unwrap_or(i64::MAX);
    let Span(after) = rule.after;
    let active = rule.active.map(json).transpose()?;
    let (id, recovery, changes) = (rule.id.0, rule.recovery, rule.changes);
    execute!(tx, UPSERT_RULE, id, policy.0, place, urgency, interval, after, recovery, changes, active)?;
    execute!(tx, CLEAR_RULE_RECEIVERS, rule.id.0)?;
    for (place, receiver) in rule.receivers.iter().enumerate() {
        execute!(tx, ADD_RULE_RECEIVER, rule.id.0, receiver.0, i64::try_from(place).unwrap_or(i64::MAX))?;
    }
    Ok(())
}

pub async fn save_urgency(tx: &mut Tx, level: u8, interval: Span) -> sqlx::Result<()> {
    execute!(tx, UPSERT_URGENCY, i64::from(level), interval.0).map(drop)
}

pub async fn group_named(tx: &mut Tx, name: &str) -> sqlx::Result<Option<GroupId>> {
    Ok(fetch_optional!(tx, (i64,), GROUP_NAMED, name)?.map(|row| GroupId(row.0)))
}

pub async fn save_group(tx: &mut Tx, id: GroupId, name: &str, priority: i32, now: Moment) -> sqlx::Result<()> {
    execute!(tx, UPSERT_GROUP, id.0, name, i64::from(priority), now.0).map(drop)
}

pub async fn delete_group(tx: &mut Tx, id: GroupId) -> sqlx::Result<bool> {
    Ok(execute!(tx, DELETE_GROUP, id.0)? == 1)
}

/// The hosts of a group.
pub async fn group_hosts(tx: &mut Tx, id: GroupId) -> sqlx::Result<Vec<tocsin_policy::HostId>> {
    let rows = fetch_all!(tx, (i64,), GROUP_HOSTS, id.0)?;
    Ok(rows.into_iter().map(|row| tocsin_policy::HostId(row.0)).collect())
}

/// A downtime as it is written.
pub struct NewDowntime<'a> {
    pub id: DowntimeId,
    pub title: &'a str,
    pub scope: &'a Scope,
    pub schedule: &'a DowntimeSchedule,
    pub by: &'a str,
}

pub async fn insert_downtime(tx: &mut Tx, new: &NewDowntime<'_>, now: Moment) -> sqlx::Result<()> {
    let (scope, host, service, group) = match new.scope {
        Scope::Service { host, service } => ("service", Some(host.0), Some(&**service), None),
        Scope::Host(host) => ("host", Some(host.0), None, None),
        Scope::Group(group) => ("group", None, None, Some(group.0)),
        Scope::All => ("all", None, None, None),
    };
    let (start, end, schedule) = match new.schedule {
        DowntimeSchedule::Once { start, end } => (start.0, end.0, None),
        recurring => (now.0, Moment::FAR.0, Some(json(recurring)?)),
    };
    let (id, title, by) = (new.id.0, new.title, new.by);
    execute!(tx, INSERT_DOWNTIME, id, title, scope, host, service, group, start, end, by, now.0, schedule).map(drop)
}

fn json(value: &impl serde::Serialize) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

/// Start and end of a downtime; of a recurring one since when it is planned, and until when.
pub async fn downtime(tx: &mut Tx, id: DowntimeId) -> sqlx::Result<Option<(Moment, Moment)>> {
    let row = fetch_optional!(tx, (i64, i64), DOWNTIME, id.0)?;
    Ok(row.map(|(start, end)| (Moment(start), Moment(end))))
}

/// Ends a downtime at this moment, or lets it hold until then.
pub async fn set_downtime_end(tx: &mut Tx, id: DowntimeId, at: Moment) -> sqlx::Result<()> {
    execute!(tx, END_DOWNTIME, id.0, at.0).map(drop)
}

pub async fn delete_downtime(tx: &mut Tx, id: DowntimeId) -> sqlx::Result<()> {
    execute!(tx, DELETE_DOWNTIME, id.0).map(drop)
}

/// Rules by which new hosts are approved: host pattern, account pattern, group to join.
pub async fn approval_rules(tx: &mut Tx) -> sqlx::Result<Vec<(String, String, Option<GroupId>)>> {
    let rows = fetch_all!(tx, (String, String, Option<i64>), APPROVAL_RULES)?;
    Ok(rows.into_iter().map(|(host, account, group)| (host, account, group.map(GroupId))).collect())
}
