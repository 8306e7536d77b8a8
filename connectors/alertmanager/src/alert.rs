//! One alert. To Alertmanager its labels *are* the alert: the same labels again are the same alert, and one
//! label more is another. So the handle of a delivery is its labels, and what follows about the alert carries
//! them unchanged, whatever the host is labelled with by then.

use std::collections::BTreeMap;
use tocsin_connector::serde_json::{self, Value, json};
use tocsin_connector::text::{one_line, shorten, tame};
use tocsin_connector::{Kind, Label, Notification, moment};

pub(crate) type Labels = BTreeMap<String, String>;

/// Alertmanager has no limits; mails and chats behind it have.
pub(crate) const SUMMARY_CHARS: usize = 1_000;
pub(crate) const DESCRIPTION_CHARS: usize = 10_000;
const VALUE_CHARS: usize = 100;
/// More would bury the others in every group.
const HOST_LABELS: usize = 10;
/// Changes and tests show for a quarter of an hour and end by themselves.
const PASSING_MS: u64 = 15 * 60_000;
const HOUR_MS: u64 = 3_600_000;
/// The label that makes an alert one of ours.
const ID: &str = "tocsin_alert";

/// Those it was opened with, if that is known.
pub(crate) fn labels(n: &Notification) -> Labels {
    let before = n.prior_handle.as_deref().and_then(|handle| serde_json::from_str::<Labels>(handle).ok());
    before.filter(|labels| labels.get(ID) == Some(&n.alert_id)).unwrap_or_else(|| new_labels(n))
}

/// The host's own labels under their own names, as rules for routing expect them; ours go first.
fn new_labels(n: &Notification) -> Labels {
    let mut labels: Labels = n.labels.iter().take(HOST_LABELS).filter_map(label).collect();
    let ours = [
        ("alertname", Some(n.service.as_deref().unwrap_or("host"))),
        ("host", Some(n.host.name.as_str())),
        ("service", n.service.as_deref()),
        ("environment", n.environment.as_deref()),
        ("region", n.region.as_deref()),
        ("group", n.group.as_deref()),
        ("severity", Some(severity(n))),
        ("source", Some("tocsin")),
    ];
    for (name, value) in ours {
        labels.remove(name);
        labels.extend(value.map(short).filter(|value| !value.is_empty()).map(|value| (name.to_owned(), value)));
    }
    labels.insert(ID.into(), n.alert_id.clone());
    labels
}

/// Names have letters, digits and underscores only, and two underscores in front are Prometheus's own.
fn label(label: &Label) -> Option<(String, String)> {
    let name = one_line(&label.name).replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let name = shorten(name.trim_matches('_'), VALUE_CHARS).replace('…', "_");
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name };
    let value = short(&label.value);
    (!name.is_empty() && !value.is_empty()).then_some((name, value))
}

fn short(value: &str) -> String {
    shorten(&one_line(&tame(value)), VALUE_CHARS)
}

/// By urgency alone, so that a recovery whose handle was lost still has the labels of its problem.
fn severity(n: &Notification) -> &'static str {
    match (n.kind, n.urgency) {
        (Kind::Change | Kind::Test, _) => "info",
        (_, Some(3..)) => "warning",
        (_, Some(2)) => "error",
        (_, Some(0 | 1) | None) => "critical",
    }
}

pub(crate) fn write(n: &Notification, labels: &Labels, hold_hours: u32) -> Value {
    let mut annotations = json!({
        "summary": shorten(&tame(&n.title), SUMMARY_CHARS),
        "description": shorten(&tame(n.body()), DESCRIPTION_CHARS),
    });
    let by = n.acknowledgement.as_ref().map(|taken| short(&taken.by));
    let more = [("acknowledged_by", &by), ("acknowledge_url", &n.acknowledge_url), ("silence_url", &n.silence_url)];
    for (name, value) in more {
        if let Some(value) = value {
            annotations[name] = value.as_str().into();
        }
    }
    let mut alert = json!({
        "labels": labels,
        "annotations": annotations,
        "startsAt": moment::rfc3339(n.since_ms),
        "endsAt": moment::rfc3339(ends(n, hold_hours)),
    });
    if let Some(url) = &n.url {
        alert["generatorURL"] = url.as_str().into();
    }
    json!([alert])
}

/// Without an end Alertmanager takes an alert for solved a few minutes after its last push. It is told once
/// and reminded now and then, so the end lies where no reminder is expected any more.
fn ends(n: &Notification, hold_hours: u32) -> u64 {
    let ends = match n.kind {
        Kind::Recovery => n.ended_at_ms.unwrap_or(n.decided_at_ms),
        Kind::Change | Kind::Test => n.decided_at_ms.saturating_add(PASSING_MS),
        Kind::Problem | Kind::Reminder | Kind::Acknowledged => {
            n.decided_at_ms.saturating_add(u64::from(hold_hours) * HOUR_MS)
        }
    };
    // An end before the beginning is refused.
    ends.max(n.since_ms)
}
