//! What a dashboard looks at: some hosts, and of them everything or one service.

use serde::Deserialize;
use tocsin_policy::{Admission, Alert, Host, Service, Subject};

use super::super::filter::{self, Filter, Seen, Surroundings};
use super::super::query;
use super::super::state::{self, Badge, badge};

/// Longer names are nobody's.
const MAX_CHARS: usize = 300;

/// `?by=region&name=Chicago`, `?by=service&name=nginx`, `?q=env:production team:shop`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub by: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub q: String,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Lens {
    /// `service`, `region`, `group`, `environment`, `filter`, or nothing for everything.
    pub by: &'static str,
    pub name: String,
    filter: Filter,
}

impl Lens {
    pub fn read(asked: &Asked) -> Lens {
        let cut = |text: &str| text.trim().chars().take(MAX_CHARS).collect::<String>();
        let (name, q) = (cut(&asked.name), cut(&asked.q));
        let by = ["service", "region", "group", "environment"].into_iter().find(|by| *by == asked.by);
        match by {
            Some(by) if !name.is_empty() => Lens { by, filter: Filter::read(&filter::term(by, &name)), name },
            _ if !q.is_empty() => Lens { by: "filter", filter: Filter::read(&q), name: q },
            _ => Lens { by: "", name: String::new(), filter: Filter::default() },
        }
    }

    /// The hosts: of those that take part.
    pub fn takes(&self, seen: &Seen, around: &Surroundings<'_>) -> bool {
        seen.host.admission == Admission::Approved && self.filter.takes(seen, around)
    }

    /// Whether an alert of such a host is looked at. That a host is down counts for its services as well: nothing is known
    /// of them any more.
    pub fn shows(&self, host: &Host, alert: &Alert) -> bool {
        match &alert.subject {
            Subject::Service(name) if self.by == "service" => self.service(host).is_some_and(|it| it.name == *name),
            _ => true,
        }
    }

    /// The service that is looked at, on this host.
    pub fn service<'h>(&self, host: &'h Host) -> Option<&'h Service> {
        host.services.iter().find(|service| *service.name == *self.name || state::common_name(service) == self.name)
    }

    /// How the host stands, or the service on it.
    pub fn state(&self, seen: &Seen) -> Badge {
        let host = &seen.host;
        if self.by != "service" {
            return state::of_host(host);
        }
        let Some(service) = self.service(host) else {
            return badge("unknown", "not there");
        };
        let open = host.alerts.iter().any(|alert| state::subject_is(&alert.subject, &service.name));
        state::of_service(service, open, host.liveness.down_since.is_some())
    }

    /// As a list of hosts, for whoever wants to act on them.
    pub fn hosts_path(&self) -> String {
        match self.by {
            "" => "/hosts".to_owned(),
            "filter" => super::super::hosts::path_of_filter(&self.name),
            by => super::super::hosts::path_of_filter(&filter::term(by, &self.name)),
        }
    }

    /// The same on a wall.
    pub fn wall_path(&self) -> String {
        let query = self.query();
        if query.is_empty() { "/wall".to_owned() } else { format!("/wall?{query}") }
    }

    fn query(&self) -> String {
        match self.by {
            "filter" => query(&[("q", &self.name)]),
            by => query(&[("by", by), ("name", &self.name)]),
        }
    }

    /// Its own address.
    pub fn path(&self) -> String {
        format!("/dashboards/view?{}", self.query())
    }
}

/// The address of a dashboard.
pub fn path(by: &str, name: &str) -> String {
    format!("/dashboards/view?{}", query(&[("by", by), ("name", name)]))
}
