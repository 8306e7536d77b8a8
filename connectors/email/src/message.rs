//! The mail itself: headers, plain text, and the same as HTML.

use crate::{Addresses, thread};
use lettre::Message;
use lettre::error::Error;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, MultiPart, SinglePart};
use std::time::{Duration, UNIX_EPOCH};
use tocsin_connector::{Notification, markup, text};

/// Quoted-printable never produces `=_`, so this can stand in no part. A drawn one would make each
/// attempt a different mail.
const BOUNDARY: &str = "=_tocsin_alternative";
/// Mail programs show less; the text has all of it.
const SUBJECT_CHARS: usize = 200;
const HEADER_CHARS: usize = 200;

pub(crate) fn build(addresses: &Addresses, n: &Notification) -> Result<Message, Error> {
    let mut builder = Message::builder()
        .from(addresses.from.clone())
        .subject(line(&n.title, SUBJECT_CHARS))
        .date(UNIX_EPOCH + Duration::from_millis(n.decided_at_ms))
        .message_id(Some(thread::message_id(n, &addresses.from)));
    for to in &addresses.to {
        builder = builder.to(to.clone());
    }
    if let Some(reply_to) = &addresses.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    if let Some(ids) = thread::references(n, &addresses.from) {
        builder = builder.in_reply_to(ids.last().cloned().unwrap_or_default()).references(ids.join(" "));
    }
    for (name, value) in marks(n) {
        let name = HeaderName::new_from_ascii_str(name);
        builder = builder.raw_header(HeaderValue::new(name, line(&value, HEADER_CHARS)));
    }
    let html = n.html.clone().unwrap_or_else(|| plain_html(n));
    let parts = MultiPart::alternative()
        .boundary(BOUNDARY)
        .singlepart(part(ContentType::TEXT_PLAIN, n.text.clone()))
        .singlepart(part(ContentType::TEXT_HTML, html));
    builder.multipart(parts)
}

fn part(content_type: ContentType, text: String) -> SinglePart {
    let encoding = ContentTransferEncoding::QuotedPrintable;
    let body = Body::new_with_encoding(text, encoding).unwrap_or_else(Body::new);
    SinglePart::builder().header(content_type).body(body)
}

/// Headers that programs read: filters, and other machines that must not answer.
fn marks(n: &Notification) -> Vec<(&'static str, String)> {
    let mut marks = vec![
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("X-Auto-Response-Suppress", "All".to_owned()),
        ("X-Tocsin-Kind", n.kind.word().to_owned()),
        ("X-Tocsin-Alert", n.alert_id.clone()),
    ];
    if n.is_bundle() {
        // A host in the header would be one of several.
        marks.push(("X-Tocsin-Alerts", n.bundle.len().to_string()));
        return marks;
    }
    marks.push(("X-Tocsin-Host", n.host.name.clone()));
    let mut add = |name, value: &Option<String>| marks.extend(value.iter().map(|value| (name, value.clone())));
    add("X-Tocsin-Service", &n.service);
    add("X-Tocsin-Urgency", &n.urgency.map(|urgency| urgency.to_string()));
    add("X-Tocsin-Environment", &n.environment);
    add("X-Tocsin-Region", &n.region);
    marks
}

/// One line of at most so many characters: a line break would begin a header of somebody else's.
fn line(value: &str, limit: usize) -> String {
    text::shorten(&text::one_line(value), limit)
}

/// For an engine that gives no HTML: the text as it is, and the links.
fn plain_html(n: &Notification) -> String {
    let link = |(words, url): (&str, &str)| format!("<p><a href=\"{}\">{words}</a></p>", markup::html(url));
    let links: String = n.links().into_iter().map(link).collect();
    format!("<pre style=\"white-space: pre-wrap\">{}</pre>{links}", markup::html(&n.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_short_line() {
        assert_eq!(line("disk\r\nBcc: x@example.org", 80), "disk Bcc: x@example.org");
        assert_eq!(line(&"ä".repeat(300), 200).chars().count(), 200);
    }
}
