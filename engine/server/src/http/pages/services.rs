//! The services of a host with their current values, read from its newest document on demand.

use std::collections::HashMap;

use serde::Serialize;
use tocsin_monit::{Report, Service, ServiceType};
use tocsin_policy::{AlertKind, Host, HostId, Names, Subject, deciding};

use super::names::Known;
use super::state::{self, Badge};
use super::values::{self, Shown};
use crate::engine::fleet::Document;
use crate::http::pages::query;

/// The services of one kind.
#[derive(Serialize)]
pub struct Kind {
    pub name: String,
    pub services: Vec<Row>,
}

#[derive(Serialize)]
pub struct Row {
    pub name: String,
    pub state: Badge,
    /// Which tests fail or have changed.
    pub tests: String,
    pub values: Vec<Shown>,
    pub output: Option<String>,
    /// Where the policy of this service is edited.
    pub policy_path: String,
    /// The policy that decides for it, where it is not the one that decides for the host.
    pub decides: Option<String>,
    pub alert: Option<i64>,
}

struct Details {
    values: Vec<Shown>,
    output: Option<String>,
}

/// Grouped by kind: the system first, then in the agent's order.
pub fn of(host: &Host, document: &Document, known: &Known) -> Vec<Kind> {
    let mut details = details(document);
    let down = host.liveness.down_since.is_some();
    let mut kinds: Vec<(u32, Vec<Row>)> = Vec::new();
    for service in &host.services {
        let kind = u32::from(service.kind);
        let found = details.remove(&*service.name);
        let alert = host.alerts.iter().find(|alert| state::subject_is(&alert.subject, &service.name));
        let open = alert.is_some_and(|alert| alert.kind == AlertKind::Problem);
        let (values, output) = found.map_or_else(Default::default, |found| (found.values, found.output));
        let row = Row {
            name: service.name.to_string(),
            state: state::of_service(service, open, down),
            tests: tests(service.status, service.monitor),
            values,
            output,
            policy_path: policy_path(host.id, &service.name),
            decides: decides(host, &service.name, known),
            alert: alert.map(|alert| alert.id.0),
        };
        match kinds.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, rows)) => rows.push(row),
            None => kinds.push((kind, vec![row])),
        }
    }
    let system = ServiceType::System.code();
    kinds.sort_by_key(|(kind, _)| *kind != system);
    kinds.into_iter().map(|(kind, services)| Kind { name: kind_words(kind), services }).collect()
}

fn decides(host: &Host, service: &str, known: &Known) -> Option<String> {
    let of = |subject: &Subject| deciding(&known.book, host.facts(), subject).map(|policy| policy.id);
    let (own, general) = (of(&Subject::Service(service.into())), of(&Subject::Host));
    own.filter(|_| own != general).map(|policy| known.policy(policy))
}

/// Where the policy of a service is edited.
pub fn policy_path(host: HostId, service: &str) -> String {
    format!("/policies/edit?{}", query(&[("target", &format!("service:{host}:{service}"))]))
}

fn details(document: &Document) -> HashMap<String, Details> {
    let of = |service: &Service<'_>| {
        let values = service.values();
        (service.name.to_string(), Details { values: values::shown(&values), output: values::output(&values) })
    };
    read(document, |report| report.services.iter().map(of).collect()).unwrap_or_default()
}

/// Looks into the newest document of a host; nothing if none has come yet.
pub fn read<T>(document: &Document, look: impl FnOnce(&Report<'_>) -> T) -> Option<T> {
    let bytes = tocsin_monit::inflate(&document.body, false, tocsin_monit::MAX_DOCUMENT_BYTES).ok()?;
    tocsin_monit::parse(&bytes).ok().map(|report| look(&report))
}

/// Which tests fail or have changed.
pub fn tests(status: u32, monitor: u8) -> String {
    if monitor & 1 == 0 {
        return String::new();
    }
    tocsin_monit::event_labels(status).collect::<Vec<_>>().join(", ")
}

fn kind_words(kind: u32) -> String {
    match ServiceType::from_code(kind).name() {
        "directory" => "Directories".to_owned(),
        "process" => "Processes".to_owned(),
        "system" => "System".to_owned(),
        "unknown" => "Other".to_owned(),
        one => format!("{}s", super::timeline::capital(one)),
    }
}
