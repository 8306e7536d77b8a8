//! What has happened on a host: the agent's events, and tocsin's own lines, in one order.

use tocsin_policy::{HistoryLine, Host};

use super::super::timeline::{self, Entry};
use crate::app::App;
use crate::fault::Fault;
use crate::store::page::history;

/// Lines shown.
const MAX_HISTORY: i64 = 60;

/// The newest lines, newest first.
pub async fn of(app: &App, host: &Host) -> Result<Vec<Entry>, Fault> {
    let pool = &app.store.readers;
    let mut entries = Vec::new();
    for event in history::events(pool, host.id.0, MAX_HISTORY).await? {
        let (kind, words) = timeline::event_words(&event);
        let title = format!("{}: {words}", event.service);
        entries.push(timeline::event_entry(event, kind, title, host.liveness.poll));
    }
    for line in history::lines(pool, host.id.0, MAX_HISTORY).await? {
        let Ok(known) = serde_json::from_str::<HistoryLine>(&line.line) else { continue };
        let (kind, title, text) = match known {
            HistoryLine::HostDown => ("critical", "The host went down: no check-in".to_owned(), String::new()),
            HistoryLine::HostUp { down_for } => {
                ("ok", format!("The host came back after {}", down_for.words()), String::new())
            }
            HistoryLine::TwinDetected { other_name } => {
                let text = format!("The other one calls itself {other_name}.");
                ("warning", "Two agents report under this host's id".to_owned(), text)
            }
            HistoryLine::Event { message, .. } => ("info", line.service.unwrap_or_default(), message),
        };
        entries.push(timeline::entry(line.at_ms, kind, title, text));
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at_ms));
    entries.truncate(usize::try_from(MAX_HISTORY).unwrap_or(usize::MAX));
    Ok(entries)
}
