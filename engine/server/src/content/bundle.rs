//! Several notifications as one message: a title that counts them, a line for each as far as there is room, and the
//! number of those for which there was none.

use minijinja::context;
use tocsin_connector_host::{Bundled, Notification};

use super::{Content, TITLE_CHARS, rendered};
use crate::wording::Wording;

/// Longest text where the channel names no limit: a screen or two of lines would be read, the others are counted.
const TEXT_CHARS: usize = 20_000;
/// Of Monit's words in a part; the alert's page has them all.
const MESSAGE_CHARS: usize = 500;
/// Room for the last line.
const REST_CHARS: usize = 120;
/// Hosts that are named in the title.
const HOSTS: usize = 3;

/// One notification of the message.
pub struct Part {
    pub content: Content,
    /// Its id in the outbox.
    pub notification: i64,
    pub prior_handle: Option<String>,
}

/// What the connector gets; `id` is what the message is called. What is wrong with the receiver's own words comes beside
/// it, once.
pub fn notification(
    parts: &[Part],
    id: i64,
    attempt: u32,
    wording: Wording<'_>,
    text_chars: Option<u32>,
) -> Option<(Notification, Vec<String>)> {
    let first = parts.first()?;
    let (mut said, mut troubles) =
        first.content.notification_in(wording, first.notification, attempt, first.prior_handle.clone());
    let titles: Vec<String> = parts.iter().map(|part| part.content.title_in(wording, &mut troubles)).collect();
    troubles.sort();
    troubles.dedup();
    let room = text_chars.and_then(|chars| usize::try_from(chars).ok()).unwrap_or(TEXT_CHARS).min(TEXT_CHARS);
    let base = first.content.url.as_deref().and_then(|url| url.split_once("/alerts/")).map(|(base, _)| base);
    let url = base.map(|base| format!("{base}/"));
    let heading = title(parts);
    let around = heading.chars().count() + REST_CHARS + url.as_ref().map_or(0, String::len);
    let shown = fitting(&titles, room.saturating_sub(around));
    let rest = parts.get(shown..).filter(|rest| !rest.is_empty()).map(|rest| format!("… and {}", counts(rest)));

    said.idempotency_key = first.content.key(id);
    said.alert_id = first.content.key(id);
    said.title = heading;
    let lines = titles.get(..shown).unwrap_or_default().to_vec();
    let model = context! { title => said.title.clone(), lines, rest, url => url.clone() };
    said.text = rendered("bundle.txt", model.clone()).unwrap_or_else(|| said.title.clone());
    said.html = rendered("bundle.html", model);
    said.urgency = parts.iter().filter_map(|part| part.content.urgency).min().map(u32::from);
    said.url = url;
    // Each part has links of its own; a button for all of them would say less than it does.
    (said.acknowledge_url, said.silence_url, said.prior_handle) = (None, None, None);
    said.bundle = parts.iter().zip(titles).map(|(part, title)| bundled(part, title)).collect();
    said.data = data(parts, &said);
    Some((said, troubles))
}

fn bundled(part: &Part, title: String) -> Bundled {
    let whole = part.content.notification(part.notification, 1, part.prior_handle.clone());
    Bundled {
        kind: whole.kind,
        urgency: whole.urgency,
        host: whole.host,
        service: whole.service,
        title,
        message: whole.message.chars().take(MESSAGE_CHARS).collect(),
        alert_id: whole.alert_id,
        since_ms: whole.since_ms,
        ended_at_ms: whole.ended_at_ms,
        url: whole.url,
        acknowledge_url: whole.acknowledge_url,
        prior_handle: whole.prior_handle,
    }
}

/// `12 problems, 3 ended: web1, web2, db1 and 9 more hosts`
fn title(parts: &[Part]) -> String {
    let mut hosts: Vec<&str> = Vec::new();
    for part in parts {
        if !hosts.contains(&part.content.host.as_str()) {
            hosts.push(&part.content.host);
        }
    }
    let named = hosts[..hosts.len().min(HOSTS)].join(", ");
    let more = match hosts.len().saturating_sub(HOSTS) {
        0 => String::new(),
        1 => " and 1 more host".to_owned(),
        n => format!(" and {n} more hosts"),
    };
    format!("{}: {named}{more}", counts(parts))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(TITLE_CHARS)
        .collect()
}

/// `12 problems, 3 ended`
fn counts(parts: &[Part]) -> String {
    let kinds = [
        ("problem", "problem", "problems"),
        ("reminder", "still failing", "still failing"),
        ("acknowledged", "acknowledged", "acknowledged"),
        ("change", "change", "changes"),
        ("recovery", "recovered", "recovered"),
    ];
    let count = |(kind, one, many)| match parts.iter().filter(|part| part.content.kind == kind).count() {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    kinds.into_iter().filter_map(count).collect::<Vec<_>>().join(", ")
}

/// How many lines have room.
fn fitting(titles: &[String], room: usize) -> usize {
    let mut taken = 0;
    // Two for the mark before a line, one for its end.
    let long = |title: &&String| {
        taken += title.chars().count() + 3;
        taken <= room
    };
    titles.iter().take_while(long).count()
}

/// The data of the first, with the identity of the message and the data of every part.
fn data(parts: &[Part], said: &Notification) -> String {
    let read = |json: String| serde_json::from_str::<serde_json::Value>(&json).unwrap_or_default();
    let mut data = read(said.data.clone());
    if let Some(object) = data.as_object_mut() {
        object.insert("idempotency_key".to_owned(), said.idempotency_key.clone().into());
        object.insert("url".to_owned(), said.url.clone().into());
        object.insert("acknowledge_url".to_owned(), ().into());
        object.insert("silence_url".to_owned(), ().into());
        let parts = parts.iter().map(|part| read(part.content.data(part.notification)));
        object.insert("bundle".to_owned(), parts.collect());
    }
    data.to_string()
}
