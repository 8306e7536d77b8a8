//! Try it: pick a host, a service and a moment, and see which tier decides, who would be told, and what would hold it
//! back then. Everything is a link, so that the answer can be handed on.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use serde::Serialize;
use tocsin_policy::{
    Admission, Every, Host, HostId, Moment, Rule, Say, Span, Subject, Suppressor, Zone, covers, decide_policy,
    suppressor,
};

use super::super::names::Known;
use super::super::policy_words::{self, Rung};
use super::super::{Answer, host_pick, zoned};
use crate::app::App;
use crate::http::forms::{Form, Wrong};
use crate::http::render;
use crate::http::session::Session;

/// What is known now, such as that a host is down, holds for this long around now.
const NOW: Span = Span::minutes(1);

pub fn routes() -> Router<App> {
    Router::new().route("/policies/try", get(page))
}

#[derive(Serialize)]
struct Model {
    host: String,
    host_id: String,
    service: String,
    at: String,
    zone: String,
    hosts: Vec<String>,
    zones: Vec<String>,
    /// Once the host is known.
    services: Option<Vec<String>>,
    outcome: Option<Outcome>,
    errors: BTreeMap<String, String>,
}

/// What would happen.
#[derive(Serialize)]
struct Outcome {
    subject: String,
    host_id: i64,
    when: String,
    zone: String,
    /// Whether somebody would be told at that moment.
    told: bool,
    verdict: String,
    rules: Vec<RuleThen>,
    /// Everything that holds back then; the first is the one that is named as the reason.
    held: Vec<String>,
    note: String,
    ladder: Vec<Rung>,
}

/// A rule of the deciding policy at that moment.
#[derive(Serialize)]
struct RuleThen {
    receivers: String,
    first: String,
    every: String,
    speaks: bool,
    /// Its hours, and when they begin if they do not hold.
    hours: String,
    speaks_from: String,
}

async fn page(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    let (known, mut wrong) = (Known::load(&app).await?, Wrong::default());
    let facts = app.engine.facts();
    let zone: Zone = match form.text("zone") {
        "" => app.engine.shared().instance().zone.clone(),
        name => name.parse().unwrap_or_else(|error: tocsin_policy::ScheduleError| {
            wrong.add("zone", error.to_string());
            Zone::utc()
        }),
    };
    let at = match form.text("at") {
        "" => known.now,
        text => zoned::from_input(text, &zone).map_or(known.now, |wall| facts.from_wall(wall)),
    };
    let linked = form.number("host").map(HostId).and_then(|id| session.cell(&app, id));
    let (name, id) = match &linked {
        Some(cell) => (cell.host().name.to_string(), cell.id.to_string()),
        None => (form.text("host").to_owned(), form.text("host_id").to_owned()),
    };
    let found = if name.is_empty() { None } else { host_pick::find(&app, &session, &name, &id, &mut wrong) };
    let host = found.and_then(|id| app.engine.fleet().by_id(id)).map(|cell| cell.host());
    let service = form.text("service").to_owned();
    let outcome = host.as_deref().map(|host| outcome(&app, &known, host, &service, at, &zone));
    let model = Model {
        host: name,
        host_id: id,
        service,
        at: zoned::input(facts.wall(at), &zone),
        zone: zone.name().to_owned(),
        hosts: host_pick::names(&app, &session),
        zones: Zone::names(),
        services: host.map(|host| host.services.iter().map(|service| service.name.to_string()).collect()),
        outcome,
        errors: wrong.fields,
    };
    Ok(render::page(&app, &session, "page/policy_try.html", model))
}

fn outcome(app: &App, known: &Known, host: &Host, service: &str, at: Moment, zone: &Zone) -> Outcome {
    let subject = if service.is_empty() { Subject::Host } else { Subject::Service(service.into()) };
    let facts = app.engine.facts();
    let is_now = (at - known.now).0.abs() <= NOW.0;
    let mut then = host.clone();
    if !is_now {
        // Whether it will be down, or was, is not asked here.
        then.liveness.down_since = None;
    }
    let alert = then.alerts.iter().find(|alert| alert.subject == subject);
    let first = suppressor(&then, &known.book, &facts, &subject, alert, at);
    let held = held(known, &then, &subject, at, app, first.as_ref());
    let ladder = decide_policy(&known.book, host.facts(), &subject);
    let rules: Vec<RuleThen> = match ladder.deciding.map(|policy| &policy.say) {
        Some(Say::Rules(rules)) => rules.iter().map(|rule| rule_then(known, rule, facts.wall(at), zone)).collect(),
        _ => Vec::new(),
    };
    let speaking: Vec<&str> = rules.iter().filter(|rule| rule.speaks).map(|rule| rule.receivers.as_str()).collect();
    let (told, verdict) = match (host.admission, ladder.deciding.map(|policy| &policy.say)) {
        (Admission::Pending, _) => (false, "Nobody is told: the host waits for approval.".to_owned()),
        (Admission::Ignored | Admission::Blocked, _) => (false, "Nobody is told: the host is ignored.".to_owned()),
        (_, None) => (false, "Nobody is told: no tier has an enabled policy.".to_owned()),
        (_, Some(Say::Mute)) => (false, "Nobody is told: the tier that decides says MUTE.".to_owned()),
        _ if first.is_some() => (false, format!("Nobody is told then: {}.", held[0])),
        _ if speaking.is_empty() => (false, "Nobody is told then: no rule speaks at this hour.".to_owned()),
        _ => (true, format!("{} would be told.", listed(&speaking))),
    };
    let there = matches!(&subject, Subject::Host) || host.services.iter().any(|known| *known.name == *service);
    Outcome {
        subject: match &subject {
            Subject::Host => format!("{} itself, when it does not check in", host.name),
            Subject::Service(service) => format!("{service} on {}", host.name),
        },
        host_id: host.id.0,
        when: zoned::day_and_time(facts.wall(at), zone),
        zone: zone.name().to_owned(),
        told,
        verdict,
        rules,
        held,
        note: if there { String::new() } else { format!("{} has no service {service} at the moment.", host.name) },
        ladder: policy_words::ladder(known, host, &subject),
    }
}

/// All that holds back at that moment: the one that is named first, then the others.
fn held(
    known: &Known,
    host: &Host,
    subject: &Subject,
    at: Moment,
    app: &App,
    first: Option<&Suppressor>,
) -> Vec<String> {
    let facts = app.engine.facts();
    let mut held: Vec<String> = first.map(|first| first.sentence(known)).into_iter().collect();
    let covering = known.book.downtimes.iter().filter(|downtime| covers(&downtime.scope, host, subject));
    for downtime in covering {
        if let Some(until) = downtime.schedule.in_force(facts.wall(at)) {
            let (id, title) = (downtime.id, downtime.title.clone());
            held.push(Suppressor::Downtime { id, title, until: facts.from_wall(until) }.sentence(known));
        }
    }
    for silence in host.silences.iter().filter(|silence| silence.in_force(at)) {
        let (id, by, until) = (silence.id, silence.by.clone(), silence.end);
        held.push(Suppressor::Silence { id, by, until }.sentence(known));
    }
    let alert = host.alerts.iter().find(|alert| alert.subject == *subject);
    if let Some(ack) = alert.and_then(|alert| alert.acknowledgement.as_ref()).filter(|ack| at < ack.until) {
        held.push(Suppressor::Acknowledgement { by: ack.by.clone(), until: ack.until }.sentence(known));
    }
    let mut seen = std::collections::BTreeSet::new();
    held.retain(|sentence| seen.insert(sentence.clone()));
    held
}

fn rule_then(known: &Known, rule: &Rule, wall: Moment, zone: &Zone) -> RuleThen {
    let closed = rule.active.as_ref().and_then(|hours| hours.closed_until(wall));
    RuleThen {
        receivers: known.receivers(&rule.receivers),
        first: if rule.after > Span::ZERO { format!("after {}", rule.after.words()) } else { "at once".to_owned() },
        every: match rule.every {
            Every::Interval(span) => format!("every {}", span.words()),
            Every::Urgency(level) => match known.book.urgencies.get(&level) {
                Some(span) => format!("every {} (urgency {level})", span.words()),
                None => format!("by urgency {level}, which does not exist"),
            },
        },
        speaks: closed.is_none(),
        hours: rule.active.as_ref().map(ToString::to_string).unwrap_or_default(),
        speaks_from: closed.map(|from| zoned::day_and_time(from, zone)).unwrap_or_default(),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        words => words.join(""),
    }
}
