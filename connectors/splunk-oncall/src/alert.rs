//! One alert. `entity_id` is the identity of the incident: all alerts about it carry the id of ours, so one
//! that was resolved there by hand is opened again by the next reminder.

use tocsin_connector::serde_json::{Map, Value};
use tocsin_connector::text::{one_line, shorten, tame};
use tocsin_connector::{Grade, Kind, Notification};

/// It heads the incident and is read out on the phone.
pub(crate) const NAME_CHARS: usize = 250;
/// No limit is published; more than this is no notification.
pub(crate) const MESSAGE_CHARS: usize = 10_000;
/// Shows as a link beside the incident under the name that follows.
const LINK: &str = "vo_annotate.u.";

pub(crate) fn write(n: &Notification) -> Value {
    // What Splunk On-Call gives no meaning to is shown in the incident's table.
    let mut alert: Map<String, Value> = n.details().into_iter().map(|(name, value)| (name, value.into())).collect();
    let fields = [
        ("message_type", message_type(n).to_owned()),
        ("entity_id", n.alert_id.clone()),
        ("entity_display_name", shorten(&tame(&n.title), NAME_CHARS)),
        ("state_message", shorten(&tame(n.body()), MESSAGE_CHARS)),
        ("monitoring_tool", "tocsin".to_owned()),
        ("host_name", shorten(&one_line(&tame(&n.host.name)), NAME_CHARS)),
    ];
    alert.extend(fields.map(|(name, value)| (name.to_owned(), value.into())));
    alert.insert("state_start_time".into(), (n.since_ms / 1000).into());
    alert.extend(n.links().into_iter().map(|(words, url)| (format!("{LINK}{words}"), url.into())));
    if let Some(taken) = n.acknowledgement.as_ref().filter(|_| n.kind == Kind::Acknowledged) {
        alert.insert("ack_author".into(), shorten(&one_line(&tame(&taken.by)), NAME_CHARS).into());
    }
    alert.into()
}

fn message_type(n: &Notification) -> &'static str {
    match (n.kind, n.grade()) {
        (Kind::Acknowledged, _) => "ACKNOWLEDGEMENT",
        (Kind::Recovery, _) => "RECOVERY",
        (Kind::Change | Kind::Test, _) => "INFO",
        (Kind::Problem | Kind::Reminder, Grade::Critical | Grade::Error) => "CRITICAL",
        (Kind::Problem | Kind::Reminder, _) => "WARNING",
    }
}
