//! Hosts and their services: loading them into memory, and writing what changed.

use std::collections::HashMap;

use tocsin_policy::{Admission, Alert, GroupId, Host, HostId, Liveness, Moment, Service, Silence, Span};

use super::sql::{execute, fetch_all, fetch_optional};
use super::{Tx, alert, silence};
use crate::engine::fleet::{Document, Profile};

const VERSION: &str = "select version from host where id = $1";
const ID_OF_AGENT: &str = "select id from host where agent_id = $1";
const STANDINGS: &str = "select id, version, last_seen_at_ms from host";
const LAST_SEEN: &str = "select last_seen_at_ms from host where id = $1";
const SELECT: &str = "select id, agent_id, name, admission, version, incarnation, agent_version, platform, shares_bits, \
    poll_ms, start_delay_ms, missed_cycles, first_seen_at_ms, last_seen_at_ms, last_address, stopped_at_ms, \
    down_since_ms, twin, region, environment, document, document_at_ms from host where ($1 = 0 or id = $1) order by id";
const SELECT_SERVICES: &str = "select host_id, name, kind, monitor, status, status_hint, collected_us, alerting, \
    clear_since_us from service where ($1 = 0 or host_id = $1) order by host_id, position";
const SELECT_GROUPS: &str = "select host_id, group_id from host_group_member where ($1 = 0 or host_id = $1) \
    order by host_id, group_id";
const SELECT_LABELS: &str = "select host_id, name, value from host_label where ($1 = 0 or host_id = $1) \
    order by host_id, name";

/// How far a host has come in the database.
pub struct Standing {
    pub id: HostId,
    pub version: i64,
    /// As far as it was flushed.
    pub last_seen_at: Option<Moment>,
}

/// A host as it was loaded.
pub struct Loaded {
    pub host: Host,
    pub profile: Profile,
    pub version: i64,
    pub document: Document,
}

#[derive(sqlx::FromRow)]
struct HostRow {
    id: i64,
    agent_id: String,
    name: String,
    admission: String,
    version: i64,
    incarnation: i64,
    agent_version: String,
    platform: String,
    shares_bits: bool,
    poll_ms: i64,
    start_delay_ms: i64,
    missed_cycles: Option<i64>,
    first_seen_at_ms: i64,
    last_seen_at_ms: Option<i64>,
    last_address: String,
    stopped_at_ms: Option<i64>,
    down_since_ms: Option<i64>,
    twin: Option<String>,
    region: String,
    environment: String,
    document: Option<Vec<u8>>,
    document_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct ServiceRow {
    host_id: i64,
    name: String,
    kind: i64,
    monitor: i64,
    status: i64,
    status_hint: i64,
    collected_us: i64,
    alerting: i64,
    clear_since_us: i64,
}

/// The version of a host's row.
pub async fn version(tx: &mut Tx, id: HostId) -> sqlx::Result<Option<i64>> {
    Ok(fetch_optional!(tx, (i64,), VERSION, id.0)?.map(|row| row.0))
}

/// How far every host has come.
pub async fn standings(tx: &mut Tx) -> sqlx::Result<Vec<Standing>> {
    let rows = fetch_all!(tx, (i64, i64, Option<i64>), STANDINGS)?;
    let standing = |(id, version, seen): (i64, i64, Option<i64>)| Standing {
        id: HostId(id),
        version,
        last_seen_at: seen.map(Moment),
    };
    Ok(rows.into_iter().map(standing).collect())
}

pub async fn id_of_agent(tx: &mut Tx, agent_id: &str) -> sqlx::Result<Option<HostId>> {
    Ok(fetch_optional!(tx, (i64,), ID_OF_AGENT, agent_id)?.map(|row| HostId(row.0)))
}

/// When any node saw the host last, as far as it was flushed.
pub async fn last_seen(tx: &mut Tx, id: HostId) -> sqlx::Result<Option<Moment>> {
    Ok(fetch_optional!(tx, (Option<i64>,), LAST_SEEN, id.0)?.and_then(|row| row.0).map(Moment))
}

pub async fn load_one(tx: &mut Tx, id: HostId, now: Moment) -> sqlx::Result<Option<Loaded>> {
    Ok(load(tx, id.0, now).await?.pop())
}

/// All hosts with their services, open alerts and silences.
pub async fn load_all(tx: &mut Tx, now: Moment) -> sqlx::Result<Vec<Loaded>> {
    load(tx, 0, now).await
}

async fn load(tx: &mut Tx, id: i64, now: Moment) -> sqlx::Result<Vec<Loaded>> {
    let rows = fetch_all!(tx, HostRow, SELECT, id)?;
    let mut services = by_host(fetch_all!(tx, ServiceRow, SELECT_SERVICES, id)?.into_iter().map(service_of));
    let groups = fetch_all!(tx, (i64, i64), SELECT_GROUPS, id)?;
    let mut groups = by_host(groups.into_iter().map(|(host, group)| (HostId(host), GroupId(group))));
    let labels = fetch_all!(tx, (i64, String, String), SELECT_LABELS, id)?;
    let mut labels = by_host(labels.into_iter().map(|(host, name, value)| (HostId(host), (name.into(), value.into()))));
    let mut alerts: HashMap<HostId, Vec<Alert>> = by_host(alert::open(tx, id).await?.into_iter());
    let mut silences: HashMap<HostId, Vec<Silence>> = by_host(silence::active(tx, id, now).await?.into_iter());
    let mut loaded = Vec::with_capacity(rows.len());
    for mut row in rows {
        let id = HostId(row.id);
        let document = Document {
            body: row.document.take().unwrap_or_default().into(),
            received_at: Moment(row.document_at_ms.unwrap_or_default()),
        };
        let profile = Profile {
            agent_version: row.agent_version.as_str().into(),
            platform: row.platform.as_str().into(),
            last_address: row.last_address.as_str().into(),
            region: row.region.as_str().into(),
            environment: row.environment.as_str().into(),
            labels: labels.remove(&id).unwrap_or_default(),
            first_seen_at: Moment(row.first_seen_at_ms),
        };
        let version = row.version;
        let mut host = host_of(row);
        host.services = services.remove(&id).unwrap_or_default();
        host.groups = groups.remove(&id).unwrap_or_default();
        host.alerts = alerts.remove(&id).unwrap_or_default();
        host.silences = silences.remove(&id).unwrap_or_default();
        loaded.push(Loaded { host, profile, version, document });
    }
    Ok(loaded)
}

fn host_of(row: HostRow) -> Host {
    Host {
        id: HostId(row.id),
        agent_id: row.agent_id.into(),
        name: row.name.into(),
        admission: admission_of(&row.admission),
        groups: Vec::new(),
        liveness: Liveness {
            last_seen_at: row.last_seen_at_ms.map(Moment),
            poll: Span(row.poll_ms),
            start_delay: Span(row.start_delay_ms),
            missed_cycles: row.missed_cycles.and_then(|cycles| u32::try_from(cycles).ok()),
            stopped_at: row.stopped_at_ms.map(Moment),
            down_since: row.down_since_ms.map(Moment),
            ..Liveness::default()
        },
        incarnation: row.incarnation,
        shares_bits: row.shares_bits,
        services: Vec::new(),
        alerts: Vec::new(),
        silences: Vec::new(),
        twin: row.twin.and_then(|json| serde_json::from_str(&json).ok()),
    }
}

fn service_of(row: ServiceRow) -> (HostId, Service) {
    let bits = |n: i64| u32::try_from(n).unwrap_or_default();
    let byte = |n: i64| u8::try_from(n).unwrap_or_default();
    let service = Service {
        name: row.name.into(),
        kind: byte(row.kind),
        monitor: byte(row.monitor),
        status: bits(row.status),
        status_hint: bits(row.status_hint),
        collected_us: row.collected_us,
        alerting: bits(row.alerting),
        clear_since_us: row.clear_since_us,
    };
    (HostId(row.host_id), service)
}

fn by_host<T>(rows: impl Iterator<Item = (HostId, T)>) -> HashMap<HostId, Vec<T>> {
    let mut map: HashMap<HostId, Vec<T>> = HashMap::new();
    rows.for_each(|(host, row)| map.entry(host).or_default().push(row));
    map
}

/// The word of an admission in the database, in addresses and in documents.
pub fn admission_word(admission: Admission) -> &'static str {
    match admission {
        Admission::Pending => "pending",
        Admission::Approved => "approved",
        Admission::Ignored => "ignored",
        Admission::Blocked => "blocked",
    }
}

/// The admission of a word; an unknown word takes no part.
pub fn admission_of(word: &str) -> Admission {
    match word {
        "approved" => Admission::Approved,
        "ignored" => Admission::Ignored,
        "blocked" => Admission::Blocked,
        _ => Admission::Pending,
    }
}

/// Forgets a host with everything that belongs to it.
pub async fn delete(tx: &mut Tx, id: HostId) -> sqlx::Result<()> {
    const DELETE: &str = "delete from host where id = $1";
    execute!(tx, DELETE, id.0).map(drop)
}
