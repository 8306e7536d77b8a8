//! Who would be told, how often: the four tiers as one ladder, groups, urgencies.
//!
//! - `edit`: the policy of one target, `draft` while it is being edited, with `rows` for its rules; `rehearsal`: an edit played over the last week before
//!   it is saved; `try_it`: who would be told of something at some moment;
//! - `coverage`: for whom each policy decides; `groups`: host groups and their priorities.

mod coverage;
mod draft;
mod edit;
mod groups;
mod rehearsal;
mod rows;
mod try_it;

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_policy::{Target, Tier};

use self::coverage::{Coverage, Covered};
use super::names::Known;
use super::policy_words::{self, Rung};
use super::{Answer, alert, refusal};
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::usecase::policy::SaveUrgency;

/// Policies listed on a tier; hosts and services have theirs on the host's page as well.
const MAX_ON_TIER: usize = 500;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/policies", get(page))
        .route("/policies/urgencies", post(urgencies))
        .merge(edit::routes())
        .merge(groups::routes())
        .merge(try_it::routes())
}

#[derive(Serialize)]
struct Model {
    default: Step,
    groups: Vec<groups::Group>,
    hosts: Vec<Step>,
    services: Vec<Step>,
    urgencies: Vec<Urgency>,
    receivers: usize,
    typed: BTreeMap<&'static str, String>,
    sentence: String,
    errors: BTreeMap<String, String>,
    /// Which of the forms was refused.
    refused: &'static str,
}

/// A rung with whom it covers.
#[derive(Serialize)]
struct Step {
    rung: Rung,
    covered: Covered,
}

impl Step {
    fn of(known: &Known, coverage: &Coverage, target: &Target) -> Step {
        let rung = policy_words::rung(known, target, known.book.policies.get(target));
        Step { rung, covered: coverage.of(target) }
    }
}

#[derive(Serialize)]
struct Urgency {
    level: u8,
    interval: String,
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    show(&app, &session, StatusCode::OK, "", &Form::default(), &Wrong::default()).await
}

/// The page, with a form as it was typed if it was refused.
async fn show(
    app: &App,
    session: &Session,
    status: StatusCode,
    refused: &'static str,
    form: &Form,
    wrong: &Wrong,
) -> Result<Response, Oops> {
    let known = Known::load(app).await?;
    let coverage = Coverage::count(app, &known);
    let typed = ["name", "priority"].into_iter().map(|name| (name, form.text(name).to_owned())).collect();
    let on_tier = |tier: Tier| {
        let targets = known.book.policies.keys().filter(|target| target.tier() == tier);
        let mut steps: Vec<Step> = targets.map(|target| Step::of(&known, &coverage, target)).collect();
        steps.sort_by(|a, b| a.rung.target.cmp(&b.rung.target));
        steps.truncate(MAX_ON_TIER);
        steps
    };
    let urgency = |(level, span): (&u8, &tocsin_policy::Span)| Urgency { level: *level, interval: span.words() };
    let model = Model {
        default: Step::of(&known, &coverage, &Target::Default),
        groups: groups::listed(app, &known, &coverage),
        hosts: on_tier(Tier::Host),
        services: on_tier(Tier::Service),
        urgencies: known.book.urgencies.iter().map(urgency).collect(),
        receivers: known.receiver_count(),
        typed,
        sentence: wrong.sentence.clone(),
        errors: wrong.fields.clone(),
        refused,
    };
    Ok(render::page_as(status, app, session, "page/policies.html", model))
}

async fn urgencies(State(app): State<App>, session: Session, form: Form) -> Answer {
    let book = app.engine.book();
    let mut wrong = Wrong::default();
    let mut changes = Vec::new();
    let new = form.number::<u8>("new_level").map(|level| (level, "new_interval".to_owned()));
    let there = book.urgencies.keys().map(|level| (*level, format!("interval_{level}")));
    for (level, field) in there.chain(new) {
        let text = form.text(&field);
        match alert::span(text) {
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
                    return Err(Oops::back(Fault::Refused(refusal), "/policies"));
                }
                wrong = Wrong { sentence: format!("urgency {level}: {}", refusal.sentence), ..Wrong::default() };
                break;
            }
        }
    }
    if wrong.is_empty() {
        return Ok(flash::go(&app, "/policies", "Saved: open alerts follow the new intervals."));
    }
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, "urgencies", &form, &wrong).await
}
