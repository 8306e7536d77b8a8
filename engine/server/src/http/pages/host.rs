//! One host: its health, services with values, alerts, whose policy decides, silences, history.
//!
//! - `history`: what has happened on it; `windows`: the downtimes that cover it.

mod history;
mod windows;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use serde::Serialize;
use tocsin_policy::{Admission, Alert, Host, HostId, Subject, liveness};

use self::windows::Window;
use super::alert_row::{self, Row};
use super::host_edit::Facts;
use super::hosts::path_of_filter;
use super::names::Known;
use super::policy_words::{self, Rung};
use super::services::{self, Kind};
use super::state::{self, Badge};
use super::timeline::{self, Entry};
use super::{Answer, filter};
use crate::actor::unknown_host;
use crate::app::App;
use crate::engine::fleet::{Document, Profile};
use crate::fault::Fault;
use crate::http::forms::Wrong;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::alert;

/// Closed alerts shown.
const MAX_CLOSED: i64 = 20;

pub fn routes() -> Router<App> {
    Router::new().route("/hosts/{id}", get(page))
}

#[derive(Serialize, Default)]
pub(super) struct Model {
    id: i64,
    name: String,
    agent_id: String,
    admission: &'static str,
    state: Badge,
    platform: String,
    version: String,
    address: String,
    first_seen_ms: i64,
    seen_ms: Option<i64>,
    down_since_ms: Option<i64>,
    stopped_ms: Option<i64>,
    poll_ms: i64,
    /// When it is held to be down if nothing comes.
    deadline_ms: Option<i64>,
    twin: Option<String>,
    failed: usize,
    services: usize,
    kinds: Vec<Kind>,
    alerts: Vec<Row>,
    closed: Vec<Closed>,
    ladder: Vec<Rung>,
    silences: Vec<Silence>,
    downtimes: Vec<Window>,
    place: Vec<(String, String)>,
    history: Vec<Entry>,
    facts: Facts,
    sentence: String,
    errors: std::collections::BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Closed {
    id: i64,
    service: Option<String>,
    opened_ms: i64,
    lasted_ms: i64,
    how: String,
    message: String,
}

#[derive(Serialize)]
struct Silence {
    by: String,
    end_ms: i64,
}

async fn page(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let model = model(&app, &session, HostId(id), None, &Wrong::default()).await?;
    Ok(render::page(&app, &session, "page/host.html", model))
}

/// Everything about a host; `typed` is a form that was refused.
pub(super) async fn model(
    app: &App,
    session: &Session,
    id: HostId,
    typed: Option<Facts>,
    wrong: &Wrong,
) -> Result<Model, Fault> {
    let cell = session.cell(app, id).ok_or_else(unknown_host)?;
    let (host, profile, document) = {
        let state = cell.lock();
        (state.host.clone(), state.profile.clone(), state.document.clone())
    };
    let known = Known::load(app).await?;
    let marks = alert_row::marks(app).await?;
    let row = |alert: &Alert| {
        alert_row::row(
            app,
            &host,
            alert,
            &state::standing(&host, &known.book, &app.engine.facts(), alert, known.now),
            &known,
            &marks,
        )
    };
    let closed = alert::closed_of_host(&app.store.readers, id.0, MAX_CLOSED).await?;
    Ok(Model {
        alerts: host.alerts.iter().map(row).collect(),
        closed: closed.iter().map(closed_row).collect(),
        history: history::of(app, &host).await?,
        ladder: policy_words::ladder(&known, &host, &Subject::Host),
        facts: typed.unwrap_or_else(|| Facts::of(app, session, &host, &profile, &known.book)),
        sentence: wrong.sentence.clone(),
        errors: wrong.fields.clone(),
        ..frame(app, &host, &profile, &document, &known)
    })
}

/// What needs no reading of the database.
fn frame(app: &App, host: &Host, profile: &Profile, document: &Document, known: &Known) -> Model {
    let life = &host.liveness;
    let deadline = liveness::deadline(host, &known.book, &app.engine.facts());
    let silences = host.silences.iter().filter(|silence| silence.in_force(known.now));
    Model {
        id: host.id.0,
        name: host.name.to_string(),
        agent_id: host.agent_id.to_string(),
        admission: admission_word(host.admission),
        state: state::of_host(host),
        platform: filter::platform(profile),
        version: profile.agent_version.to_string(),
        address: profile.last_address.to_string(),
        first_seen_ms: profile.first_seen_at.0,
        seen_ms: life.last_seen_at.map(|at| at.0),
        down_since_ms: life.down_since.map(|at| at.0),
        stopped_ms: life.stopped_at.map(|at| at.0),
        poll_ms: life.poll.0,
        deadline_ms: deadline.map(|deadline| deadline.0),
        twin: host.twin.as_ref().map(|twin| twin.other_name.to_string()),
        failed: host.services.iter().filter(|service| service.failed() != 0).count(),
        services: host.services.len(),
        kinds: services::of(host, document, known),
        silences: silences.map(|silence| Silence { by: silence.by.clone(), end_ms: silence.end.0 }).collect(),
        downtimes: windows::of(host, known, app.engine.facts().wall(known.now)),
        place: place(host, profile, known),
        ..Model::default()
    }
}

/// Groups, region, environment and labels, each with the hosts that share it.
fn place(host: &Host, profile: &Profile, known: &Known) -> Vec<(String, String)> {
    let groups = host.groups.iter().filter_map(|id| known.book.groups.get(id));
    let groups = groups.map(|group| (group.name.clone(), filter::term("group", &group.name)));
    let own = [("region", &profile.region), ("env", &profile.environment)].into_iter();
    let own =
        own.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (value.to_string(), filter::term(name, value)));
    let labels = profile.labels.iter();
    let labels =
        labels.map(|(name, value)| (format!("{name}: {value}"), filter::term("label", &format!("{name}={value}"))));
    groups.chain(own).chain(labels).map(|(word, term)| (word, path_of_filter(&term))).collect()
}

pub fn admission_word(admission: Admission) -> &'static str {
    match admission {
        Admission::Pending => "pending",
        Admission::Approved => "approved",
        Admission::Ignored => "ignored",
        Admission::Blocked => "blocked",
    }
}

fn closed_row(row: &alert::AlertRow) -> Closed {
    Closed {
        id: row.id,
        service: row.service.clone(),
        opened_ms: row.opened_at_ms,
        lasted_ms: row.closed_at_ms.unwrap_or(row.opened_at_ms) - row.opened_at_ms,
        how: timeline::close_words(row),
        message: row.message.clone(),
    }
}
