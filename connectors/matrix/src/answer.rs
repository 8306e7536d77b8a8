//! What a homeserver's replies mean. It says the reason as a word under `errcode`.

use tocsin_connector::http::Response;
use tocsin_connector::{Advice, DeliveryError, advised, retry};

const BROKEN: &[Advice] = &[
    ("M_CONSENT_NOT_GIVEN", "/token", "The homeserver wants its terms accepted. Log in as this user and accept them."),
    ("M_FORBIDDEN", "/room", "The user may not write in this room. Invite it, join as it, and give it the right to."),
    ("M_MISSING_TOKEN", "/token", "The homeserver saw no access token. Copy it again."),
    ("M_NOT_FOUND", "/room", "The homeserver does not know this room. Check its id."),
    (
        "M_UNKNOWN_TOKEN",
        "/token",
        "The homeserver does not know this access token, or its session was ended. Make a new one.",
    ),
    ("M_USER_DEACTIVATED", "/token", "The user was switched off. Give the token of another one."),
    ("M_USER_SUSPENDED", "/token", "The user was suspended. Give the token of another one."),
];

pub(crate) enum Said {
    /// The id of the event.
    Done(String),
    /// Why the message as it is was not taken.
    Refused(String),
}

pub(crate) fn read(answer: Response) -> Result<Said, DeliveryError> {
    let value = answer.value();
    let word = value["errcode"].as_str().unwrap_or_default();
    if let Some(error) = advised(word, BROKEN) {
        return Err(error);
    }
    if answer.status == 400 {
        return Ok(Said::Refused(answer.explain()));
    }
    let seconds = value["retry_after_ms"].as_f64().map(|ms| ms / 1000.0);
    let answer = answer
        .or_wait(seconds)
        .blame(&[401], "/token", "The homeserver does not accept this access token.")?
        .blame(&[403], "/room", "The user may not write in this room.")?
        .blame(&[404], "/url", "There is no homeserver at this address. Look at its /.well-known/matrix/client.")?
        .accepted()?;
    match answer.value()["event_id"].as_str() {
        Some(event) => Ok(Said::Done(event.to_owned())),
        None => Err(retry(format!("this is no answer of a homeserver: {}", answer.explain()))),
    }
}
