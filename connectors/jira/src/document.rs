//! What stands in issues and comments, in Atlassian's document format. Its text is no markup: nothing in it
//! formats, links or mentions.

use crate::Settings;
use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{one_line, shorten, tame};
use tocsin_connector::{Notification, form};

/// Jira refuses longer ones.
pub(crate) const SUMMARY_CHARS: usize = 255;
/// 32 767 are taken for the document as a whole.
pub(crate) const TEXT_CHARS: usize = 10_000;
/// A title that heads a comment has no limit there; more than this is no title.
const TITLE_CHARS: usize = 500;

pub(crate) fn issue(n: &Notification, settings: &Settings) -> Value {
    let mut labels = settings.labels.clone();
    labels.push(alert_label(n));
    json!({"fields": {
        "project": {"key": settings.project},
        "issuetype": {"name": settings.issue_type},
        "summary": shorten(&one_line(&tame(&n.title)), SUMMARY_CHARS),
        "description": document(vec![text(n), links(n), details(n)]),
        "labels": labels,
    }})
}

/// By which the issue of an alert is found again. Labels have no spaces.
pub(crate) fn alert_label(n: &Notification) -> String {
    form::segment(&n.alert_id).replace('%', "_")
}

pub(crate) fn comment(n: &Notification) -> Value {
    let title = shorten(&tame(&n.marked_title()), TITLE_CHARS);
    let title = paragraph(vec![json!({"type": "text", "text": title, "marks": [{"type": "strong"}]})]);
    json!({"body": document(vec![title, text(n), links(n)])})
}

fn document(parts: Vec<Option<Value>>) -> Value {
    json!({"type": "doc", "version": 1, "content": parts.into_iter().flatten().collect::<Vec<_>>()})
}

/// Empty text and empty paragraphs are refused.
fn paragraph(content: Vec<Value>) -> Option<Value> {
    (!content.is_empty()).then(|| json!({"type": "paragraph", "content": content}))
}

/// A block of code keeps Monit's columns.
fn text(n: &Notification) -> Option<Value> {
    let text = shorten(tame(n.body()).trim(), TEXT_CHARS);
    (!text.is_empty()).then(|| json!({"type": "codeBlock", "content": [{"type": "text", "text": text}]}))
}

fn links(n: &Notification) -> Option<Value> {
    let mut content = Vec::new();
    for (words, url) in n.links() {
        if !content.is_empty() {
            content.push(json!({"type": "text", "text": " · "}));
        }
        content.push(json!({"type": "text", "text": words, "marks": [{"type": "link", "attrs": {"href": url}}]}));
    }
    paragraph(content)
}

fn details(n: &Notification) -> Option<Value> {
    let rows = n.details().into_iter().map(|(name, value)| {
        let cell = |kind: &str, text: String| {
            let content: Vec<Value> = paragraph(Vec::from_iter(words(&text))).into_iter().collect();
            json!({"type": kind, "content": content})
        };
        json!({"type": "tableRow", "content": [cell("tableHeader", name), cell("tableCell", value)]})
    });
    Some(json!({"type": "table", "content": rows.collect::<Vec<_>>()}))
}

fn words(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| json!({"type": "text", "text": text}))
}
