//! What the HTTP client reports, in the words of the contract.

use super::clients::Refused;
use crate::bindings::tocsin::connector::http::Error;
use std::error::Error as _;

pub(super) fn explain(error: reqwest::Error) -> Error {
    // A URL can be a secret.
    let error = error.without_url();
    let mut reasons = Vec::new();
    let mut cause = error.source();
    while let Some(reason) = cause {
        if let Some(Refused(sentence)) = reason.downcast_ref::<Refused>() {
            return Error::Denied(sentence.clone());
        }
        reasons.push(reason.to_string());
        cause = reason.source();
    }
    if error.is_timeout() {
        return Error::Timeout;
    }
    // The innermost reason says most; the outer ones often repeat it.
    let text = reasons.pop().unwrap_or_else(|| error.to_string());
    let all = format!("{} {text}", reasons.join(" "));
    if all.contains("dns error") {
        Error::Dns(format!("the name was not found: {text}"))
    } else if ["certificate", "handshake", "tls", "TLS"].iter().any(|word| all.contains(word)) {
        Error::Tls(format!("no secure connection: {text}"))
    } else if error.is_connect() {
        Error::Connect(format!("no connection: {text}"))
    } else if error.is_builder() {
        Error::Invalid(text)
    } else {
        Error::Other(format!("the exchange broke off: {text}"))
    }
}
