//! Headers of the receiver's own: which names and values can be sent at all.

use std::collections::BTreeMap;
use tocsin_connector::{FieldError, Secret};

/// Set by the connector or by the host; a second one would contradict it.
const RESERVED: &[&str] = &[
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "idempotency-key",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-tocsin-signature",
];

/// A request with more headers than this is refused by many servers.
const MAX_HEADERS: usize = 20;

pub(crate) fn check(headers: &BTreeMap<String, Secret>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if headers.len() > MAX_HEADERS {
        let message = format!("At most {MAX_HEADERS} headers can be sent.");
        errors.push(FieldError { pointer: "/headers".into(), message });
    }
    for (name, value) in headers {
        let message = if !is_token(name) {
            "A header's name consists of letters, digits and hyphens."
        } else if RESERVED.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
            "This header is set by tocsin itself."
        } else if value.expose().chars().any(|c| c.is_control() && c != '\t') {
            "A header's value is one line."
        } else {
            continue;
        };
        let pointer = format!("/headers/{}", name.replace('~', "~0").replace('/', "~1"));
        errors.push(FieldError { pointer, message: message.into() });
    }
    errors
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tocsin_connector::serde_json;

    fn pointers(headers: &str) -> Vec<String> {
        check(&serde_json::from_str(headers).unwrap()).into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn plain_headers_are_fine() {
        assert!(pointers(r#"{"X-Api-Key":"abc","X-Team":"ops"}"#).is_empty());
    }

    #[test]
    fn a_header_cannot_smuggle_in_another() {
        assert_eq!(pointers(r#"{"X-A":"a\r\nX-B: b"}"#), ["/headers/X-A"]);
        assert_eq!(pointers(r#"{"X-A: a\r\nX-B":"b"}"#), ["/headers/X-A: a\r\nX-B"]);
    }

    #[test]
    fn what_tocsin_sets_cannot_be_set_again() {
        assert_eq!(pointers(r#"{"Content-Length":"3","X-Tocsin-Signature":"x"}"#).len(), 2);
    }
}
