//! What is sent. A telephone replaces the notification with the same tag, so it shows each alert once, as it is
//! now; the tag is the alert's id and needs no handle.
//!
//! Three things in a text would do something: an action renders templates (`{{ states(…) }}`), Android formats
//! some of HTML, and the app takes a message of certain single words (`clear_notification`) for a command.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{one_line, shorten, shorten_bytes, tame};
use tocsin_connector::{Grade, Notification, markup, moment};

pub(crate) const TITLE_CHARS: usize = 150;
/// Apple and Google take 4096 bytes for everything in a push.
pub(crate) const TEXT_CHARS: usize = 1_500;
const TEXT_BYTES: usize = 1_500;
const TITLE_BYTES: usize = 300;
/// Has no width.
const GAP: char = '\u{200b}';

/// For a notify action. Those that know no `data` ignore it.
pub(crate) fn action(n: &Notification) -> Value {
    let mut data = json!({
        "tag": n.alert_id,
        "group": "tocsin",
        "color": n.grade().hex(),
        "actions": n.links().into_iter().map(|(words, url)| json!({"action": "URI", "title": words, "uri": url})).collect::<Vec<_>>(),
        // Android: awake at once.
        "ttl": 0,
        "priority": "high",
        // Apple: breaks through a focus when it is urgent.
        "push": {"interruption-level": if n.grade() >= Grade::Error { "time-sensitive" } else { "active" }},
    });
    if let Some(url) = &n.url {
        // Apple's name and Android's for where a tap leads.
        data["url"] = url.as_str().into();
        data["clickAction"] = url.as_str().into();
    }
    json!({"title": title(&inert(&n.marked_title())), "message": text(&inert(n.body())), "data": data})
}

/// For an automation, which reads it as `trigger.json`.
pub(crate) fn webhook(n: &Notification) -> Value {
    let name = |name: &str| shorten(&one_line(&tame(name)), TITLE_CHARS);
    let mut body = json!({
        "kind": n.kind.word(),
        "title": title(&n.title),
        "message": text(n.body()),
        "alert_id": n.alert_id,
        "open": n.is_open(),
        "urgency": n.urgency,
        "host": name(&n.host.name),
        "service": n.service.as_deref().map(name),
        "since": moment::rfc3339(n.since_ms),
        "details": n.details(),
    });
    for (words, url) in [("url", &n.url), ("acknowledge_url", &n.acknowledge_url), ("silence_url", &n.silence_url)] {
        body[words] = url.as_deref().into();
    }
    body
}

fn title(title: &str) -> String {
    shorten_bytes(&shorten(&tame(title), TITLE_CHARS), TITLE_BYTES)
}

fn text(text: &str) -> String {
    shorten_bytes(tame(text).trim(), TEXT_BYTES)
}

/// An invisible space where text would begin a template or a tag, and before a single word.
fn inert(text: &str) -> String {
    // First of all: what is taken out here must not bring two braces together later.
    let text = tame(text);
    let mut inert = String::with_capacity(text.len());
    if text.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        inert.push(GAP);
    }
    let text = markup::no_tags(&text);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        inert.push(c);
        if c == '{' && chars.peek().is_some_and(|next| matches!(next, '{' | '%' | '#')) {
            inert.push(GAP);
        }
    }
    inert
}
