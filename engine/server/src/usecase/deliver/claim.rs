//! Claims what may go now: highest urgency first, at the pace of the receiver, several in one message where the receiver
//! wants to wait for them and its channel takes bundles. Nothing is dropped: what may not go yet stays due.
//!
//! What waits for others goes when the oldest of it has waited the receiver's bundling time, or when a message is full. A
//! first notice of urgency 1 does not wait, unless a message went to the receiver less than that time ago: then it is the
//! next one. A test, news about tocsin itself, and whatever is tried again go at once. A message that is tried again has
//! the same parts, except those that a newer notification has replaced, and the same key (D3).

use std::sync::Arc;

use tocsin_connector_host::Leave;
use tocsin_policy::outbox::heard_as;
use tocsin_policy::{Moment, NoticeKind, ReceiverId, Span};

use super::LEASE;
use crate::content::Content;
use crate::engine::pace::Pace;
use crate::engine::places::Place;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store::manner::Manner;
use crate::store::outbox::{self, Due};
use crate::store::receiver::ReceiverRow;
use crate::store::{self, pace::Spoken};

/// Notifications in one message: a connector has them all in its memory, and far sides have limits for what they take.
pub const PARTS: usize = 250;

/// How long a node leaves a receiver to another one that has spoken to it at the same moment.
const TURN: Span = Span::seconds(1);

/// Claims what is due, as much for each receiver as it has free places.
pub struct Claim {
    /// This process.
    pub node: Arc<str>,
}

/// A claimed delivery with its receiver and its place there; or several that are one message.
pub struct Claimed {
    pub due: Due,
    /// The others that are told with it, in their order.
    pub more: Vec<Due>,
    /// What the message is called, where the receiver gets bundles; the id of the delivery if it goes alone.
    pub bundle: Option<i64>,
    pub receiver: ReceiverRow,
    /// How it is spoken to.
    pub manner: Manner,
    pub place: Place,
    /// Nothing leaves before the claim is durable (D1).
    pub leave: Leave,
}

impl Claimed {
    /// What is to be said, as far as this receiver has heard of the alert (R2).
    ///
    /// # Errors
    /// When the stored notification cannot be read.
    pub fn content(&self) -> serde_json::Result<Content> {
        content(&self.due)
    }

    /// The same of each part, the most pressing first.
    ///
    /// # Errors
    /// When a stored notification cannot be read.
    pub fn parts(&self) -> serde_json::Result<Vec<(Content, &Due)>> {
        std::iter::once(&self.due).chain(&self.more).map(|due| Ok((content(due)?, due))).collect()
    }
}

fn content(due: &Due) -> serde_json::Result<Content> {
    let mut content: Content = serde_json::from_str(&due.content)?;
    if let Some(kind) = outbox::kind_of(&content.kind) {
        outbox::kind_word(heard_as(kind, due.has_heard)).clone_into(&mut content.kind);
    }
    Ok(content)
}

impl UseCase for Claim {
    type Output = Vec<Claimed>;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, Vec<Claimed>> {
        Box::pin(async move {
            let now = work.now;
            let mut claimed = Vec::new();
            for id in outbox::due_receivers(&mut work.tx, now).await? {
                let free = work.places.free(id, now);
                if free == 0 {
                    continue;
                }
                let Some(row) = work.receivers.get(&id).cloned() else { continue };
                self.of_one(work, id, row, free, &mut claimed).await?;
            }
            Ok(claimed)
        })
    }
}

impl Claim {
    async fn of_one(
        &self,
        work: &mut Work,
        id: ReceiverId,
        row: ReceiverRow,
        free: usize,
        claimed: &mut Vec<Claimed>,
    ) -> Result<(), Fault> {
        let now = work.now;
        let manner = work.manners.get(&id).cloned().unwrap_or_default();
        let channel = work.channels.get(id);
        let pace = Pace::slower(channel.per_minute, manner.per_minute);
        let wait = Some(manner.bundle_for).filter(|wait| channel.bundles && *wait > Span::ZERO);
        let mut spoken = match (pace, wait) {
            (None, None) => None,
            _ => Some(store::pace::get(&mut work.tx, id).await?),
        };
        if let (Some(pace), Some(spoken)) = (pace, spoken)
            && now < pace.ready_at(spoken.mark)
        {
            work.places.hold(id, pace.ready_at(spoken.mark));
            return Ok(());
        }

        let limit = if wait.is_some() { PARTS } else { free };
        let mut rows = outbox::due(&mut work.tx, id, now, i64::try_from(limit).unwrap_or(1)).await?;
        if let (Some(wait), Some(spoken)) = (wait, spoken) {
            keep_those_that_wait(work, id, &mut rows, wait, spoken);
        }
        for _ in 0..free {
            let Some(parts) = next_message(&mut rows, wait.is_some()) else { break };
            if let Some(before) = &mut spoken {
                let mark = pace.map_or(before.mark, |pace| pace.spend(before.mark, now));
                let after = Spoken { mark, last: now };
                if !store::pace::advance(&mut work.tx, id, *before, after).await? {
                    // Another node has just spoken; it goes on, and so do we once it has had its turn.
                    work.places.hold(id, now + TURN);
                    return Ok(());
                }
                *before = after;
            }
            let bundle = wait.is_some().then(|| message_id(work, &parts));
            let mut leased = Vec::new();
            for due in parts {
                if outbox::lease_in(&mut work.tx, due.notification_id, &self.node, now + LEASE, bundle).await? {
                    leased.push(due);
                }
            }
            let mut leased = leased.into_iter();
            let Some(due) = leased.next() else { continue };
            claimed.push(Claimed {
                due,
                more: leased.collect(),
                bundle,
                receiver: row.clone(),
                manner: manner.clone(),
                place: work.places.take(id),
                leave: Leave::given(),
            });
            if let (Some(pace), Some(spoken)) = (pace, spoken)
                && now < pace.ready_at(spoken.mark)
            {
                break;
            }
        }
        Ok(())
    }
}

/// Whether it may be told with others in a message of its own kind: it is about an alert, and was not sent before.
fn is_fresh(due: &Due) -> bool {
    due.alert_id.is_some() && due.bundle_id.is_none() && due.attempts == 0
}

/// Takes out of `rows` what is to wait for others, and has the deliverer look again when that is over.
fn keep_those_that_wait(work: &Work, id: ReceiverId, rows: &mut Vec<Due>, wait: Span, spoken: Spoken) {
    let now = work.now;
    let fresh = || rows.iter().filter(|due| is_fresh(due));
    let Some(oldest) = fresh().map(|due| due.created_at_ms).min() else { return };
    let is_urgent = |due: &Due| due.rank <= 1 && outbox::kind_of(&due.kind) == Some(NoticeKind::Problem);
    let soonest = if fresh().any(is_urgent) { spoken.last + wait } else { Moment::FAR };
    let until = soonest.min(Moment(oldest) + wait);
    if now < until && rows.len() < PARTS {
        rows.retain(|due| !is_fresh(due));
        if rows.is_empty() {
            work.places.hold(id, until);
        }
    }
}

/// Takes the parts of the next message out of `rows`, which are in their order.
fn next_message(rows: &mut Vec<Due>, bundles: bool) -> Option<Vec<Due>> {
    let first = rows.first()?;
    if !bundles || (!is_fresh(first) && first.bundle_id.is_none()) {
        return Some(vec![rows.remove(0)]);
    }
    let (fresh, bundle) = (is_fresh(first), first.bundle_id);
    let (parts, rest) =
        std::mem::take(rows).into_iter().partition(|due| if fresh { is_fresh(due) } else { due.bundle_id == bundle });
    *rows = rest;
    Some(parts)
}

/// What a message is called: as before if it was tried before, like its only part if it has one, anew otherwise.
fn message_id(work: &Work, parts: &[Due]) -> i64 {
    match parts {
        [first, ..] if first.bundle_id.is_some() => first.bundle_id.unwrap_or(first.notification_id),
        [only] => only.notification_id,
        _ => work.ids.next(),
    }
}
