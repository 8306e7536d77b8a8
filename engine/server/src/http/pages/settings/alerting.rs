//! What alerting rests on beside policies: urgencies, when a host counts as down, how long an acknowledgement holds.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_policy::Span;

use super::super::{Answer, refusal};
use super::{Refused, Tab, tabs};
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::usecase::instance::SaveAlerting;
use crate::usecase::policy::{SaveUrgency, hurried};

const PAGE: &str = "/settings/alerting";

pub fn routes() -> Router<App> {
    Router::new().route(PAGE, get(page).post(save)).route("/settings/urgencies", post(urgencies))
}

#[derive(Serialize)]
struct Model {
    tabs: Vec<Tab>,
    urgencies: Vec<Urgency>,
    missed_cycles: String,
    deadline_floor: String,
    stop_alerts: bool,
    /// Empty: until recovery.
    acknowledge_for: String,
    /// Which of the forms was refused.
    refused: &'static str,
    #[serde(flatten)]
    wrong: Refused,
}

#[derive(Serialize)]
struct Urgency {
    level: u8,
    interval: String,
    /// What is to be known of it; empty where it is as usual.
    warning: String,
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    show(&app, &session, StatusCode::OK, "", None, Wrong::default())
}

fn show(
    app: &App,
    session: &Session,
    status: StatusCode,
    refused: &'static str,
    typed: Option<&Form>,
    wrong: Wrong,
) -> Answer {
    session.must_be(Role::Admin, "/settings")?;
    let (book, facts) = (app.engine.book(), app.engine.shared().instance());
    // Each form shows what was typed into it, and what is stored of the other.
    let text = |form: &str, name: &str, stored: String| match typed {
        Some(typed) if refused == form => typed.text(name).to_owned(),
        _ => stored,
    };
    let urgency = |(level, span): (&u8, &Span)| {
        let interval = text("urgencies", &format!("interval_{level}"), span.exactly());
        Urgency { level: *level, warning: Span::read(&interval).and_then(hurried).unwrap_or_default(), interval }
    };
    let settings = &book.settings;
    let model = Model {
        tabs: tabs(session, PAGE),
        urgencies: book.urgencies.iter().map(urgency).collect(),
        missed_cycles: text("alerting", "missed_cycles", settings.missed_cycles.to_string()),
        deadline_floor: text("alerting", "deadline_floor", settings.deadline_floor.exactly()),
        stop_alerts: match typed {
            Some(typed) if refused == "alerting" => typed.has("stop_alerts"),
            _ => settings.stop_alerts,
        },
        acknowledge_for: text(
            "alerting",
            "acknowledge_for",
            facts.acknowledge_for.map(Span::exactly).unwrap_or_default(),
        ),
        refused,
        wrong: wrong.into(),
    };
    Ok(render::page_as(status, app, session, "page/settings_alerting.html", model))
}

async fn save(State(app): State<App>, session: Session, form: Form) -> Answer {
    let mut wrong = Wrong::default();
    let missed_cycles = form.number("missed_cycles").or_else(|| {
        wrong.add("missed_cycles", "Missed cycles: give a whole number, such as 3.");
        None
    });
    let mut length = |field: &str, label: &str| {
        let span = Span::read(form.text(field));
        if span.is_none() {
            wrong.add(field, format!("{label}: write a length like 60s, 5m or 4h."));
        }
        span
    };
    let deadline_floor = length("deadline_floor", "But never before");
    let acknowledge_for = match form.text("acknowledge_for") {
        "" => Some(None),
        _ => length("acknowledge_for", "An acknowledgement").map(Some),
    };
    if let (Some(missed_cycles), Some(deadline_floor), Some(acknowledge_for)) =
        (missed_cycles, deadline_floor, acknowledge_for)
    {
        let (actor, stop_alerts) = (session.actor.clone(), form.has("stop_alerts"));
        let action = SaveAlerting { actor, missed_cycles, deadline_floor, stop_alerts, acknowledge_for };
        match app.engine.run(action).await {
            Ok(()) => return Ok(flash::go(&app, PAGE, "Saved: it counts from now on.")),
            Err(fault) => {
                let refusal = refusal(fault)?;
                if refusal.kind != RefusalKind::Invalid {
                    return Err(Oops::back(Fault::Refused(refusal), PAGE));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, "alerting", Some(&form), wrong)
}

async fn urgencies(State(app): State<App>, session: Session, form: Form) -> Answer {
    session.must_be(Role::Admin, "/settings")?;
    let book = app.engine.book();
    let (mut wrong, mut changes) = (Wrong::default(), Vec::new());
    let new = form.number::<u8>("new_level").map(|level| (level, "new_interval".to_owned()));
    let there = book.urgencies.keys().map(|level| (*level, format!("interval_{level}")));
    for (level, field) in there.chain(new) {
        let text = form.text(&field);
        match Span::read(text) {
            Some(interval) if book.urgencies.get(&level) != Some(&interval) => changes.push((level, interval)),
            Some(_) => {}
            None if text.is_empty() && book.urgencies.contains_key(&level) => {}
            None => wrong.add(field, format!("Urgency {level}: write an interval like 5m, 30m or 4h.")),
        }
    }
    if wrong.is_empty() {
        for (level, interval) in changes {
            let action = SaveUrgency { actor: session.actor.clone(), level, interval };
            if let Err(fault) = app.engine.run(action).await {
                let refusal = refusal(fault)?;
                if refusal.fields.is_empty() {
                    return Err(Oops::back(Fault::Refused(refusal), PAGE));
                }
                wrong = Wrong { sentence: format!("urgency {level}: {}", refusal.sentence), ..Wrong::default() };
                break;
            }
        }
    }
    if wrong.is_empty() {
        return Ok(flash::go(&app, PAGE, "Saved: open alerts follow the new intervals."));
    }
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, "urgencies", Some(&form), wrong)
}
