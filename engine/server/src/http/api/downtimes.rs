//! Downtimes: those that hold or are ahead, each with its next ten occurrences; planning and ending them (S6).

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use jiff::Timestamp;
use tocsin_policy::{Downtime, DowntimeId, DowntimeSchedule, GroupId, Moment, Names, Occurrence, Scope, Span};

use super::asked::{Asked, Body, Query, id};
use super::auth::Program;
use super::errors::Refused;
use super::json::{Object, named};
use super::{Answer, hosts};
use crate::app::App;
use crate::fault::Fault;
use crate::http::pages::names::Known;
use crate::store::page::downtime::authors;
use crate::usecase::downtime::{EndDowntime, SaveDowntime, unknown_service};

/// Occurrences shown of one that repeats.
const PREVIEW: usize = 10;
/// Downtimes listed; the next first.
const MAX_DOWNTIMES: usize = 500;

pub fn routes() -> Router<App> {
    Router::new().route("/downtimes", get(list).post(plan)).route("/downtimes/{id}", delete(end))
}

async fn list(State(app): State<App>, who: Program, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    let known = Known::load(&app).await?;
    let authors: HashMap<i64, String> = authors(&app.store.readers).await?.into_iter().collect();
    // Windows are planned by the clock on the wall.
    let now = app.engine.facts().wall(known.now);
    let reach = &who.actor.reach;
    let heard_of = known.book.downtimes.iter().filter(|downtime| reach.scope(app.engine.fleet(), &downtime.scope));
    let ahead = heard_of.filter_map(|downtime| {
        let next = downtime.schedule.preview(now, PREVIEW);
        Some((next.first()?.start, downtime, next))
    });
    let mut ahead: Vec<_> = ahead.collect();
    ahead.sort_by_key(|(start, downtime, _)| (*start, downtime.id));
    ahead.truncate(MAX_DOWNTIMES);
    let rows = ahead.iter().map(|(_, downtime, next)| {
        planned(&app, downtime, next, now, &known).with("by", authors.get(&downtime.id.0).cloned())
    });
    Ok(Object::new().list("downtimes", rows))
}

fn planned(app: &App, downtime: &Downtime, next: &[Occurrence], now: Moment, known: &Known) -> Object {
    let Downtime { id, title, scope, schedule } = downtime;
    let repeats = match schedule {
        DowntimeSchedule::Once { .. } => None,
        repeating => Some(repeating.to_string()),
    };
    let next = next.iter().map(|next| {
        let times = Object::new().at("start", next.start).at("end", next.end);
        times.with("shifted", next.shifted.map(|change| change.sentence()))
    });
    let warning = match scope {
        Scope::Service { host, service } => {
            let cell = app.engine.fleet().by_id(*host);
            cell.and_then(|cell| unknown_service(&cell.host(), service))
        }
        _ => None,
    };
    Object::new()
        .id("id", id.0)
        .with("title", title.as_str())
        .and(covers(scope, known))
        .with("schedule", repeats)
        .with("length_ms", schedule.length().0)
        .at("running_until", schedule.in_force(now))
        .with("warning", warning)
        .list("next", next)
}

/// What it covers: the keys by which it was planned.
fn covers(scope: &Scope, known: &Known) -> Object {
    let host = |id: &tocsin_policy::HostId| named(id.0, known.host(*id));
    let none = Object::new().with("everything", *scope == Scope::All);
    let none = none.with("host", ()).with("service", ()).with("group", ());
    match scope {
        Scope::All => none,
        Scope::Group(id) => none.with("group", named(id.0, known.group(*id))),
        Scope::Host(id) => none.with("host", host(id)),
        Scope::Service { host: id, service } => none.with("host", host(id)).with("service", &**service),
    }
}

async fn plan(State(app): State<App>, who: Program, Body(asked): Body) -> Result<Response, Refused> {
    let keys = ["title", "host", "service", "group", "everything", "start", "end", "length", "schedule"];
    let mut asked = asked.only(&keys);
    let title = asked.text("title").unwrap_or_default();
    let (scope, schedule) =
        (scope(&app, &who, &mut asked), schedule(&mut asked, app.engine.facts().wall(app.clock.now())));
    asked.done()?;
    // Both said what is wrong where they are missing.
    let (Some(scope), Some(schedule)) = (scope, schedule) else {
        return Err(Fault::invalid("say what it covers, and when").into());
    };

    let action = SaveDowntime {
        actor: who.actor.clone(),
        title: title.clone(),
        scope: scope.clone(),
        schedule: schedule.clone(),
    };
    let id = app.engine.run(action).await?;
    let known = Known::load(&app).await?;
    let now = app.engine.facts().wall(known.now);
    let next = schedule.preview(now, PREVIEW);
    let row = planned(&app, &Downtime { id, title, scope, schedule }, &next, now, &known).with("by", who.actor.name);
    Ok((StatusCode::CREATED, row).into_response())
}

/// Exactly one of host (with or without a service), group, everything.
fn scope(app: &App, who: &Program, asked: &mut Asked) -> Option<Scope> {
    let wish = (asked.text("host").is_some(), asked.text("group").is_some(), asked.flag("everything"));
    let service = asked.text("service");
    if service.is_some() && !wish.0 {
        asked.wrong("service", "a service needs its host beside it");
    }
    match wish {
        (true, false, false) => {
            let host = hosts::host_of(app, who, asked)?;
            Some(service.map_or(Scope::Host(host), |service| Scope::Service { host, service: service.into() }))
        }
        (false, true, false) => group(app, who, asked).map(Scope::Group),
        (false, false, true) => Some(Scope::All),
        _ => {
            asked.wrong("host", "say what it covers: either host (and service), or group, or everything: true");
            None
        }
    }
}

/// By its id or its name.
fn group(app: &App, who: &Program, asked: &mut Asked) -> Option<GroupId> {
    let text = asked.text("group")?;
    let book = app.engine.book();
    let by_id = text.parse().ok().map(GroupId).filter(|id| book.groups.contains_key(id));
    let by_name = || book.groups.iter().find(|(_, group)| group.name == text).map(|(id, _)| *id);
    let found = by_id.or_else(by_name).filter(|id| who.actor.reach.group(*id));
    if found.is_none() {
        asked.wrong("group", "no group has this id or name");
    }
    found
}

/// `schedule` for one that repeats; `start` (now, if left out) with `end` or `length` for a single one.
fn schedule(asked: &mut Asked, now: Moment) -> Option<DowntimeSchedule> {
    let (start, end, length) = (asked.text("start"), asked.text("end"), asked.text("length"));
    if let Some(text) = asked.text("schedule") {
        if start.or(end).or(length).is_some() {
            asked.wrong("schedule", "it says when and how long; leave out start, end and length");
            return None;
        }
        return DowntimeSchedule::read(&text).map_err(|error| asked.wrong("schedule", error.to_string())).ok();
    }
    let start = start.map_or(Some(now), |text| instant(asked, "start", &text));
    let end = match (end, length) {
        (Some(text), None) => instant(asked, "end", &text),
        (None, Some(text)) => {
            let span = Span::read(&text);
            if span.is_none() {
                asked.wrong("length", "a length of time such as 30m, 4h or 2d");
            }
            start.zip(span).map(|(start, span)| start + span)
        }
        _ => {
            asked.wrong("end", "say either end or length, or write a schedule");
            None
        }
    };
    Some(DowntimeSchedule::Once { start: start?, end: end? })
}

/// Reads RFC 3339, in any zone.
fn instant(asked: &mut Asked, key: &str, text: &str) -> Option<Moment> {
    let read = text.parse::<Timestamp>().ok().map(|at| Moment(at.as_millisecond()));
    if read.is_none() {
        asked.wrong(key, "a moment with its zone, such as 2026-11-26T22:00:00Z");
    }
    read
}

async fn end(
    State(app): State<App>,
    who: Program,
    Path(downtime): Path<String>,
    Query(asked): Query,
) -> Result<StatusCode, Refused> {
    asked.only(&[]).done()?;
    let id = DowntimeId(id(&downtime, "downtime")?);
    app.engine.run(EndDowntime { actor: who.actor, id }).await?;
    Ok(StatusCode::NO_CONTENT)
}
