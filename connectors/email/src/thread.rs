//! Message ids: one alert is one thread, and a repeated delivery is the same mail.
//!
//! Every mail refers to a root that is made from the alert's id and that no mail bears. So all mails
//! of an alert hang together even when the first of them was never sent to this receiver, or was
//! deleted. The id of a mail is made from the idempotency key: mail systems drop a second copy.

use lettre::message::Mailbox;
use std::fmt::Write;
use tocsin_connector::{Kind, Notification};

/// The id of this mail, which is also the handle for what follows.
pub(crate) fn message_id(n: &Notification, from: &Mailbox) -> String {
    format!("<{}@{}>", atom(&n.idempotency_key), from.email.domain())
}

/// What the mail refers to, oldest first. None for a test, which belongs to no alert.
pub(crate) fn references(n: &Notification, from: &Mailbox) -> Option<Vec<String>> {
    if n.kind == Kind::Test {
        return None;
    }
    let mut ids = vec![format!("<alert.{}@{}>", atom(&n.alert_id), from.email.domain())];
    ids.extend(n.prior_handle.iter().filter(|prior| is_id(prior)).cloned());
    Some(ids)
}

/// Left side of an id. What may not stand there is written as `=` and its hexadecimal code, so that
/// different keys stay different.
fn atom(key: &str) -> String {
    key.bytes().fold(String::new(), |mut atom, b| {
        if b.is_ascii_alphanumeric() || b == b'-' || b == b'_' {
            atom.push(char::from(b));
        } else {
            // Writing to a string does not fail.
            let _ = write!(atom, "={b:02x}");
        }
        atom
    })
}

fn is_id(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>') && text.contains('@') && text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_keys_stay_different() {
        assert_eq!(atom("0198-ab_C"), "0198-ab_C");
        assert_eq!(atom("a:b"), "a=3ab");
        assert_ne!(atom("a:b"), atom("a=3ab"));
    }

    #[test]
    fn only_an_id_can_be_referred_to() {
        assert!(is_id("<k-1@example.org>"));
        assert!(!is_id("<k-1@example.org>\r\nBcc: x"));
        assert!(!is_id("TICKET-7"));
    }
}
