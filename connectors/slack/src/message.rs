//! What stands in the channel: a heading, Monit's words, one line of context, a coloured edge.
//!
//! The blocks are inside an attachment, since only attachments have a colour. `text` is what shows in
//! notifications on a phone and what screen readers read.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{fit, shorten, tame};
use tocsin_connector::{Dialect, Notification, markup};

/// Slack refuses longer ones; the whole message with it.
pub(crate) const HEADER_CHARS: usize = 150;
pub(crate) const SECTION_CHARS: usize = 3000;
const CONTEXT_CHARS: usize = 2000;
/// Slack's own limit is 40 000; more than this is no notification.
const FALLBACK_CHARS: usize = 300;

pub(crate) fn write(n: &Notification) -> Value {
    let title = tame(&n.marked_title());
    let text = shorten(&tame(n.body()), SECTION_CHARS);
    let context = n.facts_line(&Dialect::SLACK, CONTEXT_CHARS);
    let mut blocks = vec![
        // Plain text is no markup: Monit's words stay as they are, asterisks and all.
        json!({"type": "header", "text": {"type": "plain_text", "text": shorten(&title, HEADER_CHARS)}}),
        json!({"type": "section", "text": {"type": "plain_text", "emoji": false, "text": text}}),
        json!({"type": "context", "elements": [{"type": "mrkdwn", "text": context}]}),
    ];
    let links = n.links_line(&Dialect::SLACK, SECTION_CHARS);
    if !links.is_empty() {
        blocks.insert(2, json!({"type": "section", "text": {"type": "mrkdwn", "text": links}}));
    }
    json!({
        "text": fit(&title, FALLBACK_CHARS, markup::slack),
        "unfurl_links": false,
        "attachments": [{"color": n.grade().hex(), "blocks": blocks}],
    })
}
