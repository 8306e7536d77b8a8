//! What came of one call.

use crate::bindings::tocsin::connector::types as api;
use crate::log::{LogLine, shorten};
use crate::secrets::Secrets;
use crate::{Containment, FieldError};
use std::time::Duration;
use url::Url;

/// Lengths of what a connector says, as it is kept and shown.
const DETAIL_CHARS: usize = 1_000;
const HANDLE_BYTES: usize = 1_024;
const URL_BYTES: usize = 2_048;
const MAX_FIELD_ERRORS: usize = 50;

/// What came of one call, and what it cost.
#[derive(Clone, Debug)]
pub struct Receipt {
    pub outcome: Outcome,
    pub logs: Vec<LogLine>,
    /// HTTP requests and mails that were tried.
    pub requests: u32,
    pub wall: Duration,
    pub memory_peak_bytes: u64,
}

/// Secrets from the settings appear in none of these texts.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The far side took responsibility. `url` is where people can see it there.
    Delivered { handle: Option<String>, detail: Option<String>, url: Option<Url> },
    /// It may work later, not before `after` if the far side said so.
    Retry { message: String, after: Option<Duration> },
    /// This message will never be accepted.
    Permanent { message: String },
    /// Nothing will be accepted until the settings or the grant are changed.
    Misconfigured { errors: Vec<FieldError> },
    /// The host ended the call. Whether the far side heard anything is not known, except for
    /// [`Containment::Busy`].
    Contained { category: Containment, message: String },
}

impl Outcome {
    pub(crate) fn of(answer: Result<api::Delivered, api::DeliveryError>) -> Outcome {
        match answer {
            Ok(api::Delivered { handle, detail, url }) => {
                // Half a handle would name something else.
                let handle = handle.filter(|handle| handle.len() <= HANDLE_BYTES);
                Outcome::Delivered { handle, detail, url: url.and_then(|url| link(&url)) }
            }
            Err(api::DeliveryError::Retry(api::Retry { message, after_ms })) => {
                Outcome::Retry { message, after: after_ms.map(Duration::from_millis) }
            }
            Err(api::DeliveryError::Permanent(message)) => Outcome::Permanent { message },
            Err(api::DeliveryError::Misconfigured(errors)) => Outcome::Misconfigured { errors },
        }
    }

    /// Without secrets and not longer than can be shown.
    pub(crate) fn presentable(self, secrets: &Secrets) -> Outcome {
        let text = |text: String| shorten(&secrets.scrub(&text), DETAIL_CHARS);
        match self {
            Outcome::Delivered { handle, detail, url } => Outcome::Delivered {
                handle: handle.map(|handle| secrets.scrub(&handle)),
                detail: detail.map(text),
                // A link with a hole in it leads nowhere.
                url: url.filter(|url| secrets.scrub(url.as_str()) == url.as_str()),
            },
            Outcome::Retry { message, after } => Outcome::Retry { message: text(message), after },
            Outcome::Permanent { message } => Outcome::Permanent { message: text(message) },
            Outcome::Misconfigured { errors } => Outcome::Misconfigured { errors: presentable_errors(errors, secrets) },
            Outcome::Contained { category, message } => Outcome::Contained { category, message: text(message) },
        }
    }
}

/// A link that can be shown to people; anything else is dropped, since it only adds to the rest.
fn link(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| text.len() <= URL_BYTES && matches!(url.scheme(), "http" | "https"))
}

pub(crate) fn presentable_errors(errors: Vec<FieldError>, secrets: &Secrets) -> Vec<FieldError> {
    let presentable = |error: FieldError| FieldError {
        pointer: shorten(&secrets.scrub(&error.pointer), DETAIL_CHARS),
        message: shorten(&secrets.scrub(&error.message), DETAIL_CHARS),
    };
    errors.into_iter().take(MAX_FIELD_ERRORS).map(presentable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn url_of(url: &str) -> Option<String> {
        let secrets = Secrets::of(&json!({"additionalProperties": {"writeOnly": true}}), &json!({"key": "s3cret-key"}));
        let said = api::Delivered { handle: None, detail: None, url: Some(url.into()) };
        match Outcome::of(Ok(said)).presentable(&secrets) {
            Outcome::Delivered { url, .. } => url.map(String::from),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_a_link_for_people_is_kept() {
        assert_eq!(
            url_of("https://jira.example.org/browse/OPS-7").as_deref(),
            Some("https://jira.example.org/browse/OPS-7")
        );
        assert_eq!(url_of("javascript:alert(1)"), None);
        assert_eq!(url_of("OPS-7"), None);
        assert_eq!(url_of("https://jira.example.org/?key=s3cret-key"), None);
        assert_eq!(url_of(&format!("https://jira.example.org/{}", "x".repeat(2_048))), None);
    }
}
