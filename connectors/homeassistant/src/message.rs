//! What is sent. A telephone replaces the notification with the same tag, so it shows each alert once, as it is
//! now; the tag is the alert's id and needs no handle.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{one_line, shorten, shorten_bytes, tame};
use tocsin_connector::{Grade, Notification, moment};

pub(crate) const TITLE_CHARS: usize = 150;
/// Apple and Google take 4096 bytes for everything in a push.
pub(crate) const TEXT_CHARS: usize = 1_500;
const TEXT_BYTES: usize = 1_500;
const TITLE_BYTES: usize = 300;

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
    json!({"title": title(&n.marked_title()), "message": text(n), "data": data})
}

/// For an automation, which reads it as `trigger.json`.
pub(crate) fn webhook(n: &Notification) -> Value {
    let name = |name: &str| shorten(&one_line(&tame(name)), TITLE_CHARS);
    let mut body = json!({
        "kind": n.kind.word(),
        "title": title(&n.title),
        "message": text(n),
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

fn text(n: &Notification) -> String {
    shorten_bytes(tame(n.body()).trim(), TEXT_BYTES)
}
