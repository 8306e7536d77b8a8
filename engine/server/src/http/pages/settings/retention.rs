//! How long what is over is kept, and how far back it goes now.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde::Serialize;

use super::super::{Answer, refusal};
use super::{Refused, Tab, tabs};
use crate::actor::Role;
use crate::app::App;
use crate::engine::instance::Retention;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::oldest::{self, Oldest};
use crate::usecase::instance::SaveRetention;

const PAGE: &str = "/settings/retention";
/// The fields, with what they are about.
const KINDS: [(&str, &str, &str); 5] = [
    ("events", "Events of agents", "What agents said, and check-ins that were refused."),
    ("deliveries", "Deliveries", "Notifications of ended alerts, with every attempt and receipt."),
    ("alerts", "Ended alerts", "With everything about them. Open ones are always kept."),
    ("history", "History of hosts", "When they went down and came back; silences and downtimes that are over."),
    ("audit", "Activity", "Who did what."),
];

pub fn routes() -> Router<App> {
    Router::new().route(PAGE, get(page).post(save))
}

#[derive(Serialize)]
struct Model {
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    #[serde(flatten)]
    wrong: Refused,
}

#[derive(Serialize)]
struct Row {
    field: &'static str,
    label: &'static str,
    hint: &'static str,
    days: String,
    /// The oldest there is.
    since_ms: Option<i64>,
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    let kept = app.engine.shared().instance().retention;
    let text = |days: Option<u32>| days.map(|days| days.to_string()).unwrap_or_default();
    let typed = BTreeMap::from([
        ("events", text(kept.events)),
        ("history", text(kept.history)),
        ("alerts", text(kept.alerts)),
        ("deliveries", text(kept.deliveries)),
        ("audit", text(kept.audit)),
    ]);
    show(&app, &session, StatusCode::OK, typed, Wrong::default()).await
}

async fn show(
    app: &App,
    session: &Session,
    status: StatusCode,
    mut typed: BTreeMap<&'static str, String>,
    wrong: Wrong,
) -> Answer {
    session.must_be(Role::Admin, "/settings")?;
    let Oldest { events, history, alerts, deliveries, audit } = oldest::read(&app.store.readers).await?;
    let since = BTreeMap::from([
        ("events", events),
        ("history", history),
        ("alerts", alerts),
        ("deliveries", deliveries),
        ("audit", audit),
    ]);
    let row = |(field, label, hint)| Row {
        field,
        label,
        hint,
        days: typed.remove(field).unwrap_or_default(),
        since_ms: since.get(field).copied().flatten(),
    };
    let model = Model { tabs: tabs(session, PAGE), rows: KINDS.into_iter().map(row).collect(), wrong: wrong.into() };
    Ok(render::page_as(status, app, session, "page/settings_retention.html", model))
}

async fn save(State(app): State<App>, session: Session, form: Form) -> Answer {
    let mut wrong = Wrong::default();
    let mut days = |field: &str| match form.text(field) {
        "" => None,
        text => {
            let days = text.parse().ok();
            if days.is_none() {
                wrong.add(field, "Give a whole number of days, or nothing to keep it for ever.");
            }
            days
        }
    };
    let retention = Retention {
        events: days("events"),
        history: days("history"),
        alerts: days("alerts"),
        deliveries: days("deliveries"),
        audit: days("audit"),
    };
    if wrong.is_empty() {
        match app.engine.run(SaveRetention { actor: session.actor.clone(), retention }).await {
            Ok(()) => return Ok(flash::go(&app, PAGE, "Saved. What is older goes within the hour, in small steps.")),
            Err(fault) => {
                let refusal = refusal(fault)?;
                if refusal.kind != RefusalKind::Invalid {
                    return Err(Oops::back(Fault::Refused(refusal), PAGE));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    let typed = KINDS.iter().map(|(field, ..)| (*field, form.text(field).to_owned())).collect();
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, typed, wrong).await
}
