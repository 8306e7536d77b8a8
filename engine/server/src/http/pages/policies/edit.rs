//! The policy of one target: muted, or rules. A rule without receivers is an empty row of the form and is left out, so
//! that rows can be added and removed without a script. Before it is saved, an edit can be rehearsed; two who edit the
//! same policy meet in a comparison.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use tocsin_policy::{Every, GroupId, HostId, Policy, Subject, Target};

use super::super::names::Known;
use super::super::policy_words::{self, Rung};
use super::super::{Answer, refusal};
use super::draft::{Draft, Meeting, changes, edited, meeting};
use super::rehearsal::{self, Rehearsal};
use super::rows::{Row, fields_in_the_form, in_the_form};
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::policy::{self, Saved};
use crate::store::page::receiver;
use crate::store::policy::target_name;
use crate::usecase::policy::{self as usecase, DeletePolicy, RULES, SavePolicy, SayForm, hurried};

/// Empty rows below the rules there are.
const BLANK_ROWS: usize = 2;
/// Receivers to choose from.
const MAX_RECEIVERS: i64 = 500;

pub fn routes() -> Router<App> {
    Router::new().route("/policies/edit", get(form).post(save)).route("/policies/delete", post(delete))
}

#[derive(Deserialize)]
struct Asked {
    target: String,
}

#[derive(Serialize)]
struct Model {
    target: String,
    title: String,
    tier: &'static str,
    back: String,
    version: i64,
    exists: bool,
    saved_ms: i64,
    saved_by: String,
    enabled: bool,
    mute: bool,
    rules: Vec<Row>,
    receivers: Vec<Choice>,
    urgencies: Vec<(u8, String)>,
    ladder: Vec<Rung>,
    /// What the edit changes, a sentence each.
    changes: Vec<String>,
    rehearsal: Option<Rehearsal>,
    /// Somebody else has saved meanwhile.
    meeting: Option<Meeting>,
    sentence: String,
    errors: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Choice {
    id: i64,
    name: String,
    note: &'static str,
}

async fn form(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let target = target(&app, &session, &asked.target)?;
    let typed = Draft::of(app.engine.book().policies.get(&target));
    show(&app, &session, StatusCode::OK, &target, typed, None, Wrong::default()).await
}

async fn save(State(app): State<App>, session: Session, form: Form) -> Answer {
    session.must_be(Role::Admin, "/policies")?;
    let target = target(&app, &session, form.text("target"))?;
    let typed = Draft::sent(&form);
    let mut wrong = Wrong::default();
    let say = typed.say(&mut wrong);
    if wrong.is_empty() && form.text("do") == "rehearse" {
        return rehearse(&app, &session, &target, typed, say).await;
    }
    if wrong.is_empty() {
        let (actor, enabled, version) = (session.actor.clone(), typed.enabled, typed.version);
        let before = app.engine.book().policies.get(&target).cloned();
        let action = SavePolicy { actor, target: target.clone(), enabled, say: say.clone(), recognize: false, version };
        match app.engine.run(action).await {
            Ok(_) => {
                let words = saved_words(&app, before, &target).await?;
                return Ok(match warning(&say) {
                    None => flash::go(&app, &back(&target), &words),
                    Some(warning) => flash::go_with_warning(&app, &back(&target), &format!("{words} But {warning}.")),
                });
            }
            Err(fault) => {
                let refusal = refusal(fault)?;
                if matches!(refusal.kind, RefusalKind::Forbidden | RefusalKind::NotFound) {
                    return Err(Oops::back(Fault::Refused(refusal), "/policies"));
                }
                wrong = in_the_form(refusal);
            }
        }
    }
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, &target, typed, None, wrong).await
}

/// Plays the last week under the edit, and shows it above the form.
async fn rehearse(app: &App, session: &Session, target: &Target, typed: Draft, say: SayForm) -> Answer {
    let errors = usecase::check(&say, &app.engine.book().urgencies);
    if !errors.is_empty() {
        let wrong = fields_in_the_form(errors);
        return show(app, session, StatusCode::UNPROCESSABLE_ENTITY, target, typed, None, wrong).await;
    }
    let known = Known::load(app).await?;
    let edited = edited(&known, target, typed.enabled, &say);
    let rehearsal = rehearsal::of(app, &known, target, edited).await;
    show(app, session, StatusCode::OK, target, typed, Some(rehearsal), Wrong::default()).await
}

async fn show(
    app: &App,
    session: &Session,
    status: StatusCode,
    target: &Target,
    typed: Draft,
    rehearsal: Option<Rehearsal>,
    wrong: Wrong,
) -> Answer {
    let known = Known::load(app).await?;
    let there = known.book.policies.get(target);
    let stored = policy::saved(&app.store.readers, &target_name(target)).await?;
    let mut ignored = Wrong::default();
    let mine = edited(&known, target, typed.enabled, &typed.say(&mut ignored));
    let changes = if typed.version.is_some() { changes(&known, there, Some(&mine)) } else { Vec::new() };
    let meeting = meeting(&known, there, &mine, &typed, stored.as_ref());
    let Saved { version, updated_at_ms, updated_by } = stored.clone().unwrap_or_default();
    let mut rules: Vec<Row> = typed.rules.into_iter().map(Row::warned).collect();
    let rows = (rules.len() + BLANK_ROWS).min(RULES).max(rules.len());
    rules.resize_with(rows, Row::blank);
    let receivers = receiver::list(&app.store.readers, MAX_RECEIVERS).await?.into_iter().map(|row| Choice {
        id: row.id,
        name: row.name,
        note: if row.enabled { "" } else { "disabled" },
    });
    let model = Model {
        target: target_name(target),
        title: known.target(target),
        tier: policy_words::tier_words(target.tier()),
        back: back(target),
        // Who has seen the comparison may save over what is there now.
        version: if meeting.is_some() { version } else { typed.version.unwrap_or(version) },
        exists: stored.is_some(),
        saved_ms: updated_at_ms,
        saved_by: updated_by,
        enabled: typed.enabled,
        mute: typed.mute,
        rules,
        receivers: receivers.collect(),
        urgencies: known.book.urgencies.iter().map(|(level, span)| (*level, span.words())).collect(),
        ladder: ladder(app, &known, target),
        changes,
        rehearsal,
        meeting,
        sentence: wrong.sentence,
        errors: wrong.fields,
    };
    Ok(render::page_as(status, app, session, "page/policy.html", model))
}

/// What is to be known of the first rule that is hardly meant as it stands.
fn warning(say: &SayForm) -> Option<String> {
    let SayForm::Rules(rules) = say else { return None };
    rules.iter().find_map(|rule| match rule.every {
        Every::Interval(every) => hurried(every),
        Every::Urgency(_) => None,
    })
}

async fn saved_words(app: &App, before: Option<Policy>, target: &Target) -> Result<String, Oops> {
    let known = Known::load(app).await?;
    let changes = changes(&known, before.as_ref(), known.book.policies.get(target));
    Ok(match changes.first() {
        None => "Saved; nothing has changed.".to_owned(),
        Some(_) => format!("Saved; open alerts follow it from now on. {}", changes.join(" ")),
    })
}

async fn delete(State(app): State<App>, session: Session, form: Form) -> Answer {
    session.must_be(Role::Admin, "/policies")?;
    let target = target(&app, &session, form.text("target"))?;
    let action = DeletePolicy { actor: session.actor.clone(), target: target.clone() };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/policies"))?;
    Ok(flash::go(&app, &back(&target), "The policy was deleted: the next tier decides now."))
}

/// `default`, `group:ID`, `host:ID`, `service:ID:NAME`; of things that exist.
fn target(app: &App, session: &Session, text: &str) -> Result<Target, Oops> {
    let parsed = match text.split(':').collect::<Vec<_>>()[..] {
        ["default"] => Some(Target::Default),
        ["group", id] => id.parse().ok().map(GroupId).map(Target::Group),
        ["host", id] => id.parse().ok().map(HostId).map(Target::Host),
        ["service", id, ..] => id.parse().ok().map(HostId).and_then(|host| {
            let service = text.splitn(3, ':').nth(2)?;
            Some(Target::Service { host, service: service.into() })
        }),
        _ => None,
    };
    let host_exists = |id: &HostId| session.cell(app, *id).is_some();
    let exists = |target: &Target| match target {
        Target::Default => true,
        Target::Group(id) => app.engine.book().groups.contains_key(id) && session.actor.reach.group(*id),
        Target::Host(id) => host_exists(id),
        Target::Service { host, service } => host_exists(host) && !service.is_empty(),
    };
    let found = parsed.filter(exists);
    found.ok_or_else(|| Oops::back(Fault::not_found("there is nothing with this name to have a policy"), "/policies"))
}

/// The page that shows what the policy is for.
fn back(target: &Target) -> String {
    match target {
        Target::Service { host, .. } | Target::Host(host) => format!("/hosts/{host}"),
        Target::Group(_) | Target::Default => "/policies".to_owned(),
    }
}

/// Who decides now for the host or service that the policy is for.
fn ladder(app: &App, known: &Known, target: &Target) -> Vec<Rung> {
    let (host, subject) = match target {
        Target::Service { host, service } => (host, Subject::Service(service.clone())),
        Target::Host(host) => (host, Subject::Host),
        Target::Group(_) | Target::Default => return Vec::new(),
    };
    let cell = app.engine.fleet().by_id(*host);
    cell.map(|cell| policy_words::ladder(known, &cell.host(), &subject)).unwrap_or_default()
}
