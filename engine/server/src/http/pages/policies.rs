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
use axum::routing::get;
use serde::Serialize;
use tocsin_policy::{Target, Tier};

use self::coverage::{Coverage, Covered};
use super::Answer;
use super::names::Known;
use super::policy_words::{self, Rung};
use crate::app::App;
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::render;
use crate::http::session::Session;

/// Policies listed on a tier; hosts and services have theirs on the host's page as well.
const MAX_ON_TIER: usize = 500;

pub fn routes() -> Router<App> {
    Router::new().route("/policies", get(page)).merge(edit::routes()).merge(groups::routes()).merge(try_it::routes())
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
    let coverage = Coverage::count(app, session, &known);
    let typed = ["name", "priority"].into_iter().map(|name| (name, form.text(name).to_owned())).collect();
    let on_tier = |tier: Tier| {
        let targets = known
            .book
            .policies
            .keys()
            .filter(|target| target.tier() == tier && session.actor.reach.target(app.engine.fleet(), target));
        let mut steps: Vec<Step> = targets.map(|target| Step::of(&known, &coverage, target)).collect();
        steps.sort_by(|a, b| a.rung.target.cmp(&b.rung.target));
        steps.truncate(MAX_ON_TIER);
        steps
    };
    let urgency = |(level, span): (&u8, &tocsin_policy::Span)| Urgency { level: *level, interval: span.words() };
    let model = Model {
        default: Step::of(&known, &coverage, &Target::Default),
        groups: groups::listed(app, session, &known, &coverage),
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
