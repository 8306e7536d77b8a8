//! A practice alarm, station by station: checked in, alert opened, policy asked, notification decided, delivered.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_policy::{AlertKind, GroupId, Host, Subject};

use super::names::Known;
use super::policy_words::{self, Rung};
use super::state::{self, Badge};
use super::{Answer, timeline};
use crate::actor::Role;
use crate::app::App;
use crate::http::error::Oops;
use crate::http::forms::Form;
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::alert::{self, ToldRow};
use crate::usecase::practice::{AGENT_ID, ClearPractice, RecoverPractice, SERVICE, StartPractice};

/// How often the page looks again while something is under way, and otherwise.
const SOON_SECONDS: u32 = 2;
const USUAL_SECONDS: u32 = 15;
/// Notifications shown.
const MAX_TOLD: i64 = 50;
/// Ended alerts of the practice host that are looked at: there is one.
const MAX_ENDED: i64 = 1;
const PAGE: &str = "/practice";

pub fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(page).post(start))
        .route("/practice/recover", post(recover))
        .route("/practice/clear", post(clear))
}

#[derive(Serialize)]
struct Model {
    /// Missing while none is under way.
    running: Option<Running>,
    groups: Vec<(i64, String)>,
    waiting: bool,
    every: u32,
}

#[derive(Serialize)]
struct Running {
    host_id: i64,
    checked_in_ms: Option<i64>,
    alert: Option<i64>,
    opened_ms: Option<i64>,
    ended_ms: Option<i64>,
    /// The rung that decides, and what it says.
    decides: Option<Rung>,
    told: Vec<Told>,
    arrived: bool,
}

#[derive(Serialize)]
struct Told {
    id: i64,
    receiver: String,
    what: &'static str,
    mark: Badge,
    detail: String,
    because: String,
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    session.must_be(Role::Admin, "/")?;
    let known = Known::load(&app).await?;
    let running = match app.engine.fleet().by_agent(AGENT_ID).map(|cell| cell.host()) {
        Some(host) => Some(stations(&app, &known, &host).await?),
        None => None,
    };
    let waiting = running.as_ref().is_some_and(|running| running.told.iter().any(|told| told.mark.kind == "unknown"));
    let mut groups: Vec<(i64, String)> =
        known.book.groups.iter().map(|(id, group)| (id.0, group.name.clone())).collect();
    groups.sort_by(|a, b| a.1.cmp(&b.1));
    let every = if waiting { SOON_SECONDS } else { USUAL_SECONDS };
    Ok(render::page(&app, &session, "page/practice.html", Model { running, groups, waiting, every }))
}

async fn stations(app: &App, known: &Known, host: &Host) -> Result<Running, Oops> {
    let pool = &app.store.readers;
    let open = host.alerts.iter().find(|alert| alert.kind == AlertKind::Problem);
    let ended = alert::closed_of_host(pool, host.id.0, MAX_ENDED).await?.pop();
    let (alert_id, opened_ms, ended_ms) = match (open, &ended) {
        (Some(open), _) => (Some(open.id.0), Some(open.opened_at.0), None),
        (None, Some(ended)) => (Some(ended.id), Some(ended.opened_at_ms), ended.closed_at_ms),
        (None, None) => (None, None, None),
    };
    let mut told = match alert_id {
        Some(id) => alert::told(pool, id, MAX_TOLD).await?,
        None => Vec::new(),
    };
    told.reverse();
    let arrived = told.iter().any(|told| told.state == "delivered");
    let ladder = policy_words::ladder(known, host, &Subject::Service(SERVICE.into()));
    Ok(Running {
        host_id: host.id.0,
        checked_in_ms: host.liveness.last_seen_at.map(|at| at.0),
        alert: alert_id,
        opened_ms,
        ended_ms,
        decides: ladder.into_iter().find(|rung| rung.decides),
        told: told.into_iter().map(|row| shown(known, row)).collect(),
        arrived,
    })
}

fn shown(known: &Known, row: ToldRow) -> Told {
    Told {
        id: row.id,
        receiver: row.receiver,
        what: state::notice_words(&row.kind),
        mark: state::of_delivery(&row.state),
        detail: row.detail,
        because: timeline::reason_words(&row.reason, known),
    }
}

async fn start(State(app): State<App>, session: Session, form: Form) -> Answer {
    let action = StartPractice { actor: session.actor.clone(), group: form.number("group").map(GroupId) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    Ok(flash::go(&app, PAGE, "The alarm is raised."))
}

async fn recover(State(app): State<App>, session: Session) -> Answer {
    let action = RecoverPractice { actor: session.actor.clone() };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    Ok(flash::go(&app, PAGE, "It has recovered: whoever was told of it is told of the end."))
}

async fn clear(State(app): State<App>, session: Session, form: Form) -> Answer {
    let arrived = form.text("arrived") == "yes";
    let action = ClearPractice { actor: session.actor.clone(), arrived };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    let words = if arrived { "Well practised. The practice host is gone." } else { "The practice host is gone." };
    Ok(flash::go(&app, if arrived { "/start" } else { PAGE }, words))
}
