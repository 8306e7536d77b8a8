//! Which ways out exist, and do they work? Their forms are in `receiver_form`.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_policy::{ReceiverId, Say, Span};

use super::Answer;
use super::state::{Badge, badge};
use crate::app::App;
use crate::http::error::Oops;
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::receiver::{self, ReceiverRow, TallyRow};
use crate::usecase::receiver::{DeleteReceiver, TestReceiver};

/// Receivers listed.
const MAX_RECEIVERS: i64 = 500;
/// What the numbers of a receiver cover.
const LATELY: Span = Span::hours(24 * 7);

pub fn routes() -> Router<App> {
    Router::new()
        .route("/receivers", get(list))
        .route("/receivers/new", get(choose))
        .route("/receivers/{id}/test", post(test))
        .route("/receivers/{id}/delete", post(delete))
}

#[derive(Serialize)]
struct Model {
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    connector: String,
    state: Badge,
    reason: String,
    delivered: i64,
    failed: i64,
    waiting: i64,
    last_ms: Option<i64>,
    /// Rules that name it.
    rules: usize,
}

async fn list(State(app): State<App>, session: Session) -> Answer {
    let since = app.clock.now() - LATELY;
    let mut tallies: HashMap<i64, Vec<TallyRow>> = HashMap::new();
    for tally in receiver::tally(&app.store.readers, since.0).await? {
        tallies.entry(tally.receiver_id).or_default().push(tally);
    }
    let rows = receiver::list(&app.store.readers, MAX_RECEIVERS).await?;
    let rows = rows.into_iter().map(|row| {
        let tallies = tallies.remove(&row.id).unwrap_or_default();
        let rules = rules_with(&app, ReceiverId(row.id));
        shown(row, &tallies, rules)
    });
    Ok(render::page(&app, &session, "page/receivers.html", Model { rows: rows.collect() }))
}

fn rules_with(app: &App, id: ReceiverId) -> usize {
    let book = app.engine.book();
    let rules = book.policies.values().filter_map(|policy| match &policy.say {
        Say::Mute => None,
        Say::Rules(rules) => Some(rules.iter().filter(|rule| rule.receivers.contains(&id)).count()),
    });
    rules.sum()
}

fn shown(row: ReceiverRow, tallies: &[TallyRow], rules: usize) -> Row {
    let count = |state: &str| tallies.iter().filter(|tally| tally.state == state).map(|tally| tally.n).sum::<i64>();
    let last = tallies.iter().filter(|tally| tally.state == "delivered").filter_map(|tally| tally.last_at_ms).max();
    let state = match () {
        () if !row.enabled => badge("paused", "disabled"),
        () if row.broken_at_ms.is_some() => badge("critical", "broken"),
        () if count("dead") > 0 && count("delivered") == 0 => badge("critical", "failing"),
        () if last.is_some() => badge("ok", "works"),
        () => badge("unknown", "not used yet"),
    };
    Row {
        id: row.id,
        name: row.name,
        connector: row.connector,
        state,
        reason: row.broken_reason.unwrap_or_default(),
        delivered: count("delivered"),
        failed: count("dead"),
        waiting: count("due") + count("leased"),
        last_ms: last,
        rules,
    }
}

#[derive(Serialize)]
struct Connectors {
    connectors: Vec<Connector>,
}

#[derive(Serialize)]
struct Connector {
    name: String,
    version: String,
    summary: String,
}

async fn choose(State(app): State<App>, session: Session) -> Answer {
    let connectors = app.connectors.iter().map(|connector| {
        let manifest = connector.manifest();
        Connector { name: manifest.name.clone(), version: manifest.version.clone(), summary: manifest.summary.clone() }
    });
    let model = Connectors { connectors: connectors.collect() };
    Ok(render::page(&app, &session, "page/receiver_choose.html", model))
}

async fn test(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = TestReceiver { actor: session.actor.clone(), id: ReceiverId(id) };
    let notice = app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/receivers"))?;
    Ok(Redirect::to(&format!("/deliveries/{notice}")).into_response())
}

async fn delete(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = DeleteReceiver { actor: session.actor.clone(), id: ReceiverId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &format!("/receivers/{id}")))?;
    Ok(flash::go(&app, "/receivers", "The receiver was deleted with its settings."))
}
