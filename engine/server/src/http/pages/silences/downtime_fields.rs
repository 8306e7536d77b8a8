//! The fields of a downtime's form: what is proposed, what was typed, and the scope that it means.

use serde::Serialize;
use tocsin_policy::{GroupId, HostId, Scope};

use super::super::host_pick;
use super::LIST;
use super::plan_fields::PlanFields;
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::store::page::downtime;
use crate::usecase::downtime::{TITLE_CHARS, services_of, unknown_service};

/// What was typed, or is proposed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fields {
    pub title: String,
    /// `all`, `group`, `host` or `service`
    covers: String,
    group: i64,
    host: String,
    /// The host that a link named; counts while the name is still the one that was typed.
    host_id: String,
    service: String,
    pub plan: PlanFields,
}

impl Fields {
    /// For a new one, the same again as an earlier one (`again`), or for a host that a link names (`host`).
    pub async fn proposed(app: &App, session: &Session, form: &Form) -> Result<Fields, Oops> {
        let (home, wall) = (app.engine.shared().instance().zone.clone(), app.engine.facts().wall(app.clock.now()));
        let mut fields = Fields {
            covers: "host".to_owned(),
            plan: PlanFields::proposed(wall, &home),
            title: form.text("title").chars().take(TITLE_CHARS).collect(),
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

    pub fn sent(form: &Form) -> Fields {
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
    pub fn scope(&self, app: &App, session: &Session, wrong: &mut Wrong) -> Option<Scope> {
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
                if self.service.is_empty() {
                    let has = services_of(&app.engine.fleet().by_id(host)?.host());
                    wrong.add("service", format!("Give the name of one of its services: {has}."));
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
    /// What is to be known of the service that is covered, though it is no mistake.
    pub fn warning(&self, app: &App, scope: &Scope) -> Option<String> {
        let Scope::Service { host, service } = scope else { return None };
        unknown_service(&app.engine.fleet().by_id(*host)?.host(), service)
    }
}
