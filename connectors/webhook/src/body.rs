//! The body: every field of the notification under its own name, in a document with a version.
//!
//! `schema` is 1 as long as keys are only added. README.md is the reference for those who read it.

use std::collections::BTreeMap;
use tocsin_connector::serde_json::{self, Value, json};
use tocsin_connector::{Bundled, Notification};

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
        "kind": n.kind.word(),
        "urgency": n.urgency,
        "alert_id": n.alert_id,
        "host": {"id": n.host.id, "name": n.host.name},
        "service": n.service,
        "group": n.group,
        "tier": n.tier.word(),
        "message": n.message,
        "title": n.title,
        "text": n.text,
        "html": n.html,
        "url": n.url,
        "acknowledge_url": n.acknowledge_url,
        "silence_url": n.silence_url,
        "acknowledgement": n.acknowledgement.as_ref().map(
            |taken| json!({"by": taken.by, "note": taken.note, "until_ms": taken.until_ms}),
        ),
        "since_ms": n.since_ms,
        "decided_at_ms": n.decided_at_ms,
        "ended_at_ms": n.ended_at_ms,
        "ended_because": n.ended_because,
        "duration_ms": n.duration_ms,
        "environment": n.environment,
        "region": n.region,
        "labels": labels,
        "prior_handle": n.prior_handle,
        "bundle": n.bundle.iter().map(part).collect::<Vec<_>>(),
        "data": data,
    });
    body.to_string().into_bytes()
}

fn part(part: &Bundled) -> Value {
    json!({
        "kind": part.kind.word(),
        "urgency": part.urgency,
        "alert_id": part.alert_id,
        "host": {"id": part.host.id, "name": part.host.name},
        "service": part.service,
        "title": part.title,
        "message": part.message,
        "since_ms": part.since_ms,
        "ended_at_ms": part.ended_at_ms,
        "url": part.url,
        "acknowledge_url": part.acknowledge_url,
        "prior_handle": part.prior_handle,
    })
}

/// What the far side calls the message: the string `handle` of a JSON answer, if it sends one.
pub(crate) fn handle(answer: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let handle = answer.get("handle")?.as_str()?;
    (!handle.is_empty() && handle.len() <= HANDLE_BYTES).then(|| handle.to_owned())
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
