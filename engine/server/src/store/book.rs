//! The book in the database: policies with their rules, groups, urgencies, downtimes, settings; and the agents' door.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tocsin_policy::book::default_urgencies;
use tocsin_policy::{
    Book, Downtime, DowntimeId, DowntimeSchedule, Every, Group, GroupId, HostId, Moment, Policy, PolicyId, ReceiverId,
    Rule, RuleId, Say, Scope, Settings, Span, Target,
};

use super::sql::{execute, fetch_all, fetch_optional};
use super::{Tx, connector, instance, instance_facts, manner, receiver};
use crate::connectors::catalog::Catalog;
use crate::engine::Shared;
use crate::engine::laid_down::{Door, LaidDown};
use crate::fault::Fault;

const GROUPS: &str = "select id, name, priority from host_group";
const URGENCIES: &str = "select level, interval_ms from urgency";
const INSERT_URGENCY: &str = "insert into urgency (level, interval_ms) values ($1, $2) on conflict (level) do nothing";
const POLICIES: &str = "select id, tier, host_id, service, group_id, enabled, mute from policy";
const RULES: &str = "select id, policy_id, urgency, interval_ms, after_ms, recovery, changes, active from policy_rule \
    order by policy_id, position, id";
const RULE_RECEIVERS: &str = "select rr.rule_id, rr.receiver_id from policy_rule_receiver rr \
    join receiver r on r.id = rr.receiver_id where r.enabled \
    and not exists (select 1 from connector c where c.name = r.connector and c.disabled) order by rr.rule_id, rr.position";
const DOWNTIMES: &str = "select id, title, scope, host_id, service, group_id, start_at_ms, end_at_ms, schedule \
    from downtime order by id";
const NEWEST: &str = "select max(at_ms) from (select max(last_seen_at_ms) as at_ms from host \
    union all select opened_at_ms from (select opened_at_ms from alert order by id desc limit 1) as newest \
    union all select max(last_commit_at_ms) from alert_timer) as known";
const ACCOUNTS: &str = "select name, password_hash from agent_account where not disabled";
/// The names of the instance's facts that decisions depend on.
const VERSION: &str = "book-version";
pub const MISSED_CYCLES: &str = "missed-cycles";
pub const DEADLINE_FLOOR_MS: &str = "deadline-floor-ms";
pub const STOP_ALERTS: &str = "stop-alerts";

#[derive(sqlx::FromRow)]
struct PolicyRow {
    id: i64,
    tier: String,
    host_id: Option<i64>,
    service: Option<String>,
    group_id: Option<i64>,
    enabled: bool,
    mute: bool,
}

#[derive(sqlx::FromRow)]
struct RuleRow {
    id: i64,
    policy_id: i64,
    urgency: Option<i64>,
    interval_ms: Option<i64>,
    after_ms: i64,
    recovery: bool,
    changes: bool,
    active: Option<String>,
}

#[derive(sqlx::FromRow)]
struct DowntimeRow {
    id: i64,
    title: String,
    scope: String,
    host_id: Option<i64>,
    service: Option<String>,
    group_id: Option<i64>,
    start_at_ms: i64,
    end_at_ms: i64,
    schedule: Option<String>,
}

/// The version of the book; it rises with every edit, so that other nodes know when theirs is old.
pub async fn version(tx: &mut Tx) -> sqlx::Result<i64> {
    Ok(instance::get(tx, VERSION).await?.and_then(|text| text.parse().ok()).unwrap_or_default())
}

pub async fn raise_version(tx: &mut Tx) -> sqlx::Result<()> {
    let next = version(tx).await? + 1;
    instance::set(tx, VERSION, &next.to_string()).await
}

/// Writes the urgencies that every instance starts with, where none is there.
pub async fn ensure_defaults(shared: &Shared) -> Result<(), Fault> {
    let mut tx = shared.store.begin().await?;
    if fetch_all!(&mut tx, (i64, i64), URGENCIES)?.is_empty() {
        for (level, interval) in default_urgencies() {
            execute!(&mut tx, INSERT_URGENCY, i64::from(level), interval.0)?;
        }
    }
    Ok(tx.commit().await?)
}

/// The newest moment that decisions count from; the engine's clock goes on from there, wherever the wall is (N6).
pub async fn newest(tx: &mut Tx) -> sqlx::Result<Option<Moment>> {
    let row = fetch_optional!(tx, (Option<i64>,), NEWEST)?;
    Ok(row.and_then(|(newest,)| newest).map(Moment))
}

/// Loads everything that operators have laid down.
pub async fn laid_down(tx: &mut Tx) -> sqlx::Result<LaidDown> {
    Ok(LaidDown {
        version: version(tx).await?,
        book: Arc::new(load(tx).await?),
        door: Arc::new(door(tx).await?),
        receivers: Arc::new(receiver::all(tx).await?),
        catalog: Arc::new(catalog(tx).await?),
        manners: Arc::new(manner::all(tx).await?),
        instance: Arc::new(instance_facts::load(tx).await?),
    })
}

async fn catalog(tx: &mut Tx) -> sqlx::Result<Catalog> {
    let (versions, settings) = (connector::versions(tx).await?, connector::settings(tx).await?);
    Ok(Catalog::read(versions, settings, connector::keys(tx).await?, connector::pins(tx).await?))
}

/// Loads what decisions go by.
pub async fn load(tx: &mut Tx) -> sqlx::Result<Book> {
    let groups = fetch_all!(tx, (i64, String, i64), GROUPS)?.into_iter().map(|(id, name, priority)| {
        (GroupId(id), Group { name, priority: i32::try_from(priority).unwrap_or(i32::MAX) })
    });
    let urgencies = fetch_all!(tx, (i64, i64), URGENCIES)?;
    let urgencies: BTreeMap<u8, Span> =
        urgencies.into_iter().filter_map(|(level, ms)| Some((u8::try_from(level).ok()?, Span(ms)))).collect();
    let mut rules = rules(tx).await?;
    let mut policies = HashMap::new();
    for row in fetch_all!(tx, PolicyRow, POLICIES)? {
        let Some(target) = target_of(&row.tier, row.host_id, row.service, row.group_id) else { continue };
        let own = rules.remove(&row.id).unwrap_or_default();
        let say = if row.mute { Say::Mute } else { Say::Rules(own) };
        let policy = Policy { id: PolicyId(row.id), target: target.clone(), enabled: row.enabled, say };
        policies.insert(target, policy);
    }
    let downtimes = fetch_all!(tx, DowntimeRow, DOWNTIMES)?.into_iter().filter_map(downtime_of).collect();
    Ok(Book { policies, groups: groups.collect(), urgencies, downtimes, settings: settings(tx).await? })
}

async fn rules(tx: &mut Tx) -> sqlx::Result<HashMap<i64, Vec<Rule>>> {
    let mut receivers: HashMap<i64, Vec<ReceiverId>> = HashMap::new();
    for (rule, receiver) in fetch_all!(tx, (i64, i64), RULE_RECEIVERS)? {
        receivers.entry(rule).or_default().push(ReceiverId(receiver));
    }
    let mut rules: HashMap<i64, Vec<Rule>> = HashMap::new();
    for row in fetch_all!(tx, RuleRow, RULES)? {
        let urgency = row.urgency.and_then(|level| u8::try_from(level).ok()).map(Every::Urgency);
        let every = urgency.unwrap_or(Every::Interval(Span(row.interval_ms.unwrap_or_default())));
        // Hours that cannot be read are no hours: a message too many is better than one too few.
        let active = row.active.as_deref().and_then(|json| read(json, "the active hours of a rule", row.id));
        rules.entry(row.policy_id).or_default().push(Rule {
            id: RuleId(row.id),
            receivers: receivers.remove(&row.id).unwrap_or_default(),
            every,
            after: Span(row.after_ms),
            recovery: row.recovery,
            changes: row.changes,
            active,
        });
    }
    Ok(rules)
}

async fn settings(tx: &mut Tx) -> sqlx::Result<Settings> {
    let mut settings = Settings::default();
    if let Some(cycles) = instance::get(tx, MISSED_CYCLES).await?.and_then(|text| text.parse().ok()) {
        settings.missed_cycles = cycles;
    }
    if let Some(ms) = instance::get(tx, DEADLINE_FLOOR_MS).await?.and_then(|text| text.parse().ok()) {
        settings.deadline_floor = Span(ms);
    }
    if let Some(word) = instance::get(tx, STOP_ALERTS).await? {
        settings.stop_alerts = word == "true";
    }
    Ok(settings)
}

/// The target of a policy, from its columns; `None` for a row that contradicts itself.
pub fn target_of(tier: &str, host: Option<i64>, service: Option<String>, group: Option<i64>) -> Option<Target> {
    match tier {
        "service" => Some(Target::Service { host: HostId(host?), service: service?.into() }),
        "host" => Some(Target::Host(HostId(host?))),
        "group" => Some(Target::Group(GroupId(group?))),
        "default" => Some(Target::Default),
        _ => None,
    }
}

fn downtime_of(row: DowntimeRow) -> Option<Downtime> {
    let scope = scope_of(&row.scope, row.host_id, row.service, row.group_id)?;
    // Ended for good.
    if row.schedule.is_some() && Moment(row.end_at_ms) < Moment::FAR {
        return None;
    }
    let schedule = schedule_of(row.id, row.start_at_ms, row.end_at_ms, row.schedule.as_deref())?;
    Some(Downtime { id: DowntimeId(row.id), title: row.title, scope, schedule })
}

/// What a downtime covers, from its columns; `None` for a row that contradicts itself.
pub(super) fn scope_of(scope: &str, host: Option<i64>, service: Option<String>, group: Option<i64>) -> Option<Scope> {
    match scope {
        "service" => Some(Scope::Service { host: HostId(host?), service: service?.into() }),
        "host" => Some(Scope::Host(HostId(host?))),
        "group" => Some(Scope::Group(GroupId(group?))),
        _ => Some(Scope::All),
    }
}

/// When a downtime holds, from its columns: once, or by the json of its schedule.
pub(super) fn schedule_of(id: i64, start_ms: i64, end_ms: i64, json: Option<&str>) -> Option<DowntimeSchedule> {
    match json {
        None => Some(DowntimeSchedule::Once { start: Moment(start_ms), end: Moment(end_ms) }),
        Some(json) => read(json, "the schedule of a downtime", id),
    }
}

/// Reads JSON that this program has written; a newer version of it may have written what this one cannot read.
fn read<T: serde::de::DeserializeOwned>(json: &str, what: &str, id: i64) -> Option<T> {
    let read = serde_json::from_str(json);
    read.inspect_err(|error| tracing::error!(id, %error, "{what} cannot be read and does not count; save it again"))
        .ok()
}

async fn door(tx: &mut Tx) -> sqlx::Result<Door> {
    Ok(Door { accounts: fetch_all!(tx, (String, String), ACCOUNTS)?.into_iter().collect() })
}
