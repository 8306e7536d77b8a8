//! An Adaptive Card: a heading, Monit's words, one line of context, buttons.
//!
//! A `TextBlock` reads Markdown; a `TextRun` in a `RichTextBlock` reads nothing, so what comes from outside
//! stands in runs only.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{one_line, shorten, tame};
use tocsin_connector::{Grade, Notification};

pub(crate) const TITLE_CHARS: usize = 250;
/// Teams refuses a message of more than 28 KB. So many characters of four bytes each, together with all else,
/// stay below it.
pub(crate) const TEXT_CHARS: usize = 3000;
const PART_CHARS: usize = 100;
const SHOWN_LABELS: usize = 10;

pub(crate) fn write(n: &Notification) -> Value {
    let title = shorten(&tame(&n.marked_title()), TITLE_CHARS);
    let mut body = vec![
        json!({
            "type": "Container",
            "style": style(n.grade()),
            "bleed": true,
            "items": [paragraph(vec![json!({"type": "TextRun", "text": title, "weight": "bolder", "size": "medium"})])],
        }),
        paragraph(vec![json!({"type": "TextRun", "text": shorten(tame(n.body()).trim(), TEXT_CHARS)})]),
    ];
    let context = context(n);
    if !context.is_empty() {
        body.push(paragraph(context));
    }
    let actions =
        n.links().into_iter().map(|(title, url)| json!({"type": "Action.OpenUrl", "title": title, "url": url}));
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        // What shows in notifications and is read aloud.
        "fallbackText": title,
        "speak": title,
        "msteams": {"width": "Full"},
        "body": body,
        "actions": actions.collect::<Vec<_>>(),
    });
    json!({
        "type": "message",
        "summary": title,
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card,
        }],
    })
}

fn paragraph(runs: Vec<Value>) -> Value {
    json!({"type": "RichTextBlock", "inlines": runs})
}

/// The facts and the labels, the same for every kind, so that the eye finds things in their places.
fn context(n: &Notification) -> Vec<Value> {
    let run = |weight: &str, text: String| json!({"type": "TextRun", "text": text, "weight": weight, "isSubtle": true});
    let part = |text: &str| shorten(&one_line(&tame(text)), PART_CHARS);
    let mut runs = Vec::new();
    for (name, value) in n.facts() {
        runs.push(run("bolder", format!("{name} ")));
        runs.push(run("default", format!("{}   ", part(&value))));
    }
    let labels = n.host_labels().iter().take(SHOWN_LABELS);
    runs.extend(labels.map(|label| run("default", format!("{}={}   ", part(&label.name), part(&label.value)))));
    runs
}

/// Cards have no colours of their own, only what the theme calls them.
fn style(grade: Grade) -> &'static str {
    match grade {
        Grade::Good => "good",
        Grade::Info => "accent",
        Grade::Warning => "warning",
        Grade::Error | Grade::Critical => "attention",
    }
}
