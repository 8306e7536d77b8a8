//! Several notifications as one message: a title that counts them, a line for each as far as there is room, and the
//! number of those for which there was none.

use minijinja::context;
use minijinja::value::Value;
use tocsin_connector_host::{Bundled, Notification};

use super::{Content, one_line, rendered};
use crate::wording::{self, Wording};

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
    let (mut said, _) =
        first.content.notification_in(Wording::default(), first.notification, attempt, first.prior_handle.clone());
    let bundle = Bundle::of(parts, wording, text_chars);

    said.idempotency_key = first.content.key(id);
    said.alert_id = first.content.key(id);
    (said.title, said.text, said.html) = (bundle.title, bundle.text, bundle.html);
    said.urgency = parts.iter().filter_map(|part| part.content.urgency).min().map(u32::from);
    said.url = bundle.url;
    // Each part has links of its own; a button for all of them would say less than it does.
    (said.acknowledge_url, said.silence_url, said.prior_handle) = (None, None, None);
    said.bundle = parts.iter().zip(bundle.lines).map(|(part, line)| bundled(part, line)).collect();
    said.data = data(parts, &said);
    Some((said, bundle.troubles))
}

/// The words of several notifications.
pub struct Bundle {
    pub title: String,
    pub text: String,
    html: Option<String>,
    /// Of each part, in their order.
    lines: Vec<String>,
    /// Where all of them are seen.
    url: Option<String>,
    /// What is wrong with the receiver's own words, each once.
    pub troubles: Vec<String>,
}

impl Bundle {
    /// In the receiver's own words where it has any.
    pub fn of(parts: &[Part], wording: Wording<'_>, text_chars: Option<u32>) -> Bundle {
        let mut troubles = Vec::new();
        let lines: Vec<String> = parts.iter().map(|part| part.content.title_in(wording, &mut troubles)).collect();
        let first_url = parts.first().and_then(|part| part.content.url.as_deref());
        let url = first_url.and_then(|url| url.split_once("/alerts/")).map(|(base, _)| format!("{base}/"));

        let words = model(parts, &lines, lines.len(), "", url.as_deref());
        let title = own("title", wording.bundle_title, &words, &mut troubles);
        let title = title.or_else(|| rendered("bundle_title.txt", words)).unwrap_or_else(|| counts(parts));
        let title = one_line(&title);

        let room = text_chars.and_then(|chars| usize::try_from(chars).ok()).unwrap_or(TEXT_CHARS).min(TEXT_CHARS);
        let around = title.chars().count() + REST_CHARS + url.as_ref().map_or(0, String::len);
        let shown = fitting(&lines, room.saturating_sub(around));
        let words = model(parts, &lines, shown, &title, url.as_deref());
        let (text, html) = match own("text", wording.bundle_text, &words, &mut troubles) {
            Some(text) => {
                let html = rendered("own.html", context! { text => text.as_str(), alert => true, ..words });
                (text, html)
            }
            None => {
                let text = rendered("bundle.txt", words.clone()).unwrap_or_else(|| title.clone());
                (text, rendered("bundle.html", words))
            }
        };
        troubles.sort();
        troubles.dedup();
        Bundle { title, text, html, lines, url, troubles }
    }
}

/// Tries words for bundles on this one.
///
/// # Errors
/// What is wrong with them, and in which line.
pub fn check(parts: &[Part], template: &str) -> Result<(), wording::Fault> {
    let lines: Vec<String> =
        parts.iter().map(|part| part.content.title_in(Wording::default(), &mut Vec::new())).collect();
    // Once with room for all, and once with room for some.
    [lines.len(), 1].iter().try_for_each(|shown| {
        wording::render(template, &model(parts, &lines, *shown, "", Some("https://tocsin.example.org/"))).map(drop)
    })
}

fn own(part: &str, template: Option<&str>, model: &Value, troubles: &mut Vec<String>) -> Option<String> {
    let said = wording::render(template?, model);
    said.map_err(|fault| troubles.push(format!("its own template of the {part} of a bundle failed, {fault}"))).ok()
}

/// What templates of a bundle can say; the first `shown` lines have room.
fn model(parts: &[Part], lines: &[String], shown: usize, title: &str, url: Option<&str>) -> Value {
    let rest = parts.get(shown..).filter(|rest| !rest.is_empty()).map(|rest| format!("… and {}", counts(rest)));
    let alerts = parts.iter().zip(lines).map(|(part, line)| part.content.model(line));
    context! {
        title, url, rest,
        lines => lines.get(..shown).unwrap_or_default().to_vec(),
        count => parts.len(),
        counts => counts(parts),
        subjects => subjects(parts),
        hosts => hosts(parts).into_iter().map(str::to_owned).collect::<Vec<_>>(),
        urgency => parts.iter().filter_map(|part| part.content.urgency).min(),
        alerts => alerts.collect::<Vec<_>>(),
    }
}

/// Several made-up notifications, as a receiver's own words for bundles are tried on.
pub fn sample() -> Vec<Part> {
    let part = |(number, (kind, host)): (i64, (&str, &str))| {
        let mut content = super::sample::sample(kind);
        content.host = host.to_owned();
        Part { content, notification: number, prior_handle: None }
    };
    let told = [
        ("problem", "web1"),
        ("problem", "web2"),
        ("problem", "db1"),
        ("reminder", "db2"),
        ("acknowledged", "db3"),
        ("change", "web3"),
        ("recovery", "web4"),
    ];
    (1..).zip(told).map(part).collect()
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

/// Each host once, in the order of the parts.
fn hosts(parts: &[Part]) -> Vec<&str> {
    let mut hosts: Vec<&str> = Vec::new();
    for part in parts {
        if !hosts.contains(&part.content.host.as_str()) {
            hosts.push(&part.content.host);
        }
    }
    hosts
}

/// `web1, web2, db1 and 9 more hosts`
fn subjects(parts: &[Part]) -> String {
    let hosts = hosts(parts);
    let named = hosts[..hosts.len().min(HOSTS)].join(", ");
    match hosts.len().saturating_sub(HOSTS) {
        0 => named,
        1 => format!("{named} and 1 more host"),
        n => format!("{named} and {n} more hosts"),
    }
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
