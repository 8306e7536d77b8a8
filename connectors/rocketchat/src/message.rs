//! What stands in the room: a heading, and an attachment with a coloured edge.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{fit, tame};
use tocsin_connector::{Dialect, Notification, markup};

/// A server takes 5000 characters unless it is set otherwise.
pub(crate) const TITLE_CHARS: usize = 250;
pub(crate) const TEXT_CHARS: usize = 3000;
const LINE_CHARS: usize = 800;

/// One asterisk on each side is bold, and `@all` in a message would call everybody.
const DIALECT: Dialect = Dialect { escape, bold: |text| format!("*{text}*"), ..Dialect::MARKDOWN };

fn escape(text: &str) -> String {
    markup::no_mentions(&markup::markdown(text))
}

pub(crate) fn write(n: &Notification) -> Value {
    json!({
        "text": (DIALECT.bold)(&fit(&tame(&n.marked_title()), TITLE_CHARS, DIALECT.escape)),
        // No previews of addresses: a signed link is opened by people only.
        "parseUrls": false,
        "attachments": [{
            "color": n.grade().hex(),
            "text": n.below_the_heading(&DIALECT, markup::code_fence, TEXT_CHARS, LINE_CHARS),
        }],
    })
}
