//! What Discord's replies mean. It says the reason as a number in the body.

use tocsin_connector::http::Response;
use tocsin_connector::serde_json::Value;
use tocsin_connector::{DeliveryError, misconfigured};

const UNKNOWN_CHANNEL: u64 = 10_003;
const UNKNOWN_MESSAGE: u64 = 10_008;
/// Messages older than an hour cannot be changed often.
const CHANGED_TOO_OFTEN: u64 = 30_046;
/// Such as one that a webhook has posted that is no more.
const NOT_OURS: u64 = 50_005;
const THREAD_ARCHIVED: u64 = 50_083;
const THREAD_LOCKED: u64 = 160_005;
/// A webhook of a forum channel without a thread.
const FORUM_NEEDS_THREAD: u64 = 220_001;

/// Why a message cannot be changed. Another can be posted all the same.
const UNCHANGEABLE: &[u64] = &[UNKNOWN_MESSAGE, CHANGED_TOO_OFTEN, NOT_OURS, THREAD_ARCHIVED];

/// The message as Discord keeps it; none if the one that was to be changed cannot be.
pub(crate) fn read(answer: Response, change: bool) -> Result<Option<Value>, DeliveryError> {
    let seconds = answer.value()["retry_after"].as_f64();
    let code = answer.value()["code"].as_u64().unwrap_or_default();
    if change && UNCHANGEABLE.contains(&code) {
        return Ok(None);
    }
    let thread = |sentence: &str| misconfigured("/thread", format!("{sentence} ({})", answer.explain()));
    match code {
        UNKNOWN_CHANNEL => return Err(thread("Discord does not know this thread. Check its id, or leave it empty.")),
        THREAD_ARCHIVED | THREAD_LOCKED => {
            return Err(thread("The thread is archived or locked. Open it, or choose another one."));
        }
        FORUM_NEEDS_THREAD => return Err(thread("The webhook belongs to a forum. Name a thread of it here.")),
        _ => {}
    }
    let answer = answer
        .or_wait(seconds)
        .blame(&[401, 403], "/url", "Discord does not accept this webhook. Copy its URL again.")?
        .blame(&[404], "/url", "The webhook was deleted in Discord. Make a new one and paste its URL.")?
        .accepted()?;
    Ok(Some(answer.value()))
}
