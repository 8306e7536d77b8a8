//! Who is on it: acknowledging, for how long, and taking it back.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use tocsin_policy::{AlertId, Span};

use super::super::Answer;
use super::super::together::{until, usual};
use crate::actor::Role;
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::flash::{Flash, Tone};
use crate::http::forms::Form;
use crate::http::security::local_path;
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::usecase::acknowledge::{Acknowledge, Unacknowledge};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/alerts/{id}/acknowledge", get(ask).post(acknowledge))
        .route("/alerts/{id}/unacknowledge", post(unacknowledge))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    back: String,
}

#[derive(Serialize)]
struct Model {
    id: i64,
    host: String,
    service: Option<String>,
    back: String,
    /// How long it holds unless somebody says otherwise; empty for until recovery.
    usual: String,
}

/// The form with its choices: scripts show it in front of the list.
async fn ask(State(app): State<App>, session: Session, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer {
    session.actor.must_be(Role::Operator)?;
    let row = super::known_row(&app, &session, id).await?;
    let back = way_back(&asked.back, id);
    let model = Model {
        id,
        host: row.host,
        service: row.service,
        back,
        usual: usual(&app).map(Span::words).unwrap_or_default(),
    };
    Ok(render::page(&app, &session, "page/acknowledge.html", model))
}

async fn acknowledge(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    let back = way_back(form.text("back"), id);
    let Some((until, words)) = until(form.text("until"), usual(&app)) else {
        let fault = Fault::invalid("the time to acknowledge for is not readable; write it like 90m, 4h or 2d");
        return Err(Oops::back(fault, &back));
    };
    let note = form.text("note").to_owned();
    let quick = note.is_empty() && !form.has("until");
    let action = Acknowledge { actor: session.actor.clone(), alert: AlertId(id), until, note };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    let said = Flash::new(Tone::Good, &format!("Acknowledged {words}: no reminders while you are on it."))
        .undo(format!("/alerts/{id}/unacknowledge"), Vec::new());
    let query = super::super::query(&[("back", &back)]);
    let said = if quick { said.more("Add a note", format!("/alerts/{id}/acknowledge?{query}")) } else { said };
    Ok(said.go(&app, &back))
}

async fn unacknowledge(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    let back = way_back(form.text("back"), id);
    let action = Unacknowledge { actor: session.actor.clone(), alert: AlertId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    Ok(flash::go(&app, &back, "Not acknowledged any more: what is overdue goes out at once."))
}

fn way_back(back: &str, id: i64) -> String {
    local_path(back).map_or_else(|| format!("/alerts/{id}"), str::to_owned)
}
