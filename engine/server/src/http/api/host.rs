//! One host: its services with what they measured last, its open alerts, and who would be told if it went down.

use std::collections::HashMap;

use tocsin_monit::{Quantity, ServiceType};
use tocsin_policy::{AlertKind, Host, HostId, Subject, liveness};

use super::auth::Program;
use super::json::Object;
use super::{Answer, hosts, policies};
use crate::app::App;
use crate::engine::fleet::Document;
use crate::http::pages::filter::Seen;
use crate::http::pages::names::Known;
use crate::http::pages::{services, state};

/// Values of one service; a filesystem or a network link has two dozen.
const MAX_VALUES: usize = 200;
/// A program's output is cut here.
const TEXT_CHARS: usize = 4_000;

/// Everything about a host.
pub async fn answer(app: &App, who: &Program, id: HostId) -> Answer {
    let cell = who.host(app, id)?;
    let (seen, document) = (Seen::at(&cell), cell.lock().document.clone());
    let known = Known::load(app).await?;
    let host = &*seen.host;
    let deadline = liveness::deadline(host, &known.book, &app.engine.facts());
    let platform: serde_json::Value = serde_json::from_str(&seen.profile.platform).unwrap_or_default();
    Ok(hosts::summary(&seen, &known.book, known.now)
        .with("platform", platform)
        .at("deadline", deadline)
        .with("missed_cycles", host.liveness.missed_cycles)
        .with("twin", host.twin.as_ref().map(|twin| twin.other_name.to_string()))
        .list("services", services_of(host, &document))
        .list(
            "alerts",
            host.alerts.iter().map(|alert| {
                let service = crate::store::alert::service_of(&alert.subject);
                Object::new().id("id", alert.id.0).with("service", service).at("since", alert.opened_at)
            }),
        )
        .list("ladder", policies::ladder(host, &Subject::Host, &known)))
}

/// In the agent's order.
fn services_of(host: &Host, document: &Document) -> Vec<Object> {
    let mut values = values(document);
    let down = host.liveness.down_since.is_some();
    let services = host.services.iter().map(|service| {
        let alert = host.alerts.iter().find(|alert| state::subject_is(&alert.subject, &service.name));
        let open = alert.is_some_and(|alert| alert.kind == AlertKind::Problem);
        Object::new()
            .with("name", &*service.name)
            .with("kind", ServiceType::from_code(u32::from(service.kind)).name())
            .with("state", state::of_service(service, open, down).word)
            .with("tests", services::tests(service.status, service.monitor))
            .id("alert", alert.map(|alert| alert.id.0))
            .with("values", values.remove(&*service.name).unwrap_or_default())
    });
    services.collect()
}

/// What was measured, by service: as the agent sent it, in its units.
fn values(document: &Document) -> HashMap<String, Object> {
    let read = services::read(document, |report| {
        let of = |service: &tocsin_monit::Service<'_>| {
            let values = service.values();
            values.iter().take(MAX_VALUES).fold(Object::new(), |object, value| {
                let quantity = match &value.quantity {
                    Quantity::Number(number) => serde_json::Value::from(*number),
                    Quantity::Text(text) => text.chars().take(TEXT_CHARS).collect::<String>().into(),
                };
                object.with(&value.name, Object::new().with("value", quantity).with("unit", value.unit.symbol()))
            })
        };
        report.services.iter().map(|service| (service.name.to_string(), of(service))).collect()
    });
    read.unwrap_or_default()
}
