//! When a failed delivery is tried again (D4). The caller draws the random number, so a seed reproduces every delay.

use crate::{Moment, Span};

/// How long and how often to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryLimits {
    /// Wait after the first failed attempt; doubles with each further one.
    pub first: Span,
    /// No wait of our own is longer.
    pub cap: Span,
    /// Attempts until the delivery is a dead letter.
    pub attempts: u32,
    /// Age of the delivery at which it is a dead letter: news of yesterday helps nobody.
    pub age: Span,
}

impl Default for RetryLimits {
    /// 30 s doubling to 5 min; a day at most. 400 attempts are more than a day holds, so that the age decides
    /// unless an operator lowers the number.
    fn default() -> RetryLimits {
        RetryLimits { first: Span::seconds(30), cap: Span::minutes(5), attempts: 400, age: Span::hours(24) }
    }
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    At(Moment),
    /// Dead letter.
    GiveUp {
        reason: GaveUp,
    },
}

/// Why a delivery became a dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GaveUp {
    #[error("gave up after {0} attempts")]
    Attempts(u32),
    #[error("gave up: still undelivered after {age}", age = .0.words())]
    Age(Span),
    #[error("gave up: the receiver asks to wait {wait}, longer than the notification is worth", wait = .0.words())]
    AskedTooLong(Span),
}

/// The next attempt after number `attempt` (from 1) has failed at `now`.
///
/// `age` is how long ago the notification was committed; `retry_after` what the remote asked for, which is never
/// undercut; `jitter` any random number: it spreads the wait over its last quarter, so that deliveries that failed
/// together do not return together.
pub fn next_attempt(
    attempt: u32,
    age: Span,
    now: Moment,
    retry_after: Option<Span>,
    jitter: u32,
    limits: &RetryLimits,
) -> Next {
    if attempt >= limits.attempts {
        return Next::GiveUp { reason: GaveUp::Attempts(attempt) };
    }
    if age >= limits.age {
        return Next::GiveUp { reason: GaveUp::Age(age) };
    }
    let doublings = attempt.saturating_sub(1).min(16);
    let full = limits.first.0.saturating_mul(1 << doublings).min(limits.cap.0);
    let quarter = full / 4;
    let wait = full - quarter + (quarter as i128 * jitter as i128 / u32::MAX as i128) as i64;
    let wait = match retry_after {
        Some(asked) if age.0.saturating_add(asked.0) > limits.age.0 => {
            return Next::GiveUp { reason: GaveUp::AskedTooLong(asked) };
        }
        Some(asked) => wait.max(asked.0),
        None => wait,
    };
    Next::At(now + Span(wait))
}
