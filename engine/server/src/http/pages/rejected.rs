//! Check-ins that were not taken, each with its cure: the first aid for "why does my host not show".

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_policy::Scope;

use super::Answer;
use super::state::{Badge, badge};
use crate::app::App;
use crate::http::error::Oops;
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::{PAGE_ROWS, rejected};
use crate::usecase::reject::ForgetRejected;

pub fn routes() -> Router<App> {
    Router::new().route("/hosts/rejected", get(list)).route("/hosts/rejected/{id}/forget", post(forget))
}

#[derive(Serialize)]
struct Model {
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    state: Badge,
    cure: &'static str,
    detail: String,
    address: String,
    host: String,
    account: String,
    times: i64,
    first_ms: i64,
    last_ms: i64,
}

async fn list(State(app): State<App>, session: Session) -> Answer {
    // What was refused is of no group: it is for those who look after everything.
    session.actor.must_reach(&Scope::All, None).map_err(|fault| Oops::back(fault, "/hosts"))?;
    let rows = rejected::list(&app.store.readers, PAGE_ROWS).await?;
    let rows = rows.into_iter().map(|row| {
        let (state, cure) = words(&row.reason);
        Row {
            id: row.id,
            state,
            cure,
            detail: row.detail,
            address: row.address,
            host: row.host_name.unwrap_or_default(),
            account: row.account.unwrap_or_default(),
            times: row.times,
            first_ms: row.first_at_ms,
            last_ms: row.last_at_ms,
        }
    });
    Ok(render::page(&app, &session, "page/rejected.html", Model { rows: rows.collect() }))
}

async fn forget(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = ForgetRejected { actor: session.actor.clone(), id };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/hosts/rejected"))?;
    Ok(flash::go(&app, "/hosts/rejected", "Forgotten. It comes back if it happens again."))
}

/// What happened, and what to do about it.
pub(super) fn words(reason: &str) -> (Badge, &'static str) {
    match reason {
        "password" => (
            badge("critical", "wrong password"),
            "The agent's name or password is not one of the agent accounts. Copy the line of an account into the \
             agent's monitrc, or make a new account, then reload Monit.",
        ),
        "no-credentials" => (
            badge("critical", "no credentials"),
            "The agent sent no user name and password. Write them into the address: set mmonit \
             http://NAME:PASSWORD@…, then reload Monit.",
        ),
        "unreadable" => (
            badge("critical", "unreadable"),
            "The body is no document of a Monit agent. Something else posts here, or a proxy changes the body: let \
             the agent reach tocsin without it.",
        ),
        "too-large" => (
            badge("critical", "too large"),
            "The document is larger than tocsin takes. Check whether a program check prints megabytes, and shorten \
             what it prints.",
        ),
        "twin" => (
            badge("warning", "two agents, one id"),
            "Two machines report under one id, as after cloning a disk. On the clone stop Monit, delete its id file \
             (monit -v shows where it is), and start it again.",
        ),
        "blocked" => (
            badge("paused", "blocked"),
            "An operator blocked this host. Approve it under Hosts, Blocked, if it should report again.",
        ),
        _ => (badge("unknown", "not taken"), "The detail says why."),
    }
}
