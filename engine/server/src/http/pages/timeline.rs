//! The story of an alert: from its first sign to its end, what the agent said, who was told and how that went, what was
//! held back and why, what people did.

use serde::Serialize;
use tocsin_policy::{CloseReason, HostId, Moment, Names, Reason, Span};

use super::names::Known;
use super::state;
use crate::app::App;
use crate::fault::Fault;
use crate::store::page::{alert, audit, history};

/// Rows of each kind that are read: the newest.
const MAX_ROWS: i64 = 200;
/// An event belongs to an alert from a little before it was opened: both come with one check-in.
const SLACK: Span = Span::seconds(5);

/// How often an agent reports unless it is told otherwise.
const USUAL_POLL: Span = Span::seconds(30);

/// One entry.
#[derive(Serialize)]
pub struct Entry {
    pub at_ms: i64,
    /// When word of it came, where that was a good deal later.
    pub arrived_ms: Option<i64>,
    /// Shape and colour: see `macro/status.html`.
    pub kind: &'static str,
    pub title: String,
    pub text: String,
    /// The delivery behind it.
    pub delivery: Option<i64>,
    pub mark: Option<state::Badge>,
    /// How the delivery went, the first try first.
    pub tries: Vec<Try>,
}

/// One try to deliver.
#[derive(Serialize)]
pub struct Try {
    pub number: i64,
    pub at_ms: i64,
    pub took_ms: i64,
    pub mark: state::Badge,
    /// What came back.
    pub detail: String,
}

/// What came first of entries with the same moment: an event opens the alert, the alert makes a notice due.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Event,
    Opened,
    Done,
    Withheld,
    Closed,
    Told,
}

/// An entry of few words.
pub fn entry(at_ms: i64, kind: &'static str, title: impl Into<String>, text: impl Into<String>) -> Entry {
    let (title, text) = (title.into(), text.into());
    Entry { at_ms, arrived_ms: None, kind, title, text, delivery: None, mark: None, tries: Vec::new() }
}

/// What the agent said, under `title`. An event that waited in the agent's queue stands where it happened; one that is
/// told within a cycle of its agent, or by a clock that is ahead of ours, where it came.
pub fn event_entry(event: history::EventRow, kind: &'static str, title: String, poll: Span) -> Entry {
    let (happened_ms, came_ms) = (event.collected_us / 1_000, event.received_at_ms);
    let waited = happened_ms > 0 && came_ms - happened_ms > poll.0;
    let at_ms = if waited { happened_ms } else { came_ms };
    Entry { arrived_ms: waited.then_some(came_ms), ..entry(at_ms, kind, title, event.message) }
}

/// All entries, newest first.
pub async fn of(app: &App, row: &alert::AlertRow, known: &Known) -> Result<Vec<Entry>, Fault> {
    let mut entries = vec![(Rank::Opened, opened(row))];
    if let Some(closed_at_ms) = row.closed_at_ms {
        entries.push((Rank::Closed, entry(closed_at_ms, "ok", format!("The alert ended: {}", close_words(row)), "")));
    }
    let (from, to) = (row.opened_at_ms - SLACK.0, row.closed_at_ms.map_or(i64::MAX, |at| at + SLACK.0));
    let pool = &app.store.readers;
    if let Some(service) = &row.service {
        // Of a host that is gone nobody knows how often it reported.
        let poll = app.engine.fleet().by_id(HostId(row.host_id)).map_or(USUAL_POLL, |cell| cell.host().liveness.poll);
        for event in history::events_of(pool, row.host_id, service, from, to, MAX_ROWS).await? {
            let (kind, title) = event_words(&event);
            entries.push((Rank::Event, event_entry(event, kind, title, poll)));
        }
    }
    entries.extend(told(app, row, known).await?.into_iter().map(|entry| (Rank::Told, entry)));
    for withheld in alert::withheld(pool, row.id, MAX_ROWS).await? {
        let reason = reason_words(&withheld.reason, known);
        entries
            .push((Rank::Withheld, entry(withheld.at_ms, "held", "Nothing was sent", format!("Because: {reason}."))));
    }
    entries.extend(done(app, row, known, from, to).await?.into_iter().map(|entry| (Rank::Done, entry)));
    entries.sort_by_key(|(rank, entry)| std::cmp::Reverse((entry.at_ms, *rank)));
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

fn opened(row: &alert::AlertRow) -> Entry {
    match &row.service {
        Some(_) if row.kind == "change" => entry(row.opened_at_ms, "info", "A change was seen", ""),
        Some(_) => entry(row.opened_at_ms, "critical", "The problem was first seen", ""),
        None => entry(row.opened_at_ms, "critical", "The host missed its check-ins", row.message.clone()),
    }
}

/// Notifications, each with its tries.
async fn told(app: &App, row: &alert::AlertRow, known: &Known) -> Result<Vec<Entry>, Fault> {
    let pool = &app.store.readers;
    let mut tried = alert::tried(pool, row.id, MAX_ROWS).await?;
    tried.reverse();
    let told = alert::told(pool, row.id, MAX_ROWS).await?.into_iter().map(|told| {
        let title = format!("{} to {}", capital(state::notice_words(&told.kind)), told.receiver);
        let mut entry = entry(told.at_ms, "info", title, format!("Because: {}.", reason_words(&told.reason, known)));
        entry.delivery = Some(told.id);
        entry.mark = Some(state::of_delivery(&told.state));
        entry.tries = tried.iter().filter(|tried| tried.notification_id == told.id).map(one_try).collect();
        entry
    });
    Ok(told.collect())
}

fn one_try(row: &alert::TriedRow) -> Try {
    Try {
        number: row.number,
        at_ms: row.started_at_ms,
        took_ms: row.took_ms,
        mark: state::of_attempt(&row.outcome),
        detail: row.detail.clone(),
    }
}

/// What people did: to the alert, and silences of its host.
async fn done(app: &App, row: &alert::AlertRow, known: &Known, from: i64, to: i64) -> Result<Vec<Entry>, Fault> {
    let pool = &app.store.readers;
    let mut entries = Vec::new();
    for line in audit::about(pool, from, to, &format!("alert {} of ", row.id), MAX_ROWS).await? {
        entries.push(entry(line.at_ms, "held", format!("{} {} it", line.actor, line.action), line.detail));
    }
    for silence in history::silences(pool, row.host_id, from, to, MAX_ROWS).await? {
        let (start, end) = (Moment(silence.start_at_ms), Moment(silence.end_at_ms));
        let title = format!("{} silenced the host until {}", silence.made_by, known.moment(end));
        // A silence may be older than the alert: the story begins with the alert.
        entries.push(entry(start.0.max(row.opened_at_ms), "held", title, silence.note));
    }
    Ok(entries)
}

/// How an alert ended.
pub fn close_words(row: &alert::AlertRow) -> String {
    let word = row.close_reason.clone().unwrap_or_default();
    let reason: Option<CloseReason> = serde_json::from_value(serde_json::Value::String(word.clone())).ok();
    reason.map_or(word, |reason| reason.sentence().to_owned())
}

/// The sentence of a stored reason.
pub fn reason_words(json: &str, known: &Known) -> String {
    match serde_json::from_str::<Reason>(json) {
        Ok(reason) => reason.sentence(known),
        // A test message has no reason of the core.
        Err(_) => "somebody asked for it".to_owned(),
    }
}

/// What an event of the agent says, as a mark and a few words.
pub fn event_words(event: &history::EventRow) -> (&'static str, String) {
    let bits = u32::try_from(event.event_id).unwrap_or_default();
    let labels: Vec<&str> = tocsin_monit::event_labels(bits).collect();
    let what = if labels.is_empty() { "event".to_owned() } else { labels.join(", ") };
    let late = if event.late { " (arrived late, changed nothing)" } else { "" };
    let (kind, word) = match event.state {
        0 => ("ok", "Succeeded"),
        1 => ("critical", "Failed"),
        2 => ("info", "Changed"),
        _ => ("unknown", "Not changed"),
    };
    (kind, format!("{word}: {what}{late}"))
}

/// With a capital letter.
pub fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
