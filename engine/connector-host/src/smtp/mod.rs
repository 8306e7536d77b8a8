//! The mail door: one message at a time, through the receiver's own relay.
//!
//! The relay, its password, TLS and the connections stay on this side. Connections are kept for a
//! while, since greeting, TLS and login cost more than the message.

mod connect;
mod lines;
pub(crate) mod pool;
pub(crate) mod relay;
mod reply;
pub(crate) mod transaction;

use crate::PrivateAddresses;
use crate::bindings::tocsin::connector::smtp as api;
use crate::guest::State;
use api::Error;
use lettre::Address;
use relay::Relay;
use std::sync::Arc;
use std::time::{Duration, Instant};
use transaction::Mail;

/// Of one delivery; one is the rule.
const MAILS_PER_DELIVERY: u32 = 10;
/// What relays accept without a word; an alert is a thousandth of it.
const MESSAGE_BYTES: usize = 4 << 20;
/// RFC 5321 lets a relay refuse more.
const MAX_RECIPIENTS: usize = 100;
/// Of one message, with the connection.
const EXCHANGE: Duration = Duration::from_secs(25);

/// Where one call's mail may go.
pub(crate) struct MailDoor {
    pub(crate) relay: Arc<Relay>,
    pub(crate) private: PrivateAddresses,
}

impl State {
    async fn mail(&mut self, envelope: api::Envelope, message: Vec<u8>) -> Result<api::Accepted, Error> {
        let Some(door) = &self.doors.mail else {
            return Err(Error::Denied("This connector was not granted mail through a relay.".into()));
        };
        self.requests += 1;
        if self.requests > MAILS_PER_DELIVERY {
            return Err(Error::Denied(format!("More than {MAILS_PER_DELIVERY} mails in one delivery.")));
        }
        let mail = mail(envelope, message)?;
        let left = self.deadline.saturating_duration_since(Instant::now());
        let sent = self.doors.network.mail(&door.private, &door.relay, &mail);
        tokio::time::timeout(left.min(EXCHANGE), sent).await.unwrap_or(Err(Error::Timeout))
    }
}

impl api::Host for State {
    async fn send(
        &mut self,
        envelope: api::Envelope,
        message: Vec<u8>,
    ) -> wasmtime::Result<Result<api::Accepted, Error>> {
        Ok(self.mail(envelope, message).await)
    }
}

/// Checks addresses and sizes: a line break in an address would be a command to the relay.
fn mail(envelope: api::Envelope, message: Vec<u8>) -> Result<Mail, Error> {
    let address = |text: &String| {
        let wrong = |_| Error::Invalid(format!("{text:?} is not a mail address"));
        text.parse::<Address>().map_err(wrong)
    };
    let sender = envelope.sender.as_ref().map(address).transpose()?;
    let recipients = envelope.recipients.iter().map(address).collect::<Result<Vec<_>, _>>()?;
    if recipients.is_empty() || recipients.len() > MAX_RECIPIENTS {
        return Err(Error::Invalid(format!("a mail has from 1 to {MAX_RECIPIENTS} recipients")));
    }
    if message.len() > MESSAGE_BYTES {
        return Err(Error::Invalid(format!("the mail has more than {MESSAGE_BYTES} bytes")));
    }
    if has_loose_line_end(&message) {
        return Err(Error::Invalid("each line of a mail ends in CR LF; this one has a CR or a LF alone".into()));
    }
    Ok(Mail { sender, recipients, message })
}

/// Relays differ in whether `LF . LF` ends a message. Where one of two on the way believes it, what follows is commands
/// of the message's own.
fn has_loose_line_end(message: &[u8]) -> bool {
    let mut before = 0;
    let loose = message.iter().any(|&byte| {
        let wrong = (byte == b'\n') != (before == b'\r');
        before = byte;
        wrong
    });
    loose || before == b'\r'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(sender: &str, recipients: &[&str]) -> bool {
        let recipients = recipients.iter().map(|&recipient| recipient.to_owned()).collect();
        let envelope = api::Envelope { sender: Some(sender.to_owned()), recipients };
        matches!(mail(envelope, Vec::new()), Err(Error::Invalid(_)))
    }

    #[test]
    fn an_address_cannot_carry_a_command() {
        assert!(!refused("t@example.org", &["ops@example.org"]));
        assert!(refused("t@example.org", &["ops@example.org>\r\nRCPT TO:<all@example.org"]));
        assert!(refused("t@example.org\r\nDATA", &["ops@example.org"]));
        assert!(refused("t@example.org", &["ops@example.org\n"]));
    }

    #[test]
    fn a_line_ends_in_both_or_in_none() {
        for good in ["", "a", "a\r\n", "a\r\n\r\n.\r\nb"] {
            assert!(!has_loose_line_end(good.as_bytes()), "{good:?}");
        }
        for bad in ["\n", "\r", "a\n.\nb", "a\r.\r\nb", "a\r\r\n", "a\r\n\n", "a\r"] {
            assert!(has_loose_line_end(bad.as_bytes()), "{bad:?}");
        }
    }

    #[test]
    fn a_mail_has_some_recipients_and_a_size() {
        assert!(refused("t@example.org", &[]));
        assert!(refused("t@example.org", &["ops@example.org"; 101]));
        let envelope = api::Envelope { sender: None, recipients: vec!["ops@example.org".into()] };
        assert!(mail(envelope, vec![b'x'; MESSAGE_BYTES + 1]).is_err());
    }
}
