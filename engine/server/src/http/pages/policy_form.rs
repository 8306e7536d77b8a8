//! The policy of one target: muted, or rules. A rule without receivers is an empty row of the form and is left out, so
//! that rows can be added and removed without a script.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use tocsin_policy::{GroupId, HostId, Say, Subject, Target};

use super::names::Known;
use super::policy_rows::{Row, in_the_form};
use super::policy_words::{self, Rung};
use super::{Answer, refusal};
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::{policy, receiver};
use crate::store::policy::target_name;
use crate::usecase::policy::{DeletePolicy, RULES, RuleForm, SavePolicy, SayForm};

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
    version: String,
    exists: bool,
    enabled: bool,
    mute: bool,
    rules: Vec<Row>,
    receivers: Vec<Choice>,
    urgencies: Vec<(u8, String)>,
    ladder: Vec<Rung>,
    sentence: String,
    errors: std::collections::BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Choice {
    id: i64,
    name: String,
    note: &'static str,
}

async fn form(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let target = target(&app, &asked.target)?;
    let book = app.engine.book();
    let there = book.policies.get(&target);
    let rules = match there.map(|policy| &policy.say) {
        Some(Say::Rules(rules)) => rules.iter().map(Row::of).collect(),
        _ => Vec::new(),
    };
    let enabled = there.is_none_or(|policy| policy.enabled);
    let mute = there.is_some_and(|policy| policy.say == Say::Mute);
    show(&app, &session, StatusCode::OK, &target, Typed { rules, enabled, mute, version: None }, &Wrong::default())
        .await
}

struct Typed {
    rules: Vec<Row>,
    enabled: bool,
    mute: bool,
    version: Option<String>,
}

async fn show(
    app: &App,
    session: &Session,
    status: StatusCode,
    target: &Target,
    typed: Typed,
    wrong: &Wrong,
) -> Answer {
    let known = Known::load(app).await?;
    let stored = policy::version(&app.store.readers, &target_name(target)).await?;
    let version = typed.version.unwrap_or_else(|| stored.map(|version| version.to_string()).unwrap_or_default());
    let mut rules = typed.rules;
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
        version,
        exists: stored.is_some(),
        enabled: typed.enabled,
        mute: typed.mute,
        rules,
        receivers: receivers.collect(),
        urgencies: known.book.urgencies.iter().map(|(level, span)| (*level, span.words())).collect(),
        ladder: ladder(app, &known, target),
        sentence: wrong.sentence.clone(),
        errors: wrong.fields.clone(),
    };
    Ok(render::page_as(status, app, session, "page/policy.html", model))
}

async fn save(State(app): State<App>, session: Session, form: Form) -> Answer {
    let target = target(&app, form.text("target"))?;
    let rows: Vec<Row> =
        (0..RULES).filter_map(|n| Row::sent(&form, n)).filter(|row| !row.receivers.is_empty()).collect();
    let (enabled, mute) = (form.has("enabled"), form.text("say") == "mute");
    let mut wrong = Wrong::default();
    let rules: Vec<RuleForm> = rows.iter().enumerate().filter_map(|(at, row)| row.rule(at, &mut wrong)).collect();
    if wrong.is_empty() || mute {
        let say = if mute { SayForm::Mute } else { SayForm::Rules(rules) };
        // An empty version was shown where there was no policy: one that came meanwhile is not overwritten.
        let version = form.number("version").or(Some(0));
        let action = SavePolicy {
            actor: session.actor.clone(),
            target: target.clone(),
            enabled,
            say,
            recognize: false,
            version,
        };
        match app.engine.run(action).await {
            Ok(_) => return Ok(flash::go(&app, &back(&target), "Saved: open alerts follow the policy from now on.")),
            Err(fault) => {
                let refusal = refusal(fault)?;
                if matches!(refusal.kind, RefusalKind::Forbidden | RefusalKind::NotFound) {
                    return Err(Oops::back(Fault::Refused(refusal), "/policies"));
                }
                wrong = in_the_form(refusal);
            }
        }
    }
    let typed = Typed { rules: rows, enabled, mute, version: Some(form.text("version").to_owned()) };
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, &target, typed, &wrong).await
}

async fn delete(State(app): State<App>, session: Session, form: Form) -> Answer {
    let target = target(&app, form.text("target"))?;
    let action = DeletePolicy { actor: session.actor.clone(), target: target.clone() };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/policies"))?;
    Ok(flash::go(&app, &back(&target), "The policy was deleted: the next tier decides now."))
}

/// `default`, `group:ID`, `host:ID`, `service:ID:NAME`; of things that exist.
fn target(app: &App, text: &str) -> Result<Target, Oops> {
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
    let host_exists = |id: &HostId| app.engine.fleet().by_id(*id).is_some();
    let exists = |target: &Target| match target {
        Target::Default => true,
        Target::Group(id) => app.engine.book().groups.contains_key(id),
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
