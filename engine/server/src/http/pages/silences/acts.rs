//! Ending and extending what holds.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use tocsin_policy::{DowntimeId, SilenceId, Span};

use super::super::Answer;
use super::LIST;
use crate::actor::Role;
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::flash;
use crate::http::forms::Form;
use crate::http::session::Session;
use crate::usecase::downtime::{EndDowntime, ExtendDowntime};
use crate::usecase::silence::{EndSilence, ExtendSilence};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/silences/{id}/end", post(end_silence))
        .route("/silences/{id}/extend", post(extend_silence))
        .route("/silences/downtimes/{id}/end", post(end_downtime))
        .route("/silences/downtimes/{id}/extend", post(extend_downtime))
}

async fn end_silence(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = EndSilence { actor: session.actor.clone(), id: SilenceId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, LIST))?;
    Ok(flash::go(&app, LIST, "The silence has ended: what is overdue goes out at once."))
}

async fn extend_silence(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    session.must_be(Role::Operator, LIST)?;
    let by = length(&form)?;
    let action = ExtendSilence { actor: session.actor.clone(), id: SilenceId(id), by };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, LIST))?;
    Ok(flash::go(&app, LIST, &format!("The silence holds {} longer.", by.words())))
}

async fn end_downtime(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = EndDowntime { actor: session.actor.clone(), id: DowntimeId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, LIST))?;
    Ok(flash::go(&app, LIST, "The downtime has ended: what is overdue goes out at once."))
}

async fn extend_downtime(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    session.must_be(Role::Operator, LIST)?;
    let by = length(&form)?;
    let action = ExtendDowntime { actor: session.actor.clone(), id: DowntimeId(id), by };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, LIST))?;
    Ok(flash::go(&app, LIST, &format!("The downtime holds {} longer.", by.words())))
}

fn length(form: &Form) -> Result<Span, Oops> {
    let by = Span::read(form.text("by"));
    by.ok_or_else(|| Oops::back(Fault::invalid("by how much? Write it like 30m, 1h or 1h 30m"), LIST))
}
