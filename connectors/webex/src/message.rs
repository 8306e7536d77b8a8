//! What stands in the space: the title, the text as a block, links, one line of context.
//!
//! Webex reads Markdown with a little HTML in it, and mentions as `<@all>`. What comes from outside is code,
//! and every `@` in it is broken besides: mentions are looked for in all of the text.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{one_line, shorten, shorten_bytes, tame};
use tocsin_connector::{Notification, markup};

/// Webex takes 7439 bytes in all: so much for the title, the text and what is around them.
pub(crate) const TITLE_CHARS: usize = 200;
pub(crate) const TEXT_BYTES: usize = 4_000;
/// One line each for links and for facts.
const LINE_BYTES: usize = 1_000;
const PART_CHARS: usize = 60;
/// Labels beyond these would bury the rest of the line.
const SHOWN_LABELS: usize = 10;
const SEPARATOR: &str = " · ";

pub(crate) fn write(n: &Notification, room: &str) -> Value {
    // Broken first, then shortened: a broken mention takes three bytes more.
    let text = shorten_bytes(&plain(n.body()), TEXT_BYTES);
    let title = shorten(&plain(&n.title), TITLE_CHARS);
    let mut parts = vec![format!("{} {}", n.kind.mark(), markup::code(&title)), markup::code_block(text.trim())];
    let links = n.links().into_iter().map(|(words, url)| format!("[{words}]({})", url.replace(')', "%29")));
    let facts = n.facts().into_iter().map(|(name, value)| format!("**{name}** {}", code(&value)));
    let labels = n.host_labels().iter().take(SHOWN_LABELS);
    let labels = labels.map(|label| code(&format!("{}={}", label.name, label.value)));
    let lines = [within(links), within(facts.chain(labels))];
    parts.extend(lines.into_iter().filter(|part| !part.is_empty()));
    json!({
        "roomId": room,
        "markdown": parts.join("\n\n"),
        // For clients and notifications without markup.
        "text": format!("{} {title}", n.kind.mark()),
    })
}

/// As many parts as fit whole, counted in bytes.
fn within(parts: impl Iterator<Item = String>) -> String {
    let mut room = LINE_BYTES;
    let mut fits = |part: &String| room.checked_sub(part.len() + SEPARATOR.len()).map(|left| room = left).is_some();
    parts.take_while(|part| fits(part)).collect::<Vec<_>>().join(SEPARATOR)
}

fn code(text: &str) -> String {
    markup::code(&shorten(&plain(&one_line(text)), PART_CHARS))
}

fn plain(text: &str) -> String {
    markup::no_mentions(&tame(text))
}
