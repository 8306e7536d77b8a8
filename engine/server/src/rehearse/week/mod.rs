//! The last seven days once more, under an edited policy: what was sent, beside what would have been sent.
//!
//! The actor is an admin who is about to save a policy. `past` reads what happened from the database: alerts with their
//! ends, silences, downtimes, acknowledgements. `play` lets the same happen to the real engine over a database in
//! memory (`stage`), by a clock that is set, with the edited book; `compare` puts both beside each other, alert by alert.
//!
//! Groups, urgencies and the other policies are those of now: only what is edited differs, which is what is asked.

mod compare;
mod past;
mod play;
mod stage;

use std::time::Duration;

use tocsin_policy::{Book, Host, Policy, Span, Subject, Target, deciding};
use tokio::sync::Semaphore;

pub use compare::{Comparison, Difference, Tally, Told};

use super::Failure;
use crate::app::App;
use past::Past;

/// How far back it goes.
pub const BACK: Span = Span::hours(24 * 7);
/// A policy that would send so much is not understood by looking at it.
const MAX_SENT: usize = 20_000;
/// Longer than an admin waits for a page.
const LONGEST: Duration = Duration::from_secs(40);
/// Plays take a core each.
static SLOTS: Semaphore = Semaphore::const_new(1);

/// Plays the last seven days with `edited` in the place of the policy of its target; `None` is without any.
///
/// # Errors
/// A sentence, when it would take too long or the database fails.
pub async fn rehearse(app: &App, target: &Target, edited: Option<Policy>) -> Result<Comparison, Failure> {
    let _slot = SLOTS.acquire().await.map_err(|_| Failure("tocsin is shutting down".to_owned()))?;
    let before = app.engine.book();
    let mut book = Book::clone(&before);
    match edited {
        Some(policy) => drop(book.policies.insert(target.clone(), policy)),
        None => drop(book.policies.remove(target)),
    }
    let touched =
        |host: &Host, subject: &Subject| [&before, &book].iter().any(|book| decides(book, host, subject, target));
    let past = Past::load(app, touched).await?;
    book.downtimes = past.downtimes.clone();
    let played = tokio::time::timeout(LONGEST, play::play(&past, book)).await;
    let would = played.map_err(|_| {
        Failure(format!(
            "playing {} alerts of the last week took longer than {} s and was given up; nothing is wrong with the policy",
            past.alerts.len(),
            LONGEST.as_secs()
        ))
    })??;
    Ok(compare::compare(&past, &would))
}

fn decides(book: &Book, host: &Host, subject: &Subject, target: &Target) -> bool {
    deciding(book, host.facts(), subject).is_some_and(|policy| policy.target == *target)
}
