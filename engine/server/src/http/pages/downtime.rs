//! Downtimes: planned silences for a host, a group or everything.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Serialize;
use tocsin_policy::{Downtime, DowntimeId, DowntimeSchedule, GroupId, HostId, Scope};

use super::names::Known;
use super::{Answer, policies, refusal, time};
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::flash;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::store::page::downtime;
use crate::usecase::downtime::{EndDowntime, SaveDowntime};

/// Downtimes listed.
const MAX_DOWNTIMES: usize = 200;
/// Starts shown of one that repeats.
const NEXT_SHOWN: usize = 3;
/// Hosts to choose from in a form.
const MAX_CHOICES: usize = 2_000;

pub fn routes() -> Router<App> {
    Router::new().route("/policies/downtimes", post(create)).route("/policies/downtimes/{id}/end", post(end))
}

/// A downtime as the list shows it.
#[derive(Serialize)]
pub struct Planned {
    id: i64,
    title: String,
    scope: String,
    /// Present while it holds: until when.
    running_until_ms: Option<i64>,
    /// The next starts; of a single one that is ahead, its own.
    next_ms: Vec<i64>,
    /// How long each lasts.
    length_ms: i64,
    /// How it repeats, if it does.
    repeats: String,
    by: String,
}

/// Something that a downtime can cover.
#[derive(Serialize)]
pub struct Choice {
    value: String,
    label: String,
}

/// Those that hold or are ahead, the next first.
pub async fn planned(app: &App, known: &Known) -> Result<Vec<Planned>, Fault> {
    let authors: HashMap<i64, String> = downtime::authors(&app.store.readers).await?.into_iter().collect();
    let planned = known.book.downtimes.iter().map(|downtime| row(downtime, known, &authors));
    let mut planned: Vec<Planned> =
        planned.filter(|row| row.running_until_ms.is_some() || !row.next_ms.is_empty()).collect();
    planned.sort_by_key(|row| (row.running_until_ms.is_none(), row.next_ms.first().copied()));
    planned.truncate(MAX_DOWNTIMES);
    Ok(planned)
}

fn row(downtime: &Downtime, known: &Known, authors: &HashMap<i64, String>) -> Planned {
    let Downtime { id, title, scope, schedule } = downtime;
    let next = schedule.preview(known.now, NEXT_SHOWN);
    Planned {
        id: id.0,
        title: title.clone(),
        scope: known.scope(scope),
        running_until_ms: schedule.in_force(known.now).map(|until| until.0),
        next_ms: next.iter().map(|next| next.start.0).filter(|start| *start > known.now.0).collect(),
        length_ms: schedule.length().0,
        repeats: match schedule {
            DowntimeSchedule::Once { .. } => String::new(),
            repeating => repeating.to_string(),
        },
        by: authors.get(&id.0).cloned().unwrap_or_default(),
    }
}

/// What a downtime can cover.
pub fn choices(app: &App, known: &Known) -> Vec<Choice> {
    let mut hosts: Vec<(String, i64)> =
        app.engine.fleet().cells().iter().map(|cell| (cell.host().name.to_string(), cell.id.0)).collect();
    hosts.sort();
    hosts.truncate(MAX_CHOICES);
    let mut groups: Vec<(String, i64)> =
        known.book.groups.iter().map(|(id, group)| (group.name.clone(), id.0)).collect();
    groups.sort();
    let all = Choice { value: "all".to_owned(), label: "Everything".to_owned() };
    let groups =
        groups.into_iter().map(|(name, id)| Choice { value: format!("group:{id}"), label: format!("Group {name}") });
    let hosts = hosts.into_iter().map(|(name, id)| Choice { value: format!("host:{id}"), label: name });
    std::iter::once(all).chain(groups).chain(hosts).collect()
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    let mut wrong = Wrong::default();
    let schedule = schedule(&form, &mut wrong);
    let scope = scope(form.text("scope"));
    if scope.is_none() {
        wrong.add("scope", "Choose what it covers.");
    }
    if let (Some(schedule), Some(scope)) = (schedule, scope) {
        let title = form.text("title").to_owned();
        let action = SaveDowntime { actor: session.actor.clone(), title, scope, schedule };
        match app.engine.run(action).await {
            Ok(_) => return Ok(flash::go(&app, "/policies", "The downtime is planned.")),
            Err(fault) => {
                let refusal = refusal(fault)?;
                if refusal.kind != RefusalKind::Invalid {
                    return Err(Oops::back(Fault::Refused(refusal), "/policies"));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    policies::show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, "downtime", &form, &wrong).await
}

/// Once, or repeating where that is filled in.
fn schedule(form: &Form, wrong: &mut Wrong) -> Option<DowntimeSchedule> {
    if !form.text("schedule").is_empty() {
        let read = DowntimeSchedule::read(form.text("schedule"));
        return read.map_err(|error| wrong.add("schedule", error.to_string())).ok();
    }
    let mut at = |field: &str| {
        let at = time::from_input(form.text(field));
        if at.is_none() {
            wrong.add(field, "Give date and time, in UTC.");
        }
        at
    };
    let (start, end) = (at("start"), at("end"));
    Some(DowntimeSchedule::Once { start: start?, end: end? })
}

/// `all`, `group:7`, `host:7`.
fn scope(text: &str) -> Option<Scope> {
    match text.split_once(':') {
        None if text == "all" => Some(Scope::All),
        Some(("group", id)) => Some(Scope::Group(GroupId(id.parse().ok()?))),
        Some(("host", id)) => Some(Scope::Host(HostId(id.parse().ok()?))),
        _ => None,
    }
}

async fn end(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = EndDowntime { actor: session.actor.clone(), id: DowntimeId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/policies"))?;
    Ok(flash::go(&app, "/policies", "The downtime has ended."))
}
