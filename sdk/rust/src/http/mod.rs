//! HTTP through the host: one exchange, and what its answer means for the delivery.
//!
//! A [`Request`] is put together and sent; a [`Response`] says whether it counts as delivered.
//!
//! ```no_run
//! # use tocsin_connector::{DeliveryError, http::Request, serde_json::json};
//! # fn deliver(token: &str) -> Result<(), DeliveryError> {
//! let answer = Request::post("https://pager.example.com/v1/messages")
//!     .bearer(token)
//!     .json(&json!({"text": "web1 is down"}))
//!     .send()?
//!     .blame(&[401, 403], "/token", "The pager service does not accept this token.")?
//!     .accepted()?;
//! # Ok(()) }
//! ```

mod request;
mod response;
mod retry_after;

pub use crate::bindings::tocsin::connector::http::{Error, Request, Response, send};
use crate::{DeliveryError, misconfigured, permanent, retry};

impl From<Error> for DeliveryError {
    fn from(error: Error) -> DeliveryError {
        match error {
            Error::Denied(reason) => misconfigured("", reason),
            Error::Invalid(reason) => permanent(reason),
            // The far side has answered, so it has seen the message: sending it again would double it.
            Error::TooLarge(bytes) => permanent(format!("more than {bytes} bytes in one request or answer")),
            Error::Timeout => retry("no answer in time"),
            Error::Dns(reason) | Error::Connect(reason) | Error::Tls(reason) | Error::Other(reason) => retry(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_granted_is_a_matter_of_settings_and_a_broken_line_is_not() {
        assert!(matches!(DeliveryError::from(Error::Denied("no".into())), DeliveryError::Misconfigured(_)));
        assert!(matches!(DeliveryError::from(Error::Connect("refused".into())), DeliveryError::Retry(_)));
    }
}
