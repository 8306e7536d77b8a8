//! Alerts: lists of them, each with who is on it, who was told, and why nobody is told now; acknowledging.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use tocsin_policy::{
    Alert, AlertId, AlertKind, Host, HostId, Moment, NoticeKind, Outlook, Span, outlook, silent_because,
};

use super::asked::{Asked, Body, Query, id};
use super::auth::Program;
use super::json::{Object, moment, named};
use super::{Answer, alert, hosts, reasons};
use crate::app::App;
use crate::fault::Fault;
use crate::http::pages::names::Known;
use crate::http::pages::{alert_row, timeline};
use crate::store::page::FROM_NEWEST;
use crate::store::page::alert::{self as rows, AlertRow};
use crate::usecase::acknowledge::{Acknowledge, Unacknowledge, Until};

/// Receivers of one alert; more are no receivers but a broadcast.
const MAX_TOLD: i64 = 100;
/// How an acknowledgement without an end is asked for.
const UNTIL_RECOVERY: &str = "until recovery";

pub fn routes() -> Router<App> {
    Router::new()
        .route("/alerts", get(list))
        .route("/alerts/{id}", get(one))
        .route("/alerts/{id}/acknowledge", post(acknowledge).delete(unacknowledge))
}

async fn list(State(app): State<App>, who: Program, Query(asked): Query) -> Answer {
    let mut asked = asked.only(&["state", "host", "service", "limit", "before"]);
    let state = asked.one_of("state", &["open", "closed", "all"]);
    let host = hosts::host_of(&app, &who, &mut asked);
    let service = asked.text("service").unwrap_or_default();
    let (limit, before) = (asked.limit(), asked.id("before").unwrap_or(FROM_NEWEST));
    asked.done()?;

    let mut found = match state {
        "open" => open(&app, &who, host, &service, before),
        _ => {
            let one_more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
            let (host, groups) = (host.map_or(0, |host| host.0), who.actor.reach.listed());
            rows::list(&app.store.readers, state == "all", host, &service, before, one_more, &groups).await?
        }
    };
    let more = found.len() > limit;
    found.truncate(limit);
    let known = Known::load(&app).await?;
    let mut alerts = Vec::with_capacity(found.len());
    for row in &found {
        alerts.push(summary(&app, row, &known).await?);
    }
    let last = found.last().map(|row| row.id).filter(|_| more);
    Ok(Object::new().list("alerts", alerts).id("before", last))
}

/// Open alerts, the newest first. They are held in memory, however many closed ones the database keeps.
fn open(app: &App, who: &Program, host: Option<HostId>, service: &str, before: i64) -> Vec<AlertRow> {
    let cells = who.actor.reach.cells(app.engine.fleet());
    let hosts = cells.iter().filter(|cell| host.is_none_or(|host| host == cell.id)).map(|cell| cell.host());
    let mut found: Vec<AlertRow> =
        hosts.flat_map(|host| host.alerts.iter().map(|alert| row_of(&host, alert)).collect::<Vec<_>>()).collect();
    found.retain(|row| row.id < before && (service.is_empty() || row.service.as_deref() == Some(service)));
    found.sort_by_key(|row| std::cmp::Reverse(row.id));
    found
}

fn row_of(host: &Host, alert: &Alert) -> AlertRow {
    let kind = match alert.kind {
        AlertKind::Problem => "problem",
        AlertKind::Change => "change",
    };
    AlertRow {
        id: alert.id.0,
        host_id: host.id.0,
        host: host.name.to_string(),
        service: crate::store::alert::service_of(&alert.subject).map(str::to_owned),
        kind: kind.to_owned(),
        opened_at_ms: alert.opened_at.0,
        closed_at_ms: None,
        close_reason: None,
        message: alert.message.clone(),
    }
}

/// What lists say of an alert, and its own answer begins with.
pub async fn summary(app: &App, row: &AlertRow, known: &Known) -> Result<Object, Fault> {
    let told = rows::last_told(&app.store.readers, row.id, MAX_TOLD).await?;
    let told = told.into_iter().map(|told| {
        let head = Object::new().with("receiver", named(told.receiver_id, told.receiver)).with("kind", told.kind);
        head.at("at", Moment(told.at_ms)).with("delivery", told.state)
    });
    let head = Object::new()
        .id("id", row.id)
        .with("host", named(row.host_id, row.host.as_str()))
        .with("service", row.service.clone())
        .with("kind", row.kind.as_str())
        .at("since", Moment(row.opened_at_ms))
        .at("ended", moment(row.closed_at_ms))
        .list("told", told);
    let found = held_in_memory(app, row);
    Ok(head.and(match &found {
        Some((host, alert)) => while_open(app, host, alert, known),
        None => once_closed(row),
    }))
}

/// The alert with everything that its next notice depends on, while it is open.
pub fn held_in_memory(app: &App, row: &AlertRow) -> Option<(Arc<Host>, Alert)> {
    let host = app.engine.fleet().by_id(HostId(row.host_id))?.host();
    let alert = host.alerts.iter().find(|alert| alert.id.0 == row.id)?.clone();
    Some((host, alert))
}

fn while_open(app: &App, host: &Host, alert: &Alert, known: &Known) -> Object {
    let (facts, now) = (app.engine.facts(), known.now);
    let silent = silent_because(host, &known.book, &facts, alert, now).map(|reason| reasons::reason(&reason, known));
    let acknowledgement = alert.acknowledgement.as_ref().filter(|held| now < held.until).map(|held| {
        let said = Object::new().with("by", held.by.as_str()).with("note", held.note.as_str());
        said.at("at", held.at).at("until", held.until)
    });
    let steps = outlook(host, &known.book, &facts, alert, now);
    Object::new()
        .with("state", "open")
        .with("ended_because", ())
        .with("message", alert.message.as_str())
        .with("urgency", alert_row::urgency(host, alert, known))
        .with("acknowledgement", acknowledgement)
        .with("silent", silent)
        .list("next", steps.iter().map(|step| next(step, known)))
}

fn once_closed(row: &AlertRow) -> Object {
    let ended = row
        .close_reason
        .as_ref()
        .map(|because| Object::new().with("because", because.as_str()).with("sentence", timeline::close_words(row)));
    Object::new()
        .with("state", if row.closed_at_ms.is_some() { "closed" } else { "open" })
        .with("ended_because", ended)
        .with("message", row.message.as_str())
        .with("urgency", ())
        .with("acknowledgement", ())
        .with("silent", ())
        .list("next", [])
}

/// The next step of one rule.
fn next(step: &Outlook, known: &Known) -> Object {
    let kind = match step.what {
        NoticeKind::Problem => "problem",
        NoticeKind::Change => "change",
        NoticeKind::Reminder => "reminder",
        NoticeKind::Recovery => "recovery",
    };
    Object::new()
        .with("kind", kind)
        .list("receivers", step.receivers.iter().map(|id| receiver(id.0, known)))
        .id("rule", step.rule.0)
        .at("at", step.at)
        .at("due", step.due_at)
        .with("held_by", step.held_by.as_ref().map(|by| reasons::suppressor(by, known)))
        .at("hours_begin", step.hours_begin_at)
        .with("awaits_check_in", step.awaits_check_in)
}

/// A receiver by its id.
pub fn receiver(id: i64, known: &Known) -> Object {
    use tocsin_policy::Names;
    named(id, known.receiver(tocsin_policy::ReceiverId(id)))
}

async fn one(State(app): State<App>, who: Program, Path(alert): Path<String>, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    alert::answer(&app, &who, id(&alert, "alert")?).await
}

async fn acknowledge(State(app): State<App>, who: Program, Path(alert): Path<String>, Body(asked): Body) -> Answer {
    let alert = id(&alert, "alert")?;
    let mut asked = asked.only(&["for", "note"]);
    let (until, note) = (until(&mut asked), asked.text("note").unwrap_or_default());
    asked.done()?;
    app.engine.run(Acknowledge { actor: who.actor.clone(), alert: AlertId(alert), until, note }).await?;
    alert::answer(&app, &who, alert).await
}

fn until(asked: &mut Asked) -> Until {
    match asked.text("for").as_deref() {
        None => Until::Usual,
        Some(UNTIL_RECOVERY) => Until::Recovery,
        Some(length) => Span::read(length).map(Until::For).unwrap_or_else(|| {
            asked.wrong("for", format!("a length of time such as 30m, 4h or 2d, or {UNTIL_RECOVERY}"));
            Until::Recovery
        }),
    }
}

async fn unacknowledge(State(app): State<App>, who: Program, Path(alert): Path<String>, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    let alert = id(&alert, "alert")?;
    app.engine.run(Unacknowledge { actor: who.actor.clone(), alert: AlertId(alert) }).await?;
    alert::answer(&app, &who, alert).await
}
