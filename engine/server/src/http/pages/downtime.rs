//! Downtimes: planned silences for a host, a group or everything.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use tocsin_policy::{DowntimeId, DowntimeSchedule, GroupId, HostId, Scope};

use super::{Answer, policies, refusal, time};
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::flash;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::usecase::downtime::{EndDowntime, SaveDowntime};

pub fn routes() -> Router<App> {
    Router::new().route("/policies/downtimes", post(create)).route("/policies/downtimes/{id}/end", post(end))
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    let mut wrong = Wrong::default();
    let mut at = |field: &str| {
        let at = time::from_input(form.text(field));
        if at.is_none() {
            wrong.add(field, "Give date and time, in UTC.");
        }
        at
    };
    let (start, end) = (at("start"), at("end"));
    let scope = scope(form.text("scope"));
    if scope.is_none() {
        wrong.add("scope", "Choose what it covers.");
    }
    if let (Some(start), Some(end), Some(scope)) = (start, end, scope) {
        let title = form.text("title").to_owned();
        let schedule = DowntimeSchedule::Once { start, end };
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
