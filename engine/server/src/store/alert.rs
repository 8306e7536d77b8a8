//! Alerts: those that are open are held in memory with everything that their next notification depends on.

use std::collections::HashMap;

use tocsin_policy::alert::Held;
use tocsin_policy::{
    Acknowledgement, Alert, AlertId, AlertKind, Basis, CloseReason, HostId, Moment, ReceiverId, RuleId, Subject, Timer,
    Told,
};

use super::Tx;
use super::sql::{execute_later, fetch_all, fetch_optional};

const HOST_OF: &str = "select host_id from alert where id = $1";
const TAKEN: &str = "select ack_by, ack_note, ack_until_ms from alert where id = $1 and ack_until_ms > $2";
const OPEN: &str = "select id, host_id, service, kind, opened_at_ms, message, ack_by, ack_note, ack_at_ms, ack_until_ms \
    from alert where closed_at_ms is null and ($1 = 0 or host_id = $1) order by host_id, opened_at_ms, id";
const OPEN_TIMERS: &str = "select t.alert_id, t.rule_id, t.last_commit_at_ms, t.basis from alert_timer t \
    join alert a on a.id = t.alert_id where a.closed_at_ms is null and ($1 = 0 or a.host_id = $1) order by t.alert_id, t.rule_id";
const OPEN_TOLD: &str = "select t.alert_id, t.receiver_id, t.rule_id, t.urgency, t.last_at_ms, t.recovery from alert_told t \
    join alert a on a.id = t.alert_id where a.closed_at_ms is null and ($1 = 0 or a.host_id = $1) \
    order by t.alert_id, t.receiver_id";
const OPEN_WITHHELD: &str = "select w.alert_id, w.rule_id, w.due_at_ms, w.reason from withheld w \
    join alert a on a.id = w.alert_id where a.closed_at_ms is null and ($1 = 0 or a.host_id = $1) order by w.id";
const INSERT: &str =
    "insert into alert (id, host_id, service, kind, opened_at_ms, message) values ($1, $2, $3, $4, $5, $6)";
const SET_MESSAGE: &str = "update alert set message = $2 where id = $1";
const SET_ACK: &str = "update alert set ack_by = $2, ack_note = $3, ack_at_ms = $4, ack_until_ms = $5 where id = $1";
const CLEAR_ACK: &str =
    "update alert set ack_by = null, ack_note = null, ack_at_ms = null, ack_until_ms = null where id = $1";
const CLOSE: &str = "update alert set closed_at_ms = $2, close_reason = $3 where id = $1";
const UPSERT_TIMER: &str = "insert into alert_timer (alert_id, rule_id, last_commit_at_ms, basis) \
    values ($1, $2, $3, $4) on conflict (alert_id, rule_id) do update set \
    last_commit_at_ms = excluded.last_commit_at_ms, basis = excluded.basis";
const UPSERT_TOLD: &str = "insert into alert_told (alert_id, receiver_id, rule_id, urgency, last_at_ms, recovery) \
    values ($1, $2, $3, $4, $5, $6) on conflict (alert_id, receiver_id) do update set rule_id = excluded.rule_id, \
    urgency = excluded.urgency, last_at_ms = excluded.last_at_ms, recovery = excluded.recovery";
const INSERT_WITHHELD: &str = "insert into withheld (id, alert_id, rule_id, due_at_ms, at_ms, reason, \
    suppressor_id) values ($1, $2, $3, $4, $5, $6, $7)";

#[derive(sqlx::FromRow)]
struct AlertRow {
    id: i64,
    host_id: i64,
    service: Option<String>,
    kind: String,
    opened_at_ms: i64,
    message: String,
    ack_by: Option<String>,
    ack_note: Option<String>,
    ack_at_ms: Option<i64>,
    ack_until_ms: Option<i64>,
}

/// The host an alert belongs to.
pub async fn host_of(tx: &mut Tx, id: AlertId) -> sqlx::Result<Option<HostId>> {
    Ok(fetch_optional!(tx, (i64,), HOST_OF, id.0)?.map(|row| HostId(row.0)))
}

/// Who has this alert now, or had it when it ended: name, note, and until when.
pub async fn taken(tx: &mut Tx, id: AlertId, now: Moment) -> sqlx::Result<Option<(String, String, Moment)>> {
    type TakenRow = (Option<String>, Option<String>, i64);
    let row = fetch_optional!(tx, TakenRow, TAKEN, id.0, now.0)?;
    Ok(row.and_then(|(by, note, until)| Some((by?, note.unwrap_or_default(), Moment(until)))))
}

/// Open alerts of one host or (id 0) of all.
pub async fn open(tx: &mut Tx, host: i64) -> sqlx::Result<Vec<(HostId, Alert)>> {
    let rows = fetch_all!(tx, AlertRow, OPEN, host)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut timers: HashMap<i64, Vec<Timer>> = HashMap::new();
    for (alert, rule, at, basis) in fetch_all!(tx, (i64, i64, i64, String), OPEN_TIMERS, host)? {
        let timer = Timer { rule: RuleId(rule), last_commit_at: Moment(at), basis: basis_of(&basis) };
        timers.entry(alert).or_default().push(timer);
    }
    let mut told: HashMap<i64, Vec<Told>> = HashMap::new();
    type ToldRow = (i64, i64, i64, Option<i64>, i64, bool);
    for (alert, receiver, rule, urgency, at, recovery) in fetch_all!(tx, ToldRow, OPEN_TOLD, host)? {
        let entry = Told {
            receiver: ReceiverId(receiver),
            rule: RuleId(rule),
            urgency: urgency.and_then(|level| u8::try_from(level).ok()),
            last_at: Moment(at),
            recovery,
        };
        told.entry(alert).or_default().push(entry);
    }
    let mut held: HashMap<i64, Vec<Held>> = HashMap::new();
    for (alert, rule, due, reason) in fetch_all!(tx, (i64, Option<i64>, i64, String), OPEN_WITHHELD, host)? {
        let Ok(reason) = serde_json::from_str(&reason) else { continue };
        let entry = Held { rule: rule.map(RuleId), due_at: Moment(due), reason };
        let entries = held.entry(alert).or_default();
        entries.retain(|old| old.rule != entry.rule);
        entries.push(entry);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let id = row.id;
            let mut take = |mut alert: Alert| {
                alert.timers = timers.remove(&id).unwrap_or_default();
                alert.told = told.remove(&id).unwrap_or_default();
                alert.held = held.remove(&id).unwrap_or_default();
                alert
            };
            (HostId(row.host_id), take(alert_of(row)))
        })
        .collect())
}

fn basis_of(word: &str) -> Basis {
    match word {
        "opening" => Basis::Opening,
        "joined" => Basis::Joined,
        _ => Basis::Own,
    }
}

fn alert_of(row: AlertRow) -> Alert {
    let acknowledgement = row.ack_by.map(|by| Acknowledgement {
        by,
        note: row.ack_note.unwrap_or_default(),
        at: Moment(row.ack_at_ms.unwrap_or_default()),
        until: Moment(row.ack_until_ms.unwrap_or_default()),
    });
    Alert {
        id: AlertId(row.id),
        subject: row.service.map_or(Subject::Host, |name| Subject::Service(name.into())),
        kind: if row.kind == "change" { AlertKind::Change } else { AlertKind::Problem },
        opened_at: Moment(row.opened_at_ms),
        message: row.message,
        acknowledgement,
        timers: Vec::new(),
        told: Vec::new(),
        held: Vec::new(),
    }
}

/// The name of the service an alert is about; none for the host itself.
pub fn service_of(subject: &Subject) -> Option<&str> {
    match subject {
        Subject::Host => None,
        Subject::Service(name) => Some(name),
    }
}

pub async fn insert(tx: &mut Tx, host: HostId, alert: &Alert) -> sqlx::Result<()> {
    let kind = match alert.kind {
        AlertKind::Problem => "problem",
        AlertKind::Change => "change",
    };
    execute_later!(tx, INSERT, alert.id.0, host.0, service_of(&alert.subject), kind, alert.opened_at.0, &alert.message)
        .map(drop)
}

pub async fn set_message(tx: &mut Tx, id: AlertId, message: &str) -> sqlx::Result<()> {
    execute_later!(tx, SET_MESSAGE, id.0, message).map(drop)
}

pub async fn acknowledge(tx: &mut Tx, id: AlertId, ack: &Acknowledgement) -> sqlx::Result<()> {
    execute_later!(tx, SET_ACK, id.0, &ack.by, &ack.note, ack.at.0, ack.until.0).map(drop)
}

pub async fn release(tx: &mut Tx, id: AlertId) -> sqlx::Result<()> {
    execute_later!(tx, CLEAR_ACK, id.0).map(drop)
}

pub async fn close(tx: &mut Tx, id: AlertId, at: Moment, reason: CloseReason) -> sqlx::Result<()> {
    let word = serde_json::to_value(reason).ok();
    let word = word.as_ref().and_then(serde_json::Value::as_str).unwrap_or("recovered");
    execute_later!(tx, CLOSE, id.0, at.0, word).map(drop)
}

/// Notes when a rule last committed (N2).
pub async fn save_timer(tx: &mut Tx, alert: AlertId, timer: &Timer) -> sqlx::Result<()> {
    let basis = match timer.basis {
        Basis::Own => "own",
        Basis::Opening => "opening",
        Basis::Joined => "joined",
    };
    execute_later!(tx, UPSERT_TIMER, alert.0, timer.rule.0, timer.last_commit_at.0, basis).map(drop)
}

/// Notes what a receiver has had (R1).
pub async fn save_told(tx: &mut Tx, alert: AlertId, told: &Told) -> sqlx::Result<()> {
    let urgency = told.urgency.map(i64::from);
    execute_later!(tx, UPSERT_TOLD, alert.0, told.receiver.0, told.rule.0, urgency, told.last_at.0, told.recovery)
        .map(drop)
}

/// Something that was due and not sent.
pub struct NewWithheld<'a> {
    pub id: i64,
    pub alert: AlertId,
    pub rule: Option<RuleId>,
    pub due_at: Moment,
    pub at: Moment,
    /// json
    pub reason: &'a str,
    /// The silence or downtime that the reason names.
    pub suppressor: Option<i64>,
}

/// Records what was due and not sent (S8).
pub async fn withhold(tx: &mut Tx, new: &NewWithheld<'_>) -> sqlx::Result<()> {
    let (alert, rule) = (new.alert.0, new.rule.map(|rule| rule.0));
    execute_later!(tx, INSERT_WITHHELD, new.id, alert, rule, new.due_at.0, new.at.0, new.reason, new.suppressor)
        .map(drop)
}
