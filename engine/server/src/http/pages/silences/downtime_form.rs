//! Planning a downtime: what it will cover and when it comes is shown before it is saved. The preview is a GET, so that
//! it can be looked at, reloaded and handed on; only saving it is a form that is posted.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_policy::Zone;

use super::super::names::Known;
use super::super::{Answer, host_pick, refusal};
use super::LIST;
use super::downtime_fields::Fields;
use super::downtime_preview::Preview;
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::usecase::downtime::{SaveDowntime, check};

pub fn routes() -> Router<App> {
    Router::new().route("/silences/downtimes/new", get(form)).route("/silences/downtimes", post(create))
}

#[derive(Serialize)]
struct Model {
    fields: Fields,
    /// Whether the person may plan one for everything.
    everything: bool,
    groups: Vec<(i64, String)>,
    hosts: Vec<String>,
    zones: Vec<String>,
    preview: Option<Preview>,
    /// What is to be known of the service; empty where it is as usual.
    warning: String,
    sentence: String,
    errors: BTreeMap<String, String>,
}

async fn form(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    session.must_be(Role::Operator, LIST)?;
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    if form.has("repeats") {
        let fields = Fields::sent(&form);
        return show(&app, &session, StatusCode::OK, fields, true, Wrong::default()).await;
    }
    let fields = Fields::proposed(&app, &session, &form).await?;
    show(&app, &session, StatusCode::OK, fields, false, Wrong::default()).await
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    session.must_be(Role::Operator, LIST)?;
    let fields = Fields::sent(&form);
    let mut wrong = Wrong::default();
    let (scope, schedule) = (fields.scope(&app, &session, &mut wrong), fields.plan.schedule(&mut wrong));
    if let (Some(scope), Some(schedule)) = (scope, schedule) {
        let title = fields.title.clone();
        let warning = fields.warning(&app, &scope);
        let action = SaveDowntime { actor: session.actor.clone(), title, scope, schedule };
        match app.engine.run(action).await {
            Ok(_) => {
                return Ok(match warning {
                    None => flash::go(&app, LIST, "The downtime is planned."),
                    Some(warning) => {
                        flash::go_with_warning(&app, LIST, &format!("The downtime is planned, but {warning}."))
                    }
                });
            }
            Err(fault) => {
                let refusal = refusal(fault)?;
                if refusal.kind != RefusalKind::Invalid {
                    return Err(Oops::back(Fault::Refused(refusal), LIST));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, fields, true, wrong).await
}

async fn show(
    app: &App,
    session: &Session,
    status: StatusCode,
    fields: Fields,
    look: bool,
    mut wrong: Wrong,
) -> Answer {
    let known = Known::load(app).await?;
    let wall = app.engine.facts().wall(known.now);
    let (mut preview, mut warning) = (None, None);
    if look {
        let (scope, schedule) = (fields.scope(app, session, &mut wrong), fields.plan.schedule(&mut wrong));
        if let Some(schedule) = &schedule {
            wrong.extend(check(&fields.title, schedule, wall));
        }
        warning = scope.as_ref().and_then(|scope| fields.warning(app, scope));
        if let (Some(scope), Some(schedule), true) = (scope, schedule, wrong.is_empty()) {
            preview = Some(Preview::of(app, session, &known, &fields, &scope, &schedule, wall).await?);
        }
    }
    let mut groups: Vec<(i64, String)> = known
        .book
        .groups
        .iter()
        .filter(|(id, _)| session.actor.reach.group(**id))
        .map(|(id, group)| (id.0, group.name.clone()))
        .collect();
    groups.sort_by(|a, b| a.1.cmp(&b.1));
    let (sentence, errors) = (wrong.sentence, wrong.fields);
    let hosts = host_pick::names(app, session);
    let everything = session.actor.reach.is_everything();
    let (zones, warning) = (Zone::names(), warning.unwrap_or_default());
    let model = Model { fields, everything, groups, hosts, zones, preview, warning, sentence, errors };
    Ok(render::page_as(status, app, session, "page/downtime_new.html", model))
}
