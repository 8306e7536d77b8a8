//! What goes wrong in an exchange, in the words of the contract.

use super::ANSWER_BYTES;
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
        not_found(&text)
    } else if ["certificate", "handshake", "tls", "TLS"].iter().any(|word| all.contains(word)) {
        not_secure(&text)
    } else if error.is_connect() {
        no_connection(&text)
    } else if error.is_builder() {
        Error::Invalid(text)
    } else {
        broken_off(&text)
    }
}

/// An error in words, for those who watch.
pub(crate) fn words(error: &Error) -> String {
    match error {
        Error::Denied(reason) | Error::Invalid(reason) | Error::Other(reason) => reason.clone(),
        Error::Dns(reason) | Error::Connect(reason) | Error::Tls(reason) => reason.clone(),
        Error::Timeout => "no answer in time".into(),
        Error::TooLarge(bytes) => format!("more than {bytes} bytes"),
    }
}

pub(crate) fn not_found(why: &str) -> Error {
    Error::Dns(format!("the name was not found: {why}"))
}

pub(crate) fn no_connection(why: &str) -> Error {
    Error::Connect(format!("no connection: {why}"))
}

pub(crate) fn not_secure(why: &str) -> Error {
    Error::Tls(format!("no secure connection: {why}"))
}

pub(crate) fn broken_off(why: &str) -> Error {
    Error::Other(format!("the exchange broke off: {why}"))
}

pub(crate) fn too_large() -> Error {
    Error::TooLarge(ANSWER_BYTES as u64)
}
