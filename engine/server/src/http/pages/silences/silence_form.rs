//! Silencing a host that is typed or linked to: what is covered now is shown first, and a preset is one tap away.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde::Serialize;
use tocsin_policy::{HostId, Scope, silence_length};

use super::super::alert_row::SILENCES;
use super::super::{Answer, host_pick, refusal};
use super::LIST;
use super::coverage::{Coverage, Fleet};
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::usecase::silence::SilenceHost;

pub fn routes() -> Router<App> {
    Router::new().route("/silences/new", get(form))
}

#[derive(Serialize)]
struct Model {
    host: String,
    host_id: String,
    length: String,
    /// A length that is no preset.
    other: String,
    note: String,
    lengths: [&'static str; 8],
    hosts: Vec<String>,
    /// What it covers, once the host is known.
    now: Option<Coverage>,
    sentence: String,
    errors: BTreeMap<String, String>,
}

async fn form(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    session.must_be(Role::Operator, LIST)?;
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    let mut wrong = Wrong::default();
    // A link names a host by its number, a person by its name.
    let linked = form.number("host").map(HostId).and_then(|id| session.cell(&app, id));
    let (host, host_id) = match linked {
        Some(cell) => (cell.host().name.to_string(), cell.id.to_string()),
        None => (form.text("host").to_owned(), form.text("host_id").to_owned()),
    };
    let found = if host.is_empty() { None } else { host_pick::find(&app, &session, &host, &host_id, &mut wrong) };
    show(&app, &session, StatusCode::OK, (host, host_id), found, &form, wrong)
}

/// `POST /silences`
pub async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    session.must_be(Role::Operator, LIST)?;
    let mut wrong = Wrong::default();
    let (name, id) = (form.text("host").to_owned(), form.text("host_id").to_owned());
    let host = host_pick::find(&app, &session, &name, &id, &mut wrong);
    let length = length(&form);
    if let Err(error) = silence_length(&length) {
        wrong.add("other", error.to_string());
    }
    if let (Some(host), true) = (host, wrong.is_empty()) {
        let note = form.text("note").to_owned();
        let action = SilenceHost { actor: session.actor.clone(), host, length: length.clone(), note };
        match app.engine.run(action).await {
            Ok(_) => {
                let sentence = format!("{name} is silenced for {length}: nothing about it is sent until then.");
                return Ok(flash::go(&app, LIST, &sentence));
            }
            Err(fault) => {
                let refusal = refusal(fault)?;
                if matches!(refusal.kind, RefusalKind::Forbidden | RefusalKind::NotFound) {
                    return Err(Oops::back(Fault::Refused(refusal), LIST));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, (name, id), host, &form, wrong)
}

/// A preset, or what was typed beside them.
fn length(form: &Form) -> String {
    match form.text("length") {
        "other" => form.text("other").to_owned(),
        preset => preset.to_owned(),
    }
}

fn show(
    app: &App,
    session: &Session,
    status: StatusCode,
    (host, host_id): (String, String),
    found: Option<HostId>,
    form: &Form,
    wrong: Wrong,
) -> Answer {
    let typed = form.text("length");
    let model = Model {
        host,
        host_id,
        length: if typed.is_empty() { "1h".to_owned() } else { typed.to_owned() },
        other: form.text("other").to_owned(),
        note: form.text("note").to_owned(),
        lengths: SILENCES,
        hosts: host_pick::names(app, session),
        now: found.map(|host| Fleet::of(app, session).covered(&Scope::Host(host))),
        sentence: wrong.sentence,
        errors: wrong.fields,
    };
    Ok(render::page_as(status, app, session, "page/silence_new.html", model))
}
