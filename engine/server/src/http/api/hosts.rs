//! Hosts: lists, and letting them take part or not.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use tocsin_policy::{Admission, Book, HostId, Moment};

use super::asked::{Asked, Body, Query, id};
use super::auth::Program;
use super::json::{Object, named};
use super::{Answer, host};
use crate::app::App;
use crate::http::pages::filter::{Filter, Seen, Surroundings};
use crate::http::pages::{admission_word, state};
use crate::usecase::host::Admit;

/// Hosts of one name that are listed when one of them is asked for.
const NAMESAKES: usize = 5;

pub fn routes() -> Router<App> {
    let admits = |admission: Admission| {
        post(move |app: State<App>, who: Program, id: Path<String>, body: Body| admit(app, who, id, body, admission))
    };
    Router::new()
        .route("/hosts", get(list))
        .route("/hosts/{id}", get(one))
        .route("/hosts/{id}/approve", admits(Admission::Approved))
        .route("/hosts/{id}/ignore", admits(Admission::Ignored))
        .route("/hosts/{id}/block", admits(Admission::Blocked))
}

async fn list(State(app): State<App>, who: Program, Query(asked): Query) -> Answer {
    let mut asked = asked.only(&["admission", "q", "limit", "after"]);
    let admission = asked.one_of("admission", &["all", "approved", "pending", "ignored", "blocked"]);
    let filter = Filter::read(&asked.text("q").unwrap_or_default());
    let (limit, after) = (asked.limit(), asked.id("after").unwrap_or(0));
    asked.done()?;

    let (book, now) = (app.engine.book(), app.clock.now());
    let around = Surroundings { book: &book, engine: app.engine.facts(), now };
    let mut cells = who.actor.reach.cells(app.engine.fleet());
    cells.retain(|cell| cell.id.0 > after);
    cells.sort_by_key(|cell| cell.id);
    let wanted = |seen: &Seen| {
        (admission == "all" || admission_word(seen.host.admission) == admission) && filter.takes(seen, &around)
    };
    let mut found: Vec<Seen> = cells.iter().map(|cell| Seen::at(cell)).filter(wanted).take(limit + 1).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().map(|seen| seen.host.id.0).filter(|_| more);
    Ok(Object::new().list("hosts", found.iter().map(|seen| summary(seen, &book, now))).id("after", last))
}

/// What lists say of a host, and its own answer begins with.
pub fn summary(seen: &Seen, book: &Book, now: Moment) -> Object {
    let Seen { host, profile } = seen;
    let groups = host.groups.iter().filter_map(|id| Some((id, book.groups.get(id)?)));
    let groups = groups.map(|(id, group)| named(id.0, group.name.as_str()).with("priority", group.priority));
    let labels = profile.labels.iter().fold(Object::new(), |labels, (name, value)| labels.with(name, &**value));
    let silences = host.silences.iter().filter(|silence| silence.in_force(now)).map(|silence| {
        let said = Object::new().id("id", silence.id.0).with("by", silence.by.as_str());
        said.at("since", silence.start).at("until", silence.end)
    });
    Object::new()
        .id("id", host.id.0)
        .with("name", &*host.name)
        .with("agent_id", &*host.agent_id)
        .with("admission", admission_word(host.admission))
        .with("state", state::of_host(host).word)
        .at("first_seen", profile.first_seen_at)
        .at("last_seen", host.liveness.last_seen_at)
        .at("down_since", host.liveness.down_since)
        .at("stopped", host.liveness.stopped_at)
        .with("poll_ms", host.liveness.poll.0)
        .with("agent_version", &*profile.agent_version)
        .with("address", &*profile.last_address)
        .with("region", &*profile.region)
        .with("environment", &*profile.environment)
        .with("labels", labels)
        .list("groups", groups)
        .list("silences", silences)
        .with("services_in_all", host.services.len())
        .with("services_failed", host.services.iter().filter(|service| service.failed() != 0).count())
        .with("open_alerts", host.alerts.len())
}

async fn one(State(app): State<App>, who: Program, Path(host): Path<String>, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    host::answer(&app, &who, HostId(id(&host, "host")?)).await
}

async fn admit(
    State(app): State<App>,
    who: Program,
    Path(host): Path<String>,
    Body(asked): Body,
    admission: Admission,
) -> Answer {
    asked.only(&[]).done()?;
    let host = HostId(id(&host, "host")?);
    app.engine.run(Admit { actor: who.actor.clone(), host, admission }).await?;
    host::answer(&app, &who, host).await
}

/// The host that is asked for by its id or its name. Names need not be unique (I3): then only the id will do.
pub fn host_of(app: &App, who: &Program, asked: &mut Asked) -> Option<HostId> {
    let text = asked.text("host")?;
    if let Some(cell) = text.parse().ok().and_then(|id| who.host(app, HostId(id)).ok()) {
        return Some(cell.id);
    }
    let cells = who.actor.reach.cells(app.engine.fleet());
    let mut found: Vec<HostId> =
        cells.iter().filter(|cell| *cell.host().name == *text).map(|cell| cell.id).take(NAMESAKES).collect();
    found.sort_unstable();
    match found[..] {
        [only] => return Some(only),
        [] => asked.wrong("host", "no host has this id or name"),
        _ => {
            let ids: Vec<String> = found.iter().map(ToString::to_string).collect();
            asked.wrong("host", format!("several hosts have this name; ask by id: {}", ids.join(", ")));
        }
    }
    None
}
