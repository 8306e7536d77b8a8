//! What Discord's replies mean. It says the reason as a number in the body.

use tocsin_connector::http::Response;
use tocsin_connector::serde_json::Value;
use tocsin_connector::{DeliveryError, misconfigured};

const UNKNOWN_CHANNEL: u64 = 10_003;
const UNKNOWN_MESSAGE: u64 = 10_008;
/// The thread was archived and may not be opened by a webhook.
const THREAD_ARCHIVED: u64 = 50_083;
/// A webhook of a forum channel without a thread.
const FORUM_NEEDS_THREAD: u64 = 220_001;

/// The message as Discord keeps it; none if the one that was to be changed is gone.
pub(crate) fn read(answer: Response, change: bool) -> Result<Option<Value>, DeliveryError> {
    let seconds = answer.value()["retry_after"].as_f64();
    let code = answer.value()["code"].as_u64().unwrap_or_default();
    if change && code == UNKNOWN_MESSAGE {
        return Ok(None);
    }
    let thread = |sentence: &str| misconfigured("/thread", format!("{sentence} ({})", answer.explain()));
    match code {
        UNKNOWN_CHANNEL => return Err(thread("Discord does not know this thread. Check its id, or leave it empty.")),
        THREAD_ARCHIVED => return Err(thread("The thread is archived and locked. Open it, or choose another one.")),
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
