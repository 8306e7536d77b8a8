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
use crate::fault::Fault;
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
    /// Delivered, or given up.
    settled: i64,
    /// `98 %`
    rate: String,
    /// From decision to receipt: `0.4 s`.
    median: Option<String>,
    failed: i64,
    waiting: i64,
    last_ms: Option<i64>,
    trouble: Option<Trouble>,
    /// Rules that name it.
    rules: usize,
}

/// The last attempt that went wrong, in words.
#[derive(Serialize)]
struct Trouble {
    delivery: i64,
    at_ms: i64,
    what: &'static str,
    detail: String,
}

async fn list(State(app): State<App>, session: Session) -> Answer {
    app.connectors.foresee();
    let since = app.clock.now() - LATELY;
    let mut tallies: HashMap<i64, Vec<TallyRow>> = HashMap::new();
    for tally in receiver::tally(&app.store.readers, since.0).await? {
        tallies.entry(tally.receiver_id).or_default().push(tally);
    }
    let mut rows = Vec::new();
    for row in receiver::list(&app.store.readers, MAX_RECEIVERS).await? {
        let tallies = tallies.remove(&row.id).unwrap_or_default();
        rows.push(shown(&app, &session, row, &tallies, since.0).await?);
    }
    Ok(render::page(&app, &session, "page/receivers.html", Model { rows }))
}

fn rules_with(app: &App, id: ReceiverId) -> usize {
    let book = app.engine.book();
    let rules = book.policies.values().filter_map(|policy| match &policy.say {
        Say::Mute => None,
        Say::Rules(rules) => Some(rules.iter().filter(|rule| rule.receivers.contains(&id)).count()),
    });
    rules.sum()
}

async fn shown(
    app: &App,
    session: &Session,
    row: ReceiverRow,
    tallies: &[TallyRow],
    since_ms: i64,
) -> Result<Row, Fault> {
    let pool = &app.store.readers;
    let count = |state: &str| tallies.iter().filter(|tally| tally.state == state).map(|tally| tally.n).sum::<i64>();
    let last = tallies.iter().filter(|tally| tally.state == "delivered").filter_map(|tally| tally.last_at_ms).max();
    let (delivered, failed) = (count("delivered"), count("dead"));
    let state = match () {
        () if !row.enabled => badge("paused", "disabled"),
        () if row.broken_at_ms.is_some() => badge("critical", "broken"),
        () if failed > 0 && delivered == 0 => badge("critical", "failing"),
        () if failed > 0 => badge("warning", "loses some"),
        () if last.is_some() => badge("ok", "works"),
        () => badge("unknown", "not used yet"),
    };
    let median = match delivered {
        0 => None,
        n => receiver::median_ms(pool, row.id, since_ms, n).await?.map(seconds),
    };
    // What the far side said of a message may quote it: only of hosts that the person knows of.
    let trouble = receiver::trouble(pool, row.id, since_ms, &session.actor.reach.listed()).await?;
    let trouble = trouble.map(|trouble| Trouble {
        delivery: trouble.delivery,
        at_ms: trouble.at_ms,
        what: outcome_words(&trouble.outcome),
        detail: trouble.detail.trim_end_matches('.').to_owned(),
    });
    Ok(Row {
        rules: rules_with(app, ReceiverId(row.id)),
        id: row.id,
        name: row.name,
        connector: row.connector,
        state,
        reason: row.broken_reason.unwrap_or_default(),
        delivered,
        settled: delivered + failed,
        rate: rate(delivered, delivered + failed),
        median,
        failed,
        waiting: count("due") + count("leased"),
        last_ms: last,
        trouble,
    })
}

/// In whole percents; only all is a hundred, and only nothing is none.
pub(super) fn rate(part: i64, all: i64) -> String {
    let percent = if all == 0 { 0 } else { part * 100 / all };
    let honest = match (part, percent) {
        (0, _) => 0,
        (_, 0) => 1,
        (part, percent) if part < all => percent.min(99),
        _ => percent,
    };
    format!("{honest} %")
}

/// `40 ms`, `1.3 s`, `2m`
pub(super) fn seconds(ms: i64) -> String {
    match ms {
        ms if ms < 1_000 => format!("{ms} ms"),
        ms if ms < 60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        ms => Span(ms).words(),
    }
}

pub(super) fn outcome_words(outcome: &str) -> &'static str {
    match outcome {
        "retry" => "it failed and was tried again",
        "permanent" => "the far side refused it",
        "misconfigured" => "the settings are wrong",
        "contained" => "tocsin stopped the connector",
        "lost" => "it was interrupted",
        _ => "it failed",
    }
}

#[derive(Serialize)]
struct Connectors {
    connectors: Vec<Connector>,
}

#[derive(Serialize)]
struct Connector {
    name: String,
    title: String,
    version: String,
    summary: String,
}

async fn choose(State(app): State<App>, session: Session) -> Answer {
    let all = app.connectors.all().await;
    let connectors = all.iter().map(|connector| {
        let manifest = connector.manifest();
        Connector {
            name: manifest.name.clone(),
            title: manifest.title.clone(),
            version: manifest.version.clone(),
            summary: manifest.summary.clone(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_never_better_than_it_was() {
        let said = |part, all| rate(part, all);
        assert_eq!((said(999, 1_000), said(1_000, 1_000)), ("99 %".to_owned(), "100 %".to_owned()));
        assert_eq!((said(1, 1_000), said(0, 3)), ("1 %".to_owned(), "0 %".to_owned()));
    }

    #[test]
    fn times_are_said_as_exactly_as_they_matter() {
        assert_eq!([seconds(40), seconds(1_349), seconds(125_000)], ["40 ms", "1.3 s", "2m 5s"]);
    }
}
