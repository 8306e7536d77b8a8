//! An embed: a heading that leads to the alert, Monit's words, one line of context, a coloured edge.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{fit, tame};
use tocsin_connector::{Dialect, Notification, markup};

/// Discord's limit for an embed's title; it refuses the whole message with a longer one.
pub(crate) const TITLE_CHARS: usize = 256;
/// A description has 4096 characters. The text and the two lines below it share them.
pub(crate) const TEXT_CHARS: usize = 2800;
const LINE_CHARS: usize = 600;

pub(crate) fn write(n: &Notification) -> Value {
    json!({
        "embeds": [{
            "title": fit(&tame(&n.marked_title()), TITLE_CHARS, markup::markdown),
            "description": n.below_the_heading(&Dialect::MARKDOWN, markup::code_fence, TEXT_CHARS, LINE_CHARS),
            "color": n.grade().colour(),
        }],
        // Whatever the text says, nobody is called.
        "allowed_mentions": {"parse": []},
    })
}
