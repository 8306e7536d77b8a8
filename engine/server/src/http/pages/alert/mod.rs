//! One alert: what it is, who is on it, what was told and what not and why, what comes next, how often it was so before.
//!
//! - `why`: who decides, and what did not happen; `alike`: alerts like this one; `owner`: acknowledging and taking back.

mod alike;
mod owner;
mod why;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use tocsin_policy::{HostId, Span};

use self::alike::Alike;
use self::why::Why;
use super::alert_row::{self, Row};
use super::names::Known;
use super::state::{self, Badge, badge};
use super::timeline::{self, Entry};
use super::{Answer, together};
use crate::app::App;
use crate::fault::Fault;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::alert::{self, AlertRow};
use crate::version;

pub fn routes() -> Router<App> {
    Router::new().route("/alerts/{id}", get(show)).merge(owner::routes())
}

/// Everything that is known of an alert: the page shows it, and a report of a fault holds it.
#[derive(Serialize)]
struct Model {
    id: i64,
    host_id: i64,
    host: String,
    service: Option<String>,
    kind: String,
    message: String,
    state: Badge,
    opened_at_ms: i64,
    closed_at_ms: Option<i64>,
    close_words: String,
    lasted_ms: i64,
    /// Receivers that were told of it, each once.
    told: Vec<String>,
    /// Present while it is open.
    open: Option<Row>,
    /// How long an acknowledgement holds unless somebody says otherwise; empty for until recovery.
    #[serde(skip_serializing_if = "String::is_empty")]
    usual: String,
    why: Why,
    timeline: Vec<Entry>,
    alike: Alike,
}

/// `/alerts/7` for people, `/alerts/7.json` for a report.
async fn show(State(app): State<App>, session: Session, Path(name): Path<String>) -> Answer {
    let (id, as_facts) = match name.strip_suffix(".json") {
        Some(id) => (id, true),
        None => (name.as_str(), false),
    };
    let id: i64 = id.parse().map_err(|_| missing())?;
    let row = known_row(&app, &session, id).await?;
    let model = model(&app, row).await?;
    if as_facts {
        return Ok(facts(&app, &model)?);
    }
    Ok(render::page(&app, &session, "page/alert.html", model))
}

/// The row of an alert on a host that the person knows of.
async fn known_row(app: &App, session: &Session, id: i64) -> Result<AlertRow, Fault> {
    let row = alert::one(&app.store.readers, id).await?;
    row.filter(|row| session.cell(app, HostId(row.host_id)).is_some()).ok_or_else(missing)
}

fn missing() -> Fault {
    Fault::not_found("there is no such alert; it may have been deleted with its host")
}

async fn model(app: &App, row: AlertRow) -> Result<Model, Fault> {
    let known = Known::load(app).await?;
    let timeline = timeline::of(app, &row, &known).await?;
    let open = open(app, &row, &known).await?;
    let ended = row.closed_at_ms.unwrap_or(known.now.0);
    let told = alert::receivers(&app.store.readers, row.id).await?;
    Ok(Model {
        id: row.id,
        host_id: row.host_id,
        host: row.host.clone(),
        service: row.service.clone(),
        kind: row.kind.clone(),
        message: open.as_ref().map_or_else(|| row.message.clone(), |open| open.message.clone()),
        state: open.as_ref().map_or_else(|| badge("ok", "ended"), |open| open.state.clone()),
        opened_at_ms: row.opened_at_ms,
        closed_at_ms: row.closed_at_ms,
        close_words: timeline::close_words(&row),
        lasted_ms: ended - row.opened_at_ms,
        told,
        open,
        usual: together::usual(app).map(Span::words).unwrap_or_default(),
        why: why::of(app, &row, &known).await?,
        timeline,
        alike: alike::of(app, &row, &known).await?,
    })
}

/// The alert in memory, if it is still open.
async fn open(app: &App, row: &AlertRow, known: &Known) -> Result<Option<Row>, Fault> {
    let Some(cell) = app.engine.fleet().by_id(HostId(row.host_id)) else { return Ok(None) };
    let host = cell.host();
    let Some(alert) = host.alerts.iter().find(|alert| alert.id.0 == row.id) else { return Ok(None) };
    let standing = state::standing(&host, &known.book, &app.engine.facts(), alert, known.now);
    Ok(Some(alert_row::row(app, &host, alert, &standing, known, &alert_row::marks(app).await?)))
}

/// A file to keep or to send along with a report: moments are milliseconds since 1970 UTC.
fn facts(app: &App, model: &Model) -> Result<Response, Fault> {
    #[derive(Serialize)]
    struct Facts<'m> {
        tocsin: &'static str,
        made_at_ms: i64,
        alert: &'m Model,
    }
    let facts = Facts { tocsin: version::IN_FULL, made_at_ms: app.clock.now().0, alert: model };
    let json = serde_json::to_string_pretty(&facts).map_err(|error| Fault::Internal(error.to_string()))?;
    let name = format!("attachment; filename=\"alert-{}.json\"", model.id);
    let headers = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, json).into_response())
}

/// A length as people write it into forms: `90m`, `4h`, `1h 30m`, `2d`.
pub(super) fn span(text: &str) -> Option<Span> {
    Span::read(text)
}
