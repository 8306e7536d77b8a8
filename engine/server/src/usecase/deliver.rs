//! The steps of a delivery that are written: claimed, tried, and what came of it (D1–D4).
//!
//! - `claim`: what may go now, alone or several in one message.

mod claim;

pub use claim::{Claim, Claimed};

use tocsin_policy::retry::{Next, RetryLimits, next_attempt};
use tocsin_policy::{AlertId, Moment, NoticeId, ReceiverId, Say, Span, Target};

use super::receiver::send_own;
use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{Topic, UseCase, Work};
use crate::fault::Fault;
use crate::store::outbox::{self, Due, NewAttempt};
use crate::store::receiver;

/// A lease outlives the longest call of a connector, so that nobody else takes a delivery that is under way.
pub const LEASE: Span = Span::seconds(90);

/// What came of one attempt, as far as the outbox needs to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Delivered {
        handle: Option<String>,
    },
    Retry {
        after: Option<Span>,
    },
    /// Never to be accepted: the receiver is broken (D4).
    Broken,
}

/// Records an attempt and decides what follows.
pub struct Record {
    pub due: Due,
    pub outcome: Outcome,
    /// delivered, retry, permanent, misconfigured, contained, lost
    pub word: &'static str,
    /// What came back, in words.
    pub detail: String,
    /// json
    pub log: String,
    /// Title and text as they were sent, where they are not the built-in ones for this notification alone.
    pub words: Option<(String, String)>,
    pub started_at: Moment,
    pub took: Span,
    /// A random number, for the spread of retries.
    pub jitter: u32,
}

impl UseCase for Record {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            let (id, now) = (self.due.notification_id, work.now);
            let handle = match &self.outcome {
                Outcome::Delivered { handle } => handle.as_deref(),
                _ => None,
            };
            let attempt = NewAttempt {
                id: work.ids.next(),
                notification: id,
                number: self.due.attempts + 1,
                started_at: self.started_at,
                took_ms: self.took.0,
                outcome: self.word,
                detail: &self.detail,
                handle,
                log: &self.log,
                words: self.words.as_ref().map(|(title, text)| (title.as_str(), text.as_str())),
            };
            outbox::insert_attempt(&mut work.tx, &attempt).await?;
            match &self.outcome {
                Outcome::Delivered { handle } => {
                    outbox::finish(&mut work.tx, id, "delivered", now, &self.detail, handle.as_deref()).await?;
                    if receiver::mend(&mut work.tx, ReceiverId(self.due.receiver_id)).await? {
                        work.publish(Topic::Book);
                    }
                }
                Outcome::Retry { after } => self.again(work, *after).await?,
                Outcome::Broken => {
                    outbox::finish(&mut work.tx, id, "dead", now, &self.detail, None).await?;
                    self.mark_broken(work).await?;
                }
            }
            // Whatever waited behind this one for the same alert may go now.
            work.wake_deliverer();
            Ok(())
        })
    }
}

/// Records an attempt that told of several: each of them has its own attempt and its own state.
pub struct RecordAll(pub Vec<Record>);

impl UseCase for RecordAll {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            for record in &self.0 {
                record.run(work).await?;
            }
            Ok(())
        })
    }
}

impl Record {
    async fn again(&self, work: &mut Work, after: Option<Span>) -> Result<(), Fault> {
        let (due, now) = (&self.due, work.now);
        if outbox::newer_waits(&mut work.tx, due.alert_id, due.receiver_id, due.notification_id).await? {
            let detail = "a newer notification of the same alert took its place";
            outbox::finish(&mut work.tx, due.notification_id, "superseded", now, detail, None).await?;
            return Ok(());
        }
        let attempt = u32::try_from(due.attempts + 1).unwrap_or(u32::MAX);
        let age = now - Moment(due.created_at_ms);
        match next_attempt(attempt, age, now, after, self.jitter, &RetryLimits::default()) {
            Next::At(at) => {
                if let Some(asked) = after {
                    // Whatever else waits for this receiver would be turned away as well (D4).
                    work.places.pause(ReceiverId(due.receiver_id), now + asked);
                }
                outbox::again(&mut work.tx, due.notification_id, at, &self.detail).await?;
            }
            Next::GiveUp { reason } => {
                let detail = format!("{reason}; last answer: {}", self.detail);
                outbox::finish(&mut work.tx, due.notification_id, "dead", now, &detail, None).await?;
                self.mark_broken(work).await?;
            }
        }
        Ok(())
    }

    /// Marks the receiver broken; the first time, the default tier hears of it through its other receivers (D4).
    async fn mark_broken(&self, work: &mut Work) -> Result<(), Fault> {
        let (id, now) = (ReceiverId(self.due.receiver_id), work.now);
        if !receiver::mark_broken(&mut work.tx, id, now, &self.detail).await? {
            return Ok(());
        }
        work.publish(Topic::Book);
        let Some(row) = receiver::get(&mut work.tx, id).await? else { return Ok(()) };
        let message =
            format!("The receiver {} is broken: {}. Mend its settings and send a test.", row.name, self.detail);
        let book = work.book.clone();
        let policy = book.policies.get(&Target::Default).filter(|policy| policy.enabled);
        let Some(Say::Rules(rules)) = policy.map(|policy| &policy.say) else { return Ok(()) };
        let mut others: Vec<ReceiverId> = rules.iter().flat_map(|rule| rule.receivers.iter().copied()).collect();
        others.sort_unstable();
        others.dedup();
        for other in others.into_iter().filter(|other| *other != id) {
            // One that is broken itself would only pass the news in a circle.
            let works = receiver::get(&mut work.tx, other).await?.is_some_and(|row| row.broken_at_ms.is_none());
            if works {
                send_own(work, other, "problem", &message).await?;
            }
        }
        Ok(())
    }
}

/// Frees deliveries whose process is gone: their attempt is recorded as lost and they are due again (D1).
pub struct FreeLost {
    pub owner: String,
}

impl UseCase for FreeLost {
    type Output = usize;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, usize> {
        Box::pin(async move {
            let now = work.now;
            let lost = outbox::lost(&mut work.tx, now, &self.owner).await?;
            for row in &lost {
                let detail = "tocsin ended during this attempt; whether it arrived is not known";
                let attempt = NewAttempt {
                    id: work.ids.next(),
                    notification: row.notification_id,
                    number: row.attempts,
                    started_at: now,
                    took_ms: 0,
                    outcome: "lost",
                    detail,
                    handle: None,
                    log: "[]",
                    words: None,
                };
                outbox::insert_attempt(&mut work.tx, &attempt).await?;
                if outbox::newer_waits(&mut work.tx, row.alert_id, row.receiver_id, row.notification_id).await? {
                    let detail = "a newer notification of the same alert took its place";
                    outbox::finish(&mut work.tx, row.notification_id, "superseded", now, detail, None).await?;
                } else {
                    outbox::again(&mut work.tx, row.notification_id, now, detail).await?;
                }
            }
            if !lost.is_empty() {
                work.wake_deliverer();
            }
            Ok(lost.len())
        })
    }
}

/// An operator asks for another try of a dead letter, or of one that waits.
pub struct RetryDelivery {
    pub actor: Actor,
    pub id: NoticeId,
}

impl UseCase for RetryDelivery {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Deliveries, Role::Operator)?;
            let (state, alert, receiver) = state_of(work, &self.actor, self.id).await?;
            if outbox::newer_waits(&mut work.tx, alert, receiver, self.id.0).await? {
                return Err(Fault::conflict("a newer notification of the same alert waits for this receiver already"));
            }
            if !outbox::revive(&mut work.tx, self.id, work.now).await? {
                return Err(Fault::conflict(format!(
                    "only waiting and dead deliveries can be tried again; this one is {state}"
                )));
            }
            work.places.resume(ReceiverId(receiver));
            work.wake_deliverer();
            work.audit(&self.actor, "tried again", &format!("delivery {}", self.id), "").await
        })
    }
}

/// An operator takes back a delivery that waits.
pub struct WithdrawDelivery {
    pub actor: Actor,
    pub id: NoticeId,
}

impl UseCase for WithdrawDelivery {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Deliveries, Role::Operator)?;
            let (state, ..) = state_of(work, &self.actor, self.id).await?;
            let detail = format!("withdrawn by {}", self.actor.name);
            if !outbox::withdraw(&mut work.tx, self.id, work.now, &detail).await? {
                return Err(Fault::conflict(format!("only a waiting delivery can be withdrawn; this one is {state}")));
            }
            work.publish(Topic::Deliveries);
            work.audit(&self.actor, "withdrew", &format!("delivery {}", self.id), "").await
        })
    }
}

/// State, alert and receiver of a delivery, of a host that the actor knows.
async fn state_of(work: &mut Work, actor: &Actor, id: NoticeId) -> Result<(String, Option<i64>, i64), Fault> {
    let unknown = || Fault::not_found("there is no such delivery; it may have been deleted with its host");
    let state = outbox::state(&mut work.tx, id).await?.ok_or_else(unknown)?;
    let host = match state.1 {
        Some(alert) => crate::store::alert::host_of(&mut work.tx, AlertId(alert)).await?,
        None => None,
    };
    if let Some(host) = host {
        actor.must_know(&work.draft(host).await?.host).map_err(|_| unknown())?;
    }
    Ok(state)
}
