//! What stands in the channel: a heading, Monit's words, one line of context, a coloured edge.
//!
//! The blocks are inside an attachment, since only attachments have a colour. `text` is what shows in
//! notifications on a phone and what screen readers read.

use crate::text::{escape, fit, shorten};
use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::{Kind, Notification};

/// Slack refuses longer ones; the whole message with it.
pub(crate) const HEADER_CHARS: usize = 150;
pub(crate) const SECTION_CHARS: usize = 3000;
const CONTEXT_CHARS: usize = 2000;
/// Slack's own limit is 40 000; more than this is no notification.
const FALLBACK_CHARS: usize = 300;
const LINK_CHARS: usize = 3000;
/// Labels beyond these would bury the rest of the line.
const SHOWN_LABELS: usize = 10;
const PART_CHARS: usize = 200;

pub(crate) fn write(n: &Notification) -> Value {
    let title = format!("{} {}", mark(n.kind), n.title);
    // Slack refuses an empty block.
    let text = if n.text.trim().is_empty() { &title } else { &n.text };
    let mut blocks = vec![
        // Plain text is no markup: Monit's words stay as they are, asterisks and all.
        json!({"type": "header", "text": {"type": "plain_text", "text": shorten(&title, HEADER_CHARS)}}),
        json!({"type": "section", "text": {"type": "plain_text", "emoji": false, "text": shorten(text, SECTION_CHARS)}}),
        json!({"type": "context", "elements": [{"type": "mrkdwn", "text": context(n)}]}),
    ];
    if let Some(url) = n.url.as_ref().filter(|url| url.len() <= LINK_CHARS) {
        let link = format!("<{}|Open the alert>", escape(&url.replace('|', "%7C")));
        blocks.insert(2, json!({"type": "section", "text": {"type": "mrkdwn", "text": link}}));
    }
    json!({
        "text": fit(&title, FALLBACK_CHARS),
        "unfurl_links": false,
        "attachments": [{"color": colour(n), "blocks": blocks}],
    })
}

/// The same line for every kind, so that the eye finds things in their places.
fn context(n: &Notification) -> String {
    let mut parts = vec![("Host", n.host.name.clone())];
    let mut add = |name, value: &Option<String>| parts.extend(value.iter().map(|value| (name, value.clone())));
    add("Service", &n.service);
    add("Environment", &n.environment);
    add("Region", &n.region);
    add("Urgency", &n.urgency.map(|urgency| urgency.to_string()));
    add("Lasted", &n.duration_ms.filter(|_| n.kind == Kind::Recovery).map(duration));
    let mut line: Vec<String> =
        parts.into_iter().map(|(name, value)| format!("*{name}* {}", fit(&value, PART_CHARS))).collect();
    for label in n.labels.iter().take(SHOWN_LABELS) {
        line.push(format!("{}={}", fit(&label.name, PART_CHARS), fit(&label.value, PART_CHARS)));
    }
    let mut text = String::new();
    for part in line {
        // A part that does not fit whole would be cut in the middle of an escape.
        if text.chars().count() + part.chars().count() + 5 > CONTEXT_CHARS {
            break;
        }
        if !text.is_empty() {
            text.push_str("  ·  ");
        }
        text.push_str(&part);
    }
    text
}

/// Kinds differ by their sign too: colour alone is nothing to some eyes.
fn mark(kind: Kind) -> &'static str {
    match kind {
        Kind::Problem => "🔴",
        Kind::Reminder => "🔁",
        Kind::Recovery => "✅",
        Kind::Change => "✏️",
        Kind::Test => "🔧",
    }
}

fn colour(n: &Notification) -> &'static str {
    match (n.kind, n.urgency) {
        (Kind::Recovery, _) => "#2e7d32",
        (Kind::Change | Kind::Test, _) => "#1565c0",
        (Kind::Problem | Kind::Reminder, Some(1) | None) => "#c62828",
        (Kind::Problem | Kind::Reminder, Some(_)) => "#ef6c00",
    }
}

/// The two largest units, such as "2 h 5 min".
fn duration(ms: u64) -> String {
    let seconds = ms / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_said_in_two_units() {
        assert_eq!(duration(59_999), "59 s");
        assert_eq!(duration(299_000), "4 min 59 s");
        assert_eq!(duration(7_500_000), "2 h 5 min");
        assert_eq!(duration(90_000_000), "1 d 1 h");
    }
}
