//! What Gotify is sent: a title, Markdown, a priority.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{shorten, tame};
use tocsin_connector::{Dialect, Grade, Kind, Notification, markup};

/// Gotify has no limits of its own; more than this is read by nobody on a phone.
pub(crate) const TITLE_CHARS: usize = 250;
pub(crate) const TEXT_CHARS: usize = 4000;
const LINE_CHARS: usize = 2000;

pub(crate) fn write(n: &Notification) -> Value {
    let mut extras = json!({"client::display": {"contentType": "text/markdown"}});
    if let Some(url) = &n.url {
        extras["client::notification"] = json!({"click": {"url": url}});
    }
    json!({
        "title": shorten(&tame(&n.marked_title()), TITLE_CHARS),
        "message": n.below_the_heading(&Dialect::MARKDOWN, markup::code_block, TEXT_CHARS, LINE_CHARS),
        "priority": priority(n),
        "extras": extras,
    })
}

/// 0 to 10. On Android 1 to 3 make no sound, 4 to 7 do, and 8 and above vibrate and pop up.
fn priority(n: &Notification) -> u8 {
    match n.grade() {
        Grade::Critical => 10,
        Grade::Error => 8,
        Grade::Warning => 5,
        Grade::Good | Grade::Info if n.kind == Kind::Test => 5,
        Grade::Good | Grade::Info => 3,
    }
}
