//! Writing what changed of a host: its row (with the version that guards it), its services, what operators say of it.

use tocsin_policy::{GroupId, HostId, Moment, Service};

use super::sql::execute_later;
use super::{Tx, host::admission_word};
use crate::engine::work::Draft;

const INSERT: &str = "insert into host (id, agent_id, name, admission, version, incarnation, agent_version, platform, \
    shares_bits, poll_ms, start_delay_ms, missed_cycles, first_seen_at_ms, last_seen_at_ms, last_address, \
    stopped_at_ms, down_since_ms, twin, region, environment, document, document_at_ms) \
    values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
const UPDATE: &str = "update host set name = $3, admission = $4, version = version + 1, incarnation = $5, \
    agent_version = $6, platform = $7, shares_bits = $8, poll_ms = $9, start_delay_ms = $10, missed_cycles = $11, \
    last_seen_at_ms = $12, last_address = $13, stopped_at_ms = $14, down_since_ms = $15, twin = $16, region = $17, \
    environment = $18, document = coalesce($19, document), document_at_ms = coalesce($20, document_at_ms) \
    where id = $1 and version = $2";
const TOUCH: &str =
    "update host set last_seen_at_ms = $2 where id = $1 and (last_seen_at_ms is null or last_seen_at_ms < $2)";
const UPSERT_SERVICE: &str = "insert into service (host_id, name, position, kind, monitor, status, status_hint, \
    collected_us, alerting, clear_since_us) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
    on conflict (host_id, name) do update set position = excluded.position, kind = excluded.kind, \
    monitor = excluded.monitor, status = excluded.status, status_hint = excluded.status_hint, \
    collected_us = excluded.collected_us, alerting = excluded.alerting, clear_since_us = excluded.clear_since_us";
const DELETE_SERVICE: &str = "delete from service where host_id = $1 and name = $2";
const DELETE_GROUPS: &str = "delete from host_group_member where host_id = $1";
const INSERT_GROUP: &str = "insert into host_group_member (host_id, group_id) values ($1, $2)";
const DELETE_LABELS: &str = "delete from host_label where host_id = $1";
const INSERT_LABEL: &str = "insert into host_label (host_id, name, value) values ($1, $2, $3)";

/// Writes the row of a draft; false if another node has changed it since it was loaded. With SQLite there is no other
/// node, and the answer is not waited for.
pub async fn save(tx: &mut Tx, draft: &Draft) -> sqlx::Result<bool> {
    let (host, profile) = (&draft.host, &draft.profile);
    let twin = host.twin.as_ref().and_then(|twin| serde_json::to_string(twin).ok());
    let missed = host.liveness.missed_cycles.map(i64::from);
    let life = &host.liveness;
    let (seen, stopped, down) =
        (life.last_seen_at.map(|m| m.0), life.stopped_at.map(|m| m.0), life.down_since.map(|m| m.0));
    // A draft that took no check-in leaves the stored document as it is.
    let (body, body_at) = match &draft.document {
        Some(document) => (Some(&document.body[..]), Some(document.received_at.0)),
        None => (None, None),
    };
    if draft.is_new {
        let rows = execute_later!(
            tx,
            INSERT,
            host.id.0,
            &*host.agent_id,
            &*host.name,
            admission_word(host.admission),
            host.incarnation,
            &*profile.agent_version,
            &*profile.platform,
            host.shares_bits,
            life.poll.0,
            life.start_delay.0,
            missed,
            profile.first_seen_at.0,
            seen,
            &*profile.last_address,
            stopped,
            down,
            twin,
            &*profile.region,
            &*profile.environment,
            body,
            body_at
        )?;
        return Ok(rows.is_none_or(|rows| rows == 1));
    }
    let rows = execute_later!(
        tx,
        UPDATE,
        host.id.0,
        draft.version,
        &*host.name,
        admission_word(host.admission),
        host.incarnation,
        &*profile.agent_version,
        &*profile.platform,
        host.shares_bits,
        life.poll.0,
        life.start_delay.0,
        missed,
        seen,
        &*profile.last_address,
        stopped,
        down,
        twin,
        &*profile.region,
        &*profile.environment,
        body,
        body_at
    )?;
    Ok(rows.is_none_or(|rows| rows == 1))
}

/// Notes when a host was seen; never moves it back.
pub async fn touch(tx: &mut Tx, id: HostId, seen_at: Moment) -> sqlx::Result<()> {
    execute_later!(tx, TOUCH, id.0, seen_at.0).map(drop)
}

pub async fn save_service(tx: &mut Tx, id: HostId, position: usize, service: &Service) -> sqlx::Result<()> {
    execute_later!(
        tx,
        UPSERT_SERVICE,
        id.0,
        &*service.name,
        i64::try_from(position).unwrap_or(i64::MAX),
        i64::from(service.kind),
        i64::from(service.monitor),
        i64::from(service.status),
        i64::from(service.status_hint),
        service.collected_us,
        i64::from(service.alerting),
        service.clear_since_us
    )
    .map(drop)
}

pub async fn delete_service(tx: &mut Tx, id: HostId, name: &str) -> sqlx::Result<()> {
    execute_later!(tx, DELETE_SERVICE, id.0, name).map(drop)
}

pub async fn save_groups(tx: &mut Tx, id: HostId, groups: &[GroupId]) -> sqlx::Result<()> {
    execute_later!(tx, DELETE_GROUPS, id.0)?;
    for group in groups {
        execute_later!(tx, INSERT_GROUP, id.0, group.0)?;
    }
    Ok(())
}

pub async fn save_labels(tx: &mut Tx, id: HostId, labels: &[(Box<str>, Box<str>)]) -> sqlx::Result<()> {
    execute_later!(tx, DELETE_LABELS, id.0)?;
    for (name, value) in labels {
        execute_later!(tx, INSERT_LABEL, id.0, &**name, &**value)?;
    }
    Ok(())
}
