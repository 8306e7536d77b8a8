//! Planning a downtime: what it will cover and when it comes is shown before it is saved. The preview is a GET, so that
//! it can be looked at, reloaded and handed on; only saving it is a form that is posted.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_policy::{DowntimeSchedule, GroupId, HostId, Moment, Scope, Span, Zone};

use super::super::names::Known;
use super::super::{Answer, host_pick, refusal, zoned};
use super::coverage::{Coverage, Fleet};
use super::plan_fields::{self, PlanFields};
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::{downtime, held_back};
use crate::usecase::downtime::{SaveDowntime, check};

/// Occurrences shown before it is saved.
const SHOWN: usize = 10;
/// What a downtime would have held back is counted over this time.
const LATELY: Span = Span::hours(24 * 7);
/// Notifications looked at for it.
const MAX_LATELY: i64 = 5_000;

const LIST: &str = "/silences";

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
    sentence: String,
    errors: BTreeMap<String, String>,
}

/// What was typed, or is proposed.
#[derive(Clone, Debug, Default, Serialize)]
struct Fields {
    title: String,
    /// `all`, `group`, `host` or `service`
    covers: String,
    group: i64,
    host: String,
    /// The host that a link named; counts while the name is still the one that was typed.
    host_id: String,
    service: String,
    plan: PlanFields,
}

/// What it will do.
#[derive(Serialize)]
struct Preview {
    covers: String,
    now: Coverage,
    repeats: String,
    zone: String,
    occurrences: Vec<Coming>,
    /// Notifications of the last week that it would have held back; for one that happens once: of what it covers.
    lately: usize,
}

#[derive(Serialize)]
struct Coming {
    start: String,
    end: String,
    start_ms: i64,
    running: bool,
    /// What a change of the clock does to it.
    note: String,
}

async fn form(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    session.actor.must_be(Role::Operator).map_err(|fault| Oops::back(fault, LIST))?;
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    if form.has("repeats") {
        let fields = Fields::sent(&form);
        return show(&app, &session, StatusCode::OK, fields, true, Wrong::default()).await;
    }
    let fields = Fields::proposed(&app, &session, &form).await?;
    show(&app, &session, StatusCode::OK, fields, false, Wrong::default()).await
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    let fields = Fields::sent(&form);
    let mut wrong = Wrong::default();
    let (scope, schedule) = (fields.scope(&app, &session, &mut wrong), fields.plan.schedule(&mut wrong));
    if let (Some(scope), Some(schedule)) = (scope, schedule) {
        let title = fields.title.clone();
        let action = SaveDowntime { actor: session.actor.clone(), title, scope, schedule };
        match app.engine.run(action).await {
            Ok(_) => return Ok(flash::go(&app, LIST, "The downtime is planned.")),
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
    let mut preview = None;
    if look {
        let (scope, schedule) = (fields.scope(app, session, &mut wrong), fields.plan.schedule(&mut wrong));
        if let Some(schedule) = &schedule {
            wrong.extend(check(&fields.title, schedule, wall));
        }
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
    let model = Model { fields, everything, groups, hosts, zones: Zone::names(), preview, sentence, errors };
    Ok(render::page_as(status, app, session, "page/downtime_new.html", model))
}

impl Fields {
    /// For a new one, the same again as an earlier one (`again`), or for a host that a link names (`host`).
    async fn proposed(app: &App, session: &Session, form: &Form) -> Result<Fields, Oops> {
        let (home, wall) = (app.engine.shared().instance().zone.clone(), app.engine.facts().wall(app.clock.now()));
        let mut fields = Fields {
            covers: "host".to_owned(),
            plan: PlanFields::proposed(wall, &home),
            title: form.text("title").chars().take(crate::usecase::downtime::TITLE_CHARS).collect(),
            ..Fields::default()
        };
        if let Some(id) = form.number("again") {
            let kept = downtime::one(&app.store.readers, id).await?;
            let kept = kept.filter(|kept| session.actor.reach.scope(app.engine.fleet(), &kept.scope));
            let kept = kept.ok_or_else(|| Oops::back(Fault::not_found("there is no such downtime any more"), LIST))?;
            fields.title = kept.title.clone();
            fields.plan = PlanFields::again(&kept.schedule, wall, &home);
            fields.cover(app, &kept.scope);
        } else if let Some(host) = form.number("host").map(HostId).filter(|id| session.cell(app, *id).is_some()) {
            fields.cover(app, &Scope::Host(host));
        } else if let Some(group) = form.number("group").map(GroupId) {
            fields.cover(app, &Scope::Group(group));
        }
        Ok(fields)
    }

    fn cover(&mut self, app: &App, scope: &Scope) {
        let mut name_host = |host: &HostId| {
            self.host = app.engine.fleet().by_id(*host).map(|cell| cell.host().name.to_string()).unwrap_or_default();
            self.host_id = host.to_string();
        };
        self.covers = match scope {
            Scope::All => "all",
            Scope::Group(group) => {
                self.group = group.0;
                "group"
            }
            Scope::Host(host) => {
                name_host(host);
                "host"
            }
            Scope::Service { host, service } => {
                name_host(host);
                self.service = service.to_string();
                "service"
            }
        }
        .to_owned();
    }

    fn sent(form: &Form) -> Fields {
        let text = |name: &str| form.text(name).to_owned();
        Fields {
            title: text("title"),
            covers: text("covers"),
            group: form.number("group").unwrap_or_default(),
            host: text("host"),
            host_id: text("host_id"),
            service: text("service"),
            plan: PlanFields::sent(form),
        }
    }

    /// What is covered; what is wrong is said beside its field.
    fn scope(&self, app: &App, session: &Session, wrong: &mut Wrong) -> Option<Scope> {
        match self.covers.as_str() {
            "all" => Some(Scope::All),
            "group" => {
                let group = GroupId(self.group);
                let there = app.engine.book().groups.contains_key(&group) && session.actor.reach.group(group);
                if !there {
                    wrong.add("group", "Choose a host group.");
                }
                there.then_some(Scope::Group(group))
            }
            "host" => host_pick::find(app, session, &self.host, &self.host_id, wrong).map(Scope::Host),
            "service" => {
                let host = host_pick::find(app, session, &self.host, &self.host_id, wrong)?;
                let known = app.engine.fleet().by_id(host)?.host();
                if known.services.iter().all(|service| *service.name != *self.service) {
                    wrong.add("service", service_words(&known.services, &self.service));
                    return None;
                }
                Some(Scope::Service { host, service: self.service.as_str().into() })
            }
            _ => {
                wrong.add("covers", "Choose what it covers.");
                None
            }
        }
    }
}

/// What is wrong with the name of a service, with the first names there are.
fn service_words(services: &[tocsin_policy::Service], typed: &str) -> String {
    let names: Vec<&str> = services.iter().map(|service| &*service.name).take(12).collect();
    match (names.is_empty(), typed.is_empty()) {
        (true, _) => "This host has not sent any service yet.".to_owned(),
        (false, true) => format!("Give the name of one of its services: {}.", names.join(", ")),
        (false, false) => format!("It has no service {typed}; it has {}.", names.join(", ")),
    }
}

impl Preview {
    async fn of(
        app: &App,
        session: &Session,
        known: &Known,
        fields: &Fields,
        scope: &Scope,
        schedule: &DowntimeSchedule,
        wall: Moment,
    ) -> Result<Preview, Fault> {
        let zone = match schedule.zone() {
            Some(zone) => zone.clone(),
            None => fields.plan.zone.parse().unwrap_or_else(|_| Zone::utc()),
        };
        let coming = |next: tocsin_policy::Occurrence| Coming {
            start: zoned::day_and_time(next.start, &zone),
            end: match (next.end - next.start) < Span::hours(20) {
                true => zoned::time_of_day(next.end, &zone),
                false => zoned::day_and_time(next.end, &zone),
            },
            start_ms: next.start.0,
            running: next.start <= wall,
            note: next.shifted.map(|change| change.sentence()).unwrap_or_default(),
        };
        let since = known.now - LATELY;
        let sent = held_back::sent_since(&app.store.readers, scope, since, MAX_LATELY).await?;
        let once = matches!(schedule, DowntimeSchedule::Once { .. });
        Ok(Preview {
            covers: known.scope(scope),
            now: Fleet::of(app, session).covered(scope),
            repeats: plan_fields::in_words(schedule),
            occurrences: schedule.preview(wall, SHOWN).into_iter().map(coming).collect(),
            zone: zone.name().to_owned(),
            lately: sent.into_iter().filter(|at| once || schedule.in_force(*at).is_some()).count(),
        })
    }
}
