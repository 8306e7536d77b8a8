//! Did it get there? Every notification's way: waiting, attempts, receipt.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use tocsin_policy::{HostId, NoticeId};

use super::names::Known;
use super::state::{self, Badge};
use super::{Answer, query, timeline};
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::said::{Said, said};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::delivery::{self, AttemptRow, DeliveryRow};
use crate::store::page::{FROM_NEWEST, PAGE_ROWS, receiver};
use crate::usecase::deliver::{RetryDelivery, WithdrawDelivery};

/// Receivers in the filter.
const MAX_RECEIVERS: i64 = 500;
/// Attempts shown: the newest.
const MAX_ATTEMPTS: i64 = 50;
/// Lines of a component's log shown.
const MAX_LOG_LINES: usize = 50;
const STATES: [(&str, &str); 5] = [
    ("due", "Waiting"),
    ("leased", "Being sent"),
    ("delivered", "Delivered"),
    ("superseded", "Superseded"),
    ("dead", "Not delivered"),
];

pub fn routes() -> Router<App> {
    Router::new()
        .route("/deliveries", get(list))
        .route("/deliveries/{id}", get(one))
        .route("/deliveries/{id}/retry", post(retry))
        .route("/deliveries/{id}/withdraw", post(withdraw))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    receiver: String,
    #[serde(default)]
    before: String,
}

#[derive(Serialize)]
struct List {
    rows: Vec<Row>,
    states: Vec<(&'static str, &'static str)>,
    state: &'static str,
    receivers: Vec<(i64, String)>,
    receiver: i64,
    filtered: bool,
    older: Option<String>,
    newest: Option<String>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    row: DeliveryRow,
    badge: Badge,
    what: &'static str,
}

fn row(row: DeliveryRow) -> Row {
    Row { badge: state::of_delivery(&row.state), what: state::notice_words(&row.kind), row }
}

async fn list(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let pool = &app.store.readers;
    let state = STATES.iter().map(|(state, _)| *state).find(|state| *state == asked.state).unwrap_or("");
    let receiver = asked.receiver.parse().unwrap_or(0);
    let before = asked.before.parse().unwrap_or(FROM_NEWEST);
    let mut rows =
        delivery::before(pool, state, receiver, before, PAGE_ROWS + 1, &session.actor.reach.listed()).await?;
    let more = rows.len() > PAGE_ROWS as usize;
    rows.truncate(PAGE_ROWS as usize);
    let number = if receiver == 0 { String::new() } else { receiver.to_string() };
    let link = |before: &str| {
        let query = query(&[("state", state), ("receiver", &number), ("before", before)]);
        if query.is_empty() { "/deliveries".to_owned() } else { format!("/deliveries?{query}") }
    };
    let last = rows.last().map(|row| row.id.to_string());
    let model = List {
        older: last.filter(|_| more).map(|last| link(&last)),
        newest: (before != FROM_NEWEST).then(|| link("")),
        rows: rows.into_iter().map(row).collect(),
        states: STATES.to_vec(),
        state,
        receivers: receiver::list(pool, MAX_RECEIVERS).await?.into_iter().map(|row| (row.id, row.name)).collect(),
        receiver,
        filtered: !state.is_empty() || receiver != 0,
    };
    Ok(render::page(&app, &session, "page/deliveries.html", model))
}

#[derive(Serialize)]
struct One {
    row: Row,
    because: String,
    /// The words of the message; a connector may set them otherwise.
    said: Option<Said>,
    attempts: Vec<Attempt>,
    /// No state follows any more.
    settled: bool,
    /// Until then the page looks again every so many seconds.
    every: i64,
}

#[derive(Serialize)]
struct Attempt {
    #[serde(flatten)]
    row: AttemptRow,
    badge: Badge,
    lines: Vec<String>,
}

async fn one(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let pool = &app.store.readers;
    let found = delivery::one(pool, id).await?;
    // Tests and news about receivers are of no host, and for everybody.
    let is_known = |row: &DeliveryRow| row.host_id.is_none_or(|host| session.cell(&app, HostId(host)).is_some());
    let found = found.filter(is_known);
    let found = found.ok_or_else(|| {
        Oops::back(Fault::not_found("there is no such delivery; old ones are removed"), "/deliveries")
    })?;
    let known = Known::load(&app).await?;
    let attempts = delivery::attempts(pool, id, MAX_ATTEMPTS).await?.into_iter().map(attempt).collect();
    let settled = !matches!(found.state.as_str(), "due" | "leased");
    // What is under way is looked at again soon; what waits for its next attempt, when that may have been.
    let every = ((found.due_at_ms - known.now.0) / 1_000 + 1).clamp(2, 30);
    let because = timeline::reason_words(&found.reason, &known);
    let said = said(&app, &session.actor.reach, &found).await?;
    let model = One { row: row(found), because, said, attempts, settled, every };
    Ok(render::page(&app, &session, "page/delivery.html", model))
}

fn attempt(row: AttemptRow) -> Attempt {
    let badge = state::of_attempt(&row.outcome);
    let lines = serde_json::from_str::<Vec<serde_json::Value>>(&row.log).unwrap_or_default();
    let lines = lines.iter().take(MAX_LOG_LINES).map(line_words).collect();
    Attempt { row, badge, lines }
}

/// A log line is a text, or an object with level and message.
fn line_words(line: &serde_json::Value) -> String {
    let part = |name: &str| line.get(name).and_then(serde_json::Value::as_str);
    match (line.as_str(), part("level"), part("message")) {
        (Some(text), ..) => text.to_owned(),
        (None, Some(level), Some(message)) => format!("{level}: {message}"),
        (None, None, Some(message)) => message.to_owned(),
        _ => line.to_string(),
    }
}

async fn retry(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let back = format!("/deliveries/{id}");
    let action = RetryDelivery { actor: session.actor.clone(), id: NoticeId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    Ok(flash::go(&app, &back, "It is tried again now."))
}

async fn withdraw(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let back = format!("/deliveries/{id}");
    let action = WithdrawDelivery { actor: session.actor.clone(), id: NoticeId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    Ok(flash::go(&app, &back, "Withdrawn: it is not sent any more."))
}
