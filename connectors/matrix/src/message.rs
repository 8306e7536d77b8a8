//! What stands in the room: plain text, and the same as HTML.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{one_line, shorten, tame};
use tocsin_connector::{Dialect, Notification, markup};

/// An event has at most 65 536 bytes, with signatures and all. So many characters of four bytes each, twice, stay
/// below it.
pub(crate) const TITLE_CHARS: usize = 250;
pub(crate) const TEXT_CHARS: usize = 3000;
const LINKS_CHARS: usize = 2000;
const CONTEXT_CHARS: usize = 2000;

pub(crate) fn write(n: &Notification) -> Value {
    let title = shorten(&one_line(&tame(&n.marked_title())), TITLE_CHARS);
    let text = shorten(tame(n.body()).trim(), TEXT_CHARS);
    let colour = n.grade().hex();
    // A block of its own keeps Monit's columns and turns no address into a link.
    let mut html = format!(
        "<p><b><font color=\"{colour}\" data-mx-color=\"{colour}\">{}</font></b></p><pre><code>{}</code></pre>",
        markup::html(&title),
        markup::html(&text),
    );
    for line in [n.links_line(&Dialect::HTML, LINKS_CHARS), n.facts_line(&Dialect::HTML, CONTEXT_CHARS)] {
        if !line.is_empty() {
            html.push_str(&format!("<p>{line}</p>"));
        }
    }
    json!({
        "msgtype": "m.text",
        // Older homeservers look for @room in here.
        "body": markup::no_mentions(&format!("{title}\n\n{text}")),
        "format": "org.matrix.custom.html",
        "formatted_body": html,
        // Whatever the text says, nobody is called.
        "m.mentions": {},
    })
}
