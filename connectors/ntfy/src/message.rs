//! What is published: title, text, priority, a sign, buttons.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{shorten, shorten_bytes, tame};
use tocsin_connector::{Grade, Kind, Notification};

pub(crate) const TITLE_CHARS: usize = 250;
/// ntfy turns a longer message into a file to download. The whole of 4096 bytes is its limit.
const MESSAGE_BYTES: usize = 4096;
/// What is declared: characters of up to four bytes that fit in any case.
pub(crate) const TEXT_CHARS: usize = MESSAGE_BYTES / 4;
/// ntfy shows no more buttons.
const ACTIONS: usize = 3;

pub(crate) fn write(n: &Notification, topic: &str) -> Value {
    let actions = n.links().into_iter().take(ACTIONS);
    let actions = actions.map(|(label, url)| json!({"action": "view", "label": label, "url": url, "clear": false}));
    let mut message = json!({
        "topic": topic,
        "title": shorten(&tame(&n.title), TITLE_CHARS),
        "message": shorten_bytes(tame(n.body()).trim(), MESSAGE_BYTES),
        "priority": priority(n),
        "tags": [tag(n.kind)],
        "actions": actions.collect::<Vec<_>>(),
    });
    if let Some(url) = &n.url {
        message["click"] = json!(url);
    }
    message
}

/// 1 to 5; 3 is ordinary, 5 rings and buzzes for long, 2 makes no sound.
fn priority(n: &Notification) -> u8 {
    match n.grade() {
        Grade::Critical => 5,
        Grade::Error => 4,
        Grade::Warning => 3,
        Grade::Good | Grade::Info if n.kind == Kind::Test => 3,
        Grade::Good | Grade::Info => 2,
    }
}

/// ntfy puts the emoji of this name before the title.
fn tag(kind: Kind) -> &'static str {
    match kind {
        Kind::Problem => "red_circle",
        Kind::Reminder => "repeat",
        Kind::Acknowledged => "bust_in_silhouette",
        Kind::Recovery => "white_check_mark",
        Kind::Change => "pencil2",
        Kind::Test => "wrench",
    }
}
