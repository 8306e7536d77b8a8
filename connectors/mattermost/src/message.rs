//! What stands in the channel: a heading, and an attachment with a coloured edge.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{fit, shorten, tame};
use tocsin_connector::{Dialect, Notification, markup};

/// Mattermost takes 16 383 characters; more than this is no notification.
pub(crate) const TITLE_CHARS: usize = 250;
pub(crate) const TEXT_CHARS: usize = 4000;
const LINE_CHARS: usize = 2000;

/// `@channel` in a message of a webhook would call everybody.
const DIALECT: Dialect = Dialect { escape, ..Dialect::MARKDOWN };

fn escape(text: &str) -> String {
    markup::no_mentions(&markup::markdown(text))
}

/// The heading in Markdown. It shows in notifications on a phone.
pub(crate) fn heading(n: &Notification) -> String {
    (DIALECT.bold)(&fit(&tame(&n.marked_title()), TITLE_CHARS, DIALECT.escape))
}

pub(crate) fn attachment(n: &Notification) -> Value {
    json!({
        "fallback": markup::no_mentions(&shorten(&tame(&n.marked_title()), TITLE_CHARS)),
        "color": n.grade().hex(),
        "text": n.below_the_heading(&DIALECT, markup::code_block, TEXT_CHARS, LINE_CHARS),
    })
}
