//! The first steps, on a page of their own: what is done, what comes next, and a first policy that is ready to be used.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_policy::{ReceiverId, Target};

use super::Answer;
use super::checklist::{self, Checklist};
use crate::actor::Role;
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::forms::Form;
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::receiver;
use crate::usecase::start::{DismissSteps, PROPOSED_INTERVAL, ProposeFirst};

/// Receivers to choose from.
const MAX_RECEIVERS: i64 = 100;
const PAGE: &str = "/start";

pub fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(page))
        .route("/start/policy", post(propose))
        .route("/start/dismiss", post(dismiss))
        .route("/start/again", post(again))
}

#[derive(Serialize)]
struct Model {
    list: Checklist,
    receivers: Vec<(i64, String)>,
    has_default: bool,
    interval: String,
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    app.connectors.foresee();
    session.must_be(Role::Admin, "/")?;
    let receivers = receiver::list(&app.store.readers, MAX_RECEIVERS).await?;
    let model = Model {
        list: checklist::read(&app).await?,
        receivers: receivers.into_iter().filter(|row| row.enabled).map(|row| (row.id, row.name)).collect(),
        has_default: app.engine.book().policies.contains_key(&Target::Default),
        interval: PROPOSED_INTERVAL.words(),
    };
    Ok(render::page(&app, &session, "page/start.html", model))
}

async fn propose(State(app): State<App>, session: Session, form: Form) -> Answer {
    session.must_be(Role::Admin, PAGE)?;
    let receiver = form.number("receiver").map(ReceiverId);
    let receiver = receiver.ok_or_else(|| Oops::back(Fault::invalid("choose a receiver"), PAGE))?;
    let action = ProposeFirst { actor: session.actor.clone(), receiver };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    Ok(flash::go(&app, PAGE, "Saved: from now on every problem of every host is told."))
}

async fn dismiss(State(app): State<App>, session: Session) -> Answer {
    let action = DismissSteps { actor: session.actor.clone(), dismissed: true };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/"))?;
    Ok(flash::go(&app, "/", "The first steps are put away. They stay at /start, should you want them."))
}

async fn again(State(app): State<App>, session: Session) -> Answer {
    let action = DismissSteps { actor: session.actor.clone(), dismissed: false };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    Ok(flash::go(&app, "/", "The first steps are back."))
}
