//! What lettre reports, in the words of the contract.

use crate::bindings::tocsin::connector::smtp::{Error, Reply};
use lettre::transport::smtp;
use std::error::Error as _;

pub(super) fn of(response: &smtp::response::Response) -> Reply {
    Reply { code: response.code().into(), text: response.message().collect::<Vec<_>>().join(" ") }
}

/// The reply in an error, if the relay gave one.
pub(super) fn negative(error: &smtp::Error) -> Option<Reply> {
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    error.status().map(|code| Reply { code: code.into(), text: text.split_whitespace().collect::<Vec<_>>().join(" ") })
}

pub(super) fn explain(error: smtp::Error) -> Error {
    match negative(&error) {
        Some(reply) if error.is_permanent() => Error::Rejected(reply),
        Some(reply) => Error::Temporary(reply),
        None if error.is_timeout() => Error::Timeout,
        None => Error::Unavailable(format!("the relay could not be used: {error}")),
    }
}
