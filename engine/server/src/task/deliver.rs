//! The deliverer: claims what is due, runs the connectors, records what came back. Receivers are independent: each has
//! places of its own, so one that is slow, failing or trapping delays no other (D5).

use std::sync::Arc;
use std::time::Duration;

use tocsin_connector_host::{Call, LogLine, Notification, Outcome as Said, Receipt};
use tocsin_policy::{Moment, ReceiverId, Span};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::kv::ReceiverStore;
use crate::app::App;
use crate::content::Content;
use crate::content::bundle::{self, Part};
use crate::engine::channels::Channels;
use crate::fault::Fault;
use crate::store::outbox::{self, Due};
use crate::usecase::deliver::{Claim, Claimed, FreeLost, Outcome, Record, RecordAll};
use crate::usecase::receiver::settings_of;

/// Longest sleep: other nodes may have left something behind.
const LOOK: Duration = Duration::from_secs(5);
/// How often leases are looked at that have run out, and connectors that could not be loaded.
const LEASES: Span = Span::seconds(10);
/// Shortest sleep between two claims that are not woken.
const REST: Duration = Duration::from_millis(20);

/// Delivers, for ever; at the end waits for what is under way.
pub async fn run(app: App, token: CancellationToken) {
    let underway = TaskTracker::new();
    tokio::join!(look(&app, &underway, &token), take_handed(&app, &underway, &token));
    app.engine.shared().set_deliverer(None);
    begin_handed(&app, &underway);
    underway.close();
    underway.wait().await;
}

/// Looks for what is due in the outbox: the timer is the truth, a signal only wakes it earlier.
async fn look(app: &App, underway: &TaskTracker, token: &CancellationToken) {
    let (mut freed, mut known) = (None, None);
    while !token.is_cancelled() {
        know_channels(app, &mut known).await;
        free_lost(app, &mut freed).await;
        let claimed = claim(app).await;
        let nothing = claimed.is_empty();
        claimed.into_iter().for_each(|claimed| begin(app, underway, claimed));
        if nothing {
            tokio::select! {
                () = token.cancelled() => {}
                () = app.engine.shared().delivery_due.notified() => {}
                () = tokio::time::sleep(until_next(app).await) => {}
            }
        }
    }
}

/// Begins what was claimed in the transaction that made it due, without another look at the outbox.
async fn take_handed(app: &App, underway: &TaskTracker, token: &CancellationToken) {
    while !token.is_cancelled() {
        begin_handed(app, underway);
        tokio::select! {
            () = token.cancelled() => {}
            () = app.engine.shared().delivery_claimed.notified() => {}
        }
    }
}

fn begin_handed(app: &App, underway: &TaskTracker) {
    app.engine.shared().handed_over().into_iter().for_each(|claimed| begin(app, underway, claimed));
}

/// Takes up what the receivers' channels bear when somebody has laid something down, since receivers, versions and limits
/// come and go; and now and then, since a connector that could not be loaded may be there later.
async fn know_channels(app: &App, known: &mut Option<(i64, Moment)>) {
    let (laid_down, now) = (app.engine.shared().laid_down(), app.clock.now());
    if known.is_some_and(|(version, at)| version == laid_down.version && now - at <= LEASES) {
        return;
    }
    let limits = app.connectors.limits_of(&laid_down.receivers).await;
    app.engine.shared().set_channels(Channels::of(limits.into_iter()));
    *known = Some((laid_down.version, now));
}

/// Frees deliveries whose process is gone: at the start whatever this node held, later leases that have run out.
async fn free_lost(app: &App, freed: &mut Option<Moment>) {
    let now = app.clock.now();
    if freed.is_some_and(|at| now - at <= LEASES) {
        return;
    }
    let owner = if freed.is_none() { app.node.to_string() } else { String::new() };
    match app.engine.run(FreeLost { owner }).await {
        Ok(_) => {
            *freed = Some(now);
            app.engine.shared().set_deliverer(Some(app.node.clone()));
        }
        Err(error) => tracing::warn!(%error, "lost deliveries were not freed; tried again soon"),
    }
}

/// Begins an attempt beside the others.
fn begin(app: &App, underway: &TaskTracker, claimed: Claimed) {
    let app = app.clone();
    underway.spawn(async move {
        deliver(&app, claimed).await;
        app.engine.shared().delivery_due.notify_one();
    });
}

async fn claim(app: &App) -> Vec<Claimed> {
    match app.engine.run(Claim { node: app.node.clone() }).await {
        Ok(claimed) => claimed,
        Err(Fault::ShuttingDown) => Vec::new(),
        Err(error) => {
            tracing::warn!(%error, "deliveries could not be claimed; tried again soon");
            Vec::new()
        }
    }
}

/// What is overdue now waits for a free place, and whoever frees one wakes us: only what falls due later counts, and the
/// end of a pause that a far side has asked for.
async fn until_next(app: &App) -> Duration {
    let now = app.clock.now();
    let Ok(due) = outbox::next_due(&app.store.readers, now).await else { return LOOK };
    let resumed = app.engine.shared().places.next_resumed(now);
    let Some(next) = due.into_iter().chain(resumed).min() else { return LOOK };
    let wait = u64::try_from((next - app.clock.now()).0).unwrap_or_default();
    Duration::from_millis(wait).clamp(REST, LOOK)
}

/// One attempt: run the connector, record what came of it.
async fn deliver(app: &App, claimed: Claimed) {
    let started_at = app.clock.now();
    let name = claimed.receiver.name.clone();
    let result = attempt(app, &claimed).await;
    if !claimed.leave.is_given().await {
        // The claim was never durable: nothing was sent, and whoever made it tries again.
        return;
    }
    let took = app.clock.now() - started_at;
    let mut jitter = [0; 4];
    crate::secret::fill_random(&mut jitter);
    let more = claimed.more.clone();
    let record = Record { started_at, took, jitter: u32::from_ne_bytes(jitter), ..result.record(claimed) };
    if record.word != "delivered" {
        let (receiver, notification, detail) = (&name, record.due.notification_id, &record.detail);
        tracing::warn!(receiver, notification, outcome = record.word, detail, "an attempt to deliver failed");
    }
    let (word, age) = (record.word, app.clock.now() - Moment(record.due.created_at_ms));
    let millis = |span: Span| Duration::from_millis(u64::try_from(span.0).unwrap_or_default());
    app.metrics.delivery(word, millis(took));
    if record.outcome != (Outcome::Retry { after: None }) && word == "delivered" {
        app.metrics.delivered_after(millis(age));
    }
    // What cannot be recorded now is found again when its lease has run out.
    if let Err(error) = app.engine.run(of_each(record, more)).await {
        tracing::warn!(%error, "what came of a delivery was not recorded; it may be delivered again");
    }
}

/// The same for every part of the message.
fn of_each(record: Record, more: Vec<Due>) -> RecordAll {
    let told_with = match more.len() {
        0 => return RecordAll(vec![record]),
        1 => "told together with 1 other".to_owned(),
        n => format!("told together with {n} others"),
    };
    let said = Some(record.detail.clone()).filter(|detail| !detail.is_empty());
    let detail = said.into_iter().chain([told_with]).collect::<Vec<_>>().join("; ");
    let of = |due: Due| Record {
        due,
        outcome: record.outcome.clone(),
        word: record.word,
        detail: detail.clone(),
        log: record.log.clone(),
        // The first has them for all.
        words: None,
        started_at: record.started_at,
        took: record.took,
        jitter: record.jitter,
    };
    let first = Record { words: record.words.clone(), ..of(record.due.clone()) };
    RecordAll(std::iter::once(first).chain(more.into_iter().map(of)).collect())
}

/// What came of an attempt, before it is put into the words of the outbox.
enum Attempt {
    Called {
        receipt: Box<Receipt>,
        /// What was wrong with the receiver's own words.
        troubles: Vec<String>,
        /// Title and text, where they are not the built-in ones for this notification alone.
        words: Option<(String, String)>,
    },
    /// The connector was not called.
    Impossible(String),
}

async fn attempt(app: &App, claimed: &Claimed) -> Attempt {
    let id = ReceiverId(claimed.receiver.id);
    let usable = match app.connectors.of(id, &claimed.receiver.connector).await {
        Ok(usable) => usable,
        Err(error) => return Attempt::Impossible(error.to_string()),
    };
    let settings = match settings_of(&app.keys, id, &claimed.receiver.settings) {
        Ok(settings) => settings,
        Err(fault) => return Attempt::Impossible(fault.to_string()),
    };
    let parts = match claimed.parts() {
        Ok(parts) => parts,
        Err(error) => return Attempt::Impossible(format!("the stored notification cannot be read: {error}")),
    };
    let chars = usable.connector.manifest().limits.text_chars;
    // Who reads them later has no use of the links, and may not be meant to have them.
    let hidden = parts.iter().map(|(content, due)| (content.with_links_hidden(), *due));
    let words = has_words_of_its_own(claimed, &parts).then(|| message(claimed, hidden, chars)).flatten();
    let words = words.map(|(said, _)| (said.title, said.text));
    let signed = parts.into_iter().map(|(mut content, due)| {
        content.sign(&app.keys);
        (content, due)
    });
    let Some((notification, troubles)) = message(claimed, signed, chars) else {
        return Attempt::Impossible("there is nothing in this message".to_owned());
    };
    let grant = usable.grant(claimed.receiver.private_network);
    let kv = Arc::new(ReceiverStore { app: app.clone(), receiver: id });
    let call = Call { settings, notification, grant, kv };
    let receipt = app.connector_host.deliver_with_leave(&usable.connector, call, claimed.leave.clone()).await;
    Attempt::Called { receipt: Box::new(receipt), troubles, words }
}

/// What the connector gets, and what is wrong with the receiver's own words.
fn message<'d>(
    claimed: &Claimed,
    parts: impl Iterator<Item = (Content, &'d Due)>,
    text_chars: Option<u32>,
) -> Option<(Notification, Vec<String>)> {
    let attempt = u32::try_from(claimed.due.attempts + 1).unwrap_or(u32::MAX);
    let (wording, bundle) = (claimed.manner.wording(), claimed.bundle);
    let part = |(content, due): (Content, &Due)| Part {
        content,
        notification: due.notification_id,
        prior_handle: due.prior_handle.clone(),
    };
    let parts: Vec<Part> = parts.map(part).collect();
    if let [only] = parts.as_slice() {
        let (id, handle) = (only.notification, only.prior_handle.clone());
        let (mut notification, troubles) = only.content.notification_in(wording, id, attempt, handle);
        // It is what is left of a message that may have arrived.
        notification.idempotency_key = only.content.key(bundle.unwrap_or(id));
        return Some((notification, troubles));
    }
    bundle::notification(&parts, bundle.unwrap_or(claimed.due.notification_id), attempt, wording, text_chars)
}

/// Whether it reads otherwise than what is stored of it in the built-in words.
fn has_words_of_its_own(claimed: &Claimed, parts: &[(Content, &Due)]) -> bool {
    let manner = &claimed.manner;
    match parts {
        [(content, due)] => manner.title.is_some() || manner.text.is_some() || content.kind != due.kind,
        _ => true,
    }
}

impl Attempt {
    fn record(self, claimed: Claimed) -> Record {
        let (outcome, word, detail, log, words) = match self {
            Attempt::Impossible(detail) => (Outcome::Broken, "misconfigured", detail, "[]".to_owned(), None),
            Attempt::Called { receipt, troubles, words } => {
                let line = |line: &LogLine| serde_json::json!({ "level": format!("{:?}", line.level).to_lowercase(), "message": line.message });
                let log = serde_json::Value::from_iter(receipt.logs.iter().map(line)).to_string();
                let (outcome, word, detail) = said(receipt.outcome);
                let troubles = troubles.into_iter().map(|trouble| format!("{trouble}; the built-in words were sent"));
                let said = Some(detail).filter(|detail| !detail.is_empty());
                let detail = said.into_iter().chain(troubles).collect::<Vec<_>>().join("; ");
                (outcome, word, detail, log, words)
            }
        };
        let (started_at, took) = (Moment(0), Span::ZERO);
        Record { due: claimed.due, outcome, word, detail, log, words, started_at, took, jitter: 0 }
    }
}

fn said(outcome: Said) -> (Outcome, &'static str, String) {
    match outcome {
        Said::Delivered { handle, detail, url } => {
            let words: Vec<String> = detail.into_iter().chain(url.map(String::from)).collect();
            (Outcome::Delivered { handle }, "delivered", words.join("; "))
        }
        Said::Retry { message, after } => {
            let after = after.map(|after| Span(i64::try_from(after.as_millis()).unwrap_or(i64::MAX)));
            (Outcome::Retry { after }, "retry", message)
        }
        Said::Permanent { message } => (Outcome::Broken, "permanent", message),
        Said::Misconfigured { errors } => {
            let words: Vec<String> = errors
                .into_iter()
                .map(|error| {
                    if error.pointer.is_empty() {
                        error.message
                    } else {
                        format!("{}: {}", error.pointer, error.message)
                    }
                })
                .collect();
            (Outcome::Broken, "misconfigured", words.join("; "))
        }
        Said::Contained { message, .. } => (Outcome::Retry { after: None }, "contained", message),
    }
}
