//! An open alert as lists and its own page show it: who is on it, who was told and whether it arrived, what comes next.

use std::collections::HashMap;

use serde::Serialize;
use tocsin_policy::{Alert, Every, Host, Moment, Names, NoticeKind, Say, Subject, deciding, outlook};

use super::names::Known;
use super::state::{self, Badge, Standing};
use crate::app::App;
use crate::fault::Fault;
use crate::store::page::alert;

/// Delivery marks read: some for each alert shown.
const MAX_MARKS: i64 = 2_000;

/// Presets of S5.
pub const SILENCES: [&str; 8] = ["15m", "30m", "45m", "1h", "3h", "6h", "12h", "24h"];

#[derive(Serialize)]
pub struct Row {
    pub id: i64,
    pub host_id: i64,
    pub host: String,
    pub service: Option<String>,
    pub state: Badge,
    /// `firing`, `held`, `quietly`
    pub class: &'static str,
    pub urgency: Option<u8>,
    pub message: String,
    pub since_ms: i64,
    pub acknowledgement: Option<Acknowledged>,
    pub told: Vec<Told>,
    pub next: Vec<Step>,
    /// What holds back the first of them.
    pub held_by: Option<String>,
    pub silenced: bool,
}

#[derive(Serialize)]
pub struct Acknowledged {
    pub by: String,
    pub note: String,
    /// Missing: until recovery.
    pub until_ms: Option<i64>,
}

#[derive(Serialize)]
pub struct Told {
    pub receiver: String,
    pub mark: Badge,
}

#[derive(Serialize)]
pub struct Step {
    pub what: &'static str,
    pub receivers: String,
    /// Missing: only an event brings it about.
    pub at_ms: Option<i64>,
    pub held_by: Option<String>,
    pub awaits_check_in: bool,
}

/// One open alert, as rows and its own page show it.
pub fn row(app: &App, host: &Host, alert: &Alert, standing: &Standing, known: &Known, marks: &Marks) -> Row {
    let held = alert.acknowledgement.as_ref().filter(|held| known.now < held.until);
    let told = alert.told.iter().map(|told| Told {
        receiver: known.receiver(told.receiver),
        mark: state::of_delivery(marks.get(&(alert.id.0, told.receiver.0)).map_or("delivered", String::as_str)),
    });
    let steps = outlook(host, &known.book, &app.engine.facts(), alert, known.now);
    let held_by = steps.first().and_then(|step| step.held_by.as_ref()).map(|by| by.sentence(known));
    let next = steps.into_iter().map(|step| Step {
        what: match step.what {
            NoticeKind::Problem => "first notice",
            NoticeKind::Change => "notice of the change",
            NoticeKind::Reminder => "reminder",
            NoticeKind::Recovery => "end of it",
        },
        receivers: known.receivers(&step.receivers),
        at_ms: (step.at < Moment::FAR).then_some(step.at.0),
        held_by: step.held_by.map(|by| by.sentence(known)),
        awaits_check_in: step.awaits_check_in,
    });
    Row {
        id: alert.id.0,
        host_id: host.id.0,
        host: host.name.to_string(),
        service: match &alert.subject {
            Subject::Host => None,
            Subject::Service(name) => Some(name.to_string()),
        },
        state: state::of_alert(alert, standing),
        class: match standing {
            Standing::Firing => "firing",
            Standing::Acknowledged => "quietly",
            Standing::Held(_) => "held",
        },
        urgency: urgency(host, alert, known),
        message: alert.message.clone(),
        since_ms: alert.opened_at.0,
        acknowledgement: held.map(|held| Acknowledged {
            by: held.by.clone(),
            note: held.note.clone(),
            until_ms: (held.until < Moment::FAR).then_some(held.until.0),
        }),
        told: told.collect(),
        next: next.collect(),
        held_by,
        silenced: host.silences.iter().any(|silence| silence.in_force(known.now)),
    }
}

/// The highest urgency of the rules that decide.
pub fn urgency(host: &Host, alert: &Alert, known: &Known) -> Option<u8> {
    let Say::Rules(rules) = &deciding(&known.book, host.facts(), &alert.subject)?.say else { return None };
    let level = |every: &Every| match every {
        Every::Urgency(level) => Some(*level),
        Every::Interval(_) => None,
    };
    rules.iter().filter_map(|rule| level(&rule.every)).min()
}

/// The state of the newest delivery for each alert and receiver.
pub type Marks = HashMap<(i64, i64), String>;

pub async fn marks(app: &App) -> Result<Marks, Fault> {
    let rows = alert::marks(&app.store.readers, MAX_MARKS).await?;
    Ok(rows.into_iter().map(|row| ((row.alert_id, row.receiver_id), row.state)).collect())
}
