//! One event. The deduplication key is the alert: all events of an alert meet in one PagerDuty alert, and one
//! that was closed there by hand is opened again by the next reminder.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{one_line, shorten, tame};
use tocsin_connector::{Grade, Kind, Notification, moment};

/// PagerDuty refuses longer ones.
pub(crate) const SUMMARY_CHARS: usize = 1024;
/// Only the event as a whole is limited, to 512 KB; more than this is no notification.
pub(crate) const TEXT_CHARS: usize = 10_000;
/// For names, which stand in columns.
const NAME_CHARS: usize = 255;

/// An event that opens, acknowledges or resolves.
pub(crate) fn alert(n: &Notification, routing_key: &str) -> Value {
    let mut payload = payload(n);
    payload["severity"] = severity(n.grade()).into();
    payload["class"] = n.kind.word().into();
    let mut event = json!({
        "routing_key": routing_key,
        "event_action": action(n.kind),
        "dedup_key": n.alert_id,
        "client": "tocsin",
        "links": links(n),
    });
    // What is not known stays away: null is no text.
    for (field, value) in [("component", &n.service), ("group", &n.group)] {
        value.iter().for_each(|value| payload[field] = name(value).into());
    }
    n.url.iter().for_each(|url| event["client_url"] = url.as_str().into());
    event["payload"] = payload;
    event
}

/// An event of the timeline of changes.
pub(crate) fn change(n: &Notification, routing_key: &str) -> Value {
    json!({"routing_key": routing_key, "links": links(n), "payload": payload(n)})
}

fn payload(n: &Notification) -> Value {
    let mut details = n.details();
    details.insert("text".into(), shorten(&tame(n.body()), TEXT_CHARS));
    json!({
        "summary": shorten(&tame(&n.title), SUMMARY_CHARS),
        "source": name(&n.host.name),
        "timestamp": moment::rfc3339(n.decided_at_ms),
        "custom_details": details,
    })
}

fn action(kind: Kind) -> &'static str {
    match kind {
        Kind::Acknowledged => "acknowledge",
        Kind::Recovery => "resolve",
        Kind::Problem | Kind::Reminder | Kind::Change | Kind::Test => "trigger",
    }
}

fn severity(grade: Grade) -> &'static str {
    match grade {
        Grade::Critical => "critical",
        Grade::Error => "error",
        Grade::Warning => "warning",
        Grade::Info | Grade::Good => "info",
    }
}

fn links(n: &Notification) -> Vec<Value> {
    n.links().into_iter().map(|(words, url)| json!({"href": url, "text": words})).collect()
}

fn name(name: &str) -> String {
    shorten(&one_line(&tame(name)), NAME_CHARS)
}
