//! The body: every field of the notification under its own name, in a document with a version.
//!
//! `schema` is 1 as long as keys are only added. README.md is the reference for those who read it.

use std::collections::BTreeMap;
use tocsin_connector::serde_json::{self, Value, json};
use tocsin_connector::{Kind, Notification, Tier};

/// The version of this document.
const SCHEMA: u32 = 1;

/// Longest handle that is kept: it is stored with the delivery and comes back each time.
const HANDLE_BYTES: usize = 256;

pub(crate) fn write(n: &Notification) -> Vec<u8> {
    let labels: BTreeMap<&str, &str> =
        n.labels.iter().map(|label| (label.name.as_str(), label.value.as_str())).collect();
    let data: Value = serde_json::from_str(&n.data).unwrap_or(Value::Null);
    let body = json!({
        "schema": SCHEMA,
        "idempotency_key": n.idempotency_key,
        "attempt": n.attempt,
        "kind": kind(n.kind),
        "urgency": n.urgency,
        "alert_id": n.alert_id,
        "host": {"id": n.host.id, "name": n.host.name},
        "service": n.service,
        "group": n.group,
        "tier": tier(n.tier),
        "message": n.message,
        "title": n.title,
        "text": n.text,
        "html": n.html,
        "url": n.url,
        "since_ms": n.since_ms,
        "decided_at_ms": n.decided_at_ms,
        "ended_at_ms": n.ended_at_ms,
        "duration_ms": n.duration_ms,
        "environment": n.environment,
        "region": n.region,
        "labels": labels,
        "prior_handle": n.prior_handle,
        "data": data,
    });
    body.to_string().into_bytes()
}

/// What the far side calls the message: the string `handle` of a JSON answer, if it sends one.
pub(crate) fn handle(answer: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let handle = answer.get("handle")?.as_str()?;
    (!handle.is_empty() && handle.len() <= HANDLE_BYTES).then(|| handle.to_owned())
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Problem => "problem",
        Kind::Reminder => "reminder",
        Kind::Recovery => "recovery",
        Kind::Change => "change",
        Kind::Test => "test",
    }
}

fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Service => "service",
        Tier::Host => "host",
        Tier::Group => "group",
        Tier::Default => "default",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_taken_from_a_json_answer_only() {
        assert_eq!(handle(br#"{"handle":"TICKET-7"}"#).as_deref(), Some("TICKET-7"));
        assert_eq!(handle(b"ok"), None);
        assert_eq!(handle(br#"{"handle":7}"#), None);
        assert_eq!(handle(format!("{{\"handle\":\"{}\"}}", "x".repeat(257)).as_bytes()), None);
    }
}
