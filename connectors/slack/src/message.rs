//! What stands in the channel: a heading, Monit's words, one line of context, a coloured edge.
//!
//! The blocks are inside an attachment, since only attachments have a colour. `text` is what shows in
//! notifications on a phone and what screen readers read.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{fit, joined, shorten};
use tocsin_connector::{Notification, markup};

/// Slack refuses longer ones; the whole message with it.
pub(crate) const HEADER_CHARS: usize = 150;
pub(crate) const SECTION_CHARS: usize = 3000;
const CONTEXT_CHARS: usize = 2000;
/// Slack's own limit is 40 000; more than this is no notification.
const FALLBACK_CHARS: usize = 300;
/// Labels beyond these would bury the rest of the line.
const SHOWN_LABELS: usize = 10;
const PART_CHARS: usize = 200;
const SEPARATOR: &str = "  ·  ";

pub(crate) fn write(n: &Notification) -> Value {
    let title = n.marked_title();
    let mut blocks = vec![
        // Plain text is no markup: Monit's words stay as they are, asterisks and all.
        json!({"type": "header", "text": {"type": "plain_text", "text": shorten(&title, HEADER_CHARS)}}),
        json!({"type": "section", "text": {"type": "plain_text", "emoji": false, "text": shorten(n.body(), SECTION_CHARS)}}),
        json!({"type": "context", "elements": [{"type": "mrkdwn", "text": context(n)}]}),
    ];
    let links = links(n);
    if !links.is_empty() {
        blocks.insert(2, json!({"type": "section", "text": {"type": "mrkdwn", "text": links}}));
    }
    json!({
        "text": fit(&title, FALLBACK_CHARS, markup::slack),
        "unfurl_links": false,
        "attachments": [{"color": n.grade().hex(), "blocks": blocks}],
    })
}

fn links(n: &Notification) -> String {
    let link = |(words, url): (&str, &str)| format!("<{}|{words}>", markup::slack(&url.replace('|', "%7C")));
    joined(n.links().into_iter().map(link), SEPARATOR, SECTION_CHARS)
}

/// The same line for every kind, so that the eye finds things in their places.
fn context(n: &Notification) -> String {
    let part = |text: &str| fit(text, PART_CHARS, markup::slack);
    let facts = n.facts().into_iter().map(|(name, value)| format!("*{name}* {}", part(&value)));
    let labels = n.host_labels().iter().take(SHOWN_LABELS);
    let labels = labels.map(|label| format!("{}={}", part(&label.name), part(&label.value)));
    joined(facts.chain(labels), SEPARATOR, CONTEXT_CHARS)
}
