//! Policies as they stand, with the words of the pages beside them; read only.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use tocsin_policy::{Every, Host, Names, Policy, Rule, Say, Standing, Subject, Target, decide_policy};

use super::asked::Query;
use super::auth::Program;
use super::json::{Object, named};
use super::{Answer, alerts};
use crate::app::App;
use crate::http::pages::names::Known;
use crate::http::pages::policy_words;
use crate::store::policy::target_name;

pub fn routes() -> Router<App> {
    Router::new().route("/policies", get(list))
}

async fn list(State(app): State<App>, who: Program, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    let known = Known::load(&app).await?;
    let reach = &who.actor.reach;
    let heard_of = known.book.policies.values().filter(|policy| reach.target(app.engine.fleet(), &policy.target));
    let mut found: Vec<&Policy> = heard_of.collect();
    found.sort_by_cached_key(|policy| (policy.target.tier(), target_name(&policy.target)));
    let urgencies = known
        .book
        .urgencies
        .iter()
        .map(|(level, interval)| Object::new().with("urgency", *level).with("interval_ms", interval.0));
    let mut groups: Vec<_> = known.book.groups.iter().filter(|(id, _)| reach.group(**id)).collect();
    groups.sort_by(|(_, a), (_, b)| (a.priority, &a.name).cmp(&(b.priority, &b.name)));
    let groups =
        groups.into_iter().map(|(id, group)| named(id.0, group.name.as_str()).with("priority", group.priority));
    Ok(Object::new()
        .list("policies", found.into_iter().map(|found| policy(found, &known)))
        .list("urgencies", urgencies)
        .list("groups", groups))
}

fn policy(policy: &Policy, known: &Known) -> Object {
    let rules: &[Rule] = match &policy.say {
        Say::Mute => &[],
        Say::Rules(rules) => rules,
    };
    Object::new()
        .id("id", policy.id.0)
        .with("tier", policy.target.tier().word())
        .and(target(&policy.target, known))
        .with("enabled", policy.enabled)
        .with("mute", policy.say == Say::Mute)
        .with("says", policy_words::says(known, &policy.say))
        .list("rules", rules.iter().map(|found| rule(found, known)))
}

/// Whom it is for.
fn target(target: &Target, known: &Known) -> Object {
    let host = |id: &tocsin_policy::HostId| named(id.0, known.host(*id));
    let none = Object::new().with("host", ()).with("service", ()).with("group", ());
    match target {
        Target::Default => none,
        Target::Group(id) => none.with("group", named(id.0, known.group(*id))),
        Target::Host(id) => none.with("host", host(id)),
        Target::Service { host: id, service } => none.with("host", host(id)).with("service", &**service),
    }
}

fn rule(rule: &Rule, known: &Known) -> Object {
    let (urgency, interval) = match rule.every {
        Every::Urgency(level) => (Some(level), known.book.urgencies.get(&level).copied()),
        Every::Interval(span) => (None, Some(span)),
    };
    Object::new()
        .id("id", rule.id.0)
        .list("receivers", rule.receivers.iter().map(|id| alerts::receiver(id.0, known)))
        .with("urgency", urgency)
        .with("interval_ms", interval.map(|span| span.0))
        .with("after_ms", rule.after.0)
        .with("recovery", rule.recovery)
        .with("changes", rule.changes)
        .with("active", rule.active.as_ref().map(ToString::to_string))
}

/// All tiers for a subject, most specific first, and why each decides or does not.
pub fn ladder(host: &Host, subject: &Subject, known: &Known) -> Vec<Object> {
    let ladder = decide_policy(&known.book, host.facts(), subject);
    let rungs = ladder.rungs.iter().map(|rung| {
        Object::new()
            .with("tier", rung.tier.word())
            .and(target(&rung.target, known))
            .with("decides", matches!(rung.standing, Standing::Decides | Standing::DecidesByName { .. }))
            .with("standing", standing(&rung.standing))
            .with("sentence", rung.standing.sentence(known))
            .id("policy", rung.policy.map(|policy| policy.id.0))
            .with("says", rung.policy.map(|policy| policy_words::says(known, &policy.say)).unwrap_or_default())
    });
    rungs.collect()
}

fn standing(standing: &Standing) -> &'static str {
    match standing {
        Standing::Decides => "decides",
        Standing::DecidesByName { .. } => "decides-by-name",
        Standing::Absent => "absent",
        Standing::Disabled => "disabled",
        Standing::Overridden { .. } => "overridden",
        Standing::Outranked { .. } => "outranked",
        Standing::LostTie { .. } => "lost-tie",
    }
}
