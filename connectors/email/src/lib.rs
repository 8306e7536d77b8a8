//! Sends notifications as e-mail through the receiver's own relay.
//!
//! [`message`] says what stands in the mail, [`thread`] what keeps the mails of one alert together.
//! The relay and its password stay with the host: this code never sees them.

mod message;
mod thread;

use lettre::message::Mailbox;
use tocsin_connector::{
    self as sdk, Ability, Connector, Delivered, DeliveryError, FieldError, Notification, Relay, log, permanent, smtp,
};

/// More than these are better served by a mailing list, and relays refuse too many.
const MAX_RECIPIENTS: usize = 50;

/// Sends e-mail through a relay of your own.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The sender, such as `Tocsin <alerts@example.org>`. The relay has to let it through.
    #[schemars(title = "From", length(min = 3))]
    from: String,
    /// The recipients, one address each. All are named in the mail.
    #[schemars(title = "To", length(min = 1, max = 50), inner(length(min = 3)))]
    to: Vec<String>,
    /// Where answers go. Empty means to the sender.
    #[serde(default)]
    #[schemars(title = "Reply to")]
    reply_to: Option<String>,
    /// The mail server that takes the messages.
    #[schemars(title = "Relay")]
    #[allow(dead_code, reason = "it is for the form and the host")]
    relay: Relay,
}

/// The settings, read.
struct Addresses {
    from: Mailbox,
    to: Vec<Mailbox>,
    reply_to: Option<Mailbox>,
}

impl Addresses {
    fn read(settings: &Settings) -> Result<Addresses, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut mailbox = |pointer: String, text: &str| {
            let read = text.trim().parse::<Mailbox>();
            if read.is_err() {
                let message = "Write an address such as ops@example.org or Ops <ops@example.org>.".into();
                errors.push(FieldError { pointer, message });
            }
            read.ok()
        };
        let from = mailbox("/from".into(), &settings.from);
        let to: Vec<Mailbox> =
            settings.to.iter().enumerate().filter_map(|(i, text)| mailbox(format!("/to/{i}"), text)).collect();
        let reply_to = settings.reply_to.as_deref().filter(|text| !text.trim().is_empty());
        let reply_to = reply_to.and_then(|text| mailbox("/reply_to".into(), text));
        if settings.to.is_empty() || settings.to.len() > MAX_RECIPIENTS {
            let message = format!("Name from 1 to {MAX_RECIPIENTS} recipients; for more use a mailing list.");
            errors.push(FieldError { pointer: "/to".into(), message });
        }
        match from {
            Some(from) if errors.is_empty() => Ok(Addresses { from, to, reply_to }),
            _ => Err(errors),
        }
    }
}

struct Email;

impl Connector for Email {
    type Settings = Settings;
    const NAME: &'static str = "email";
    const TITLE: &'static str = "E-mail";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Sends e-mail through a relay of your own";

    fn abilities() -> Vec<Ability> {
        vec![Ability::SmtpFromSettings("/relay".into())]
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        Addresses::read(settings).map(drop)
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let addresses = Addresses::read(settings).map_err(DeliveryError::Misconfigured)?;
        let id = thread::message_id(notification, &addresses.from);
        let message = message::build(&addresses, notification).map_err(|error| permanent(error.to_string()))?;
        let envelope = smtp::Envelope {
            sender: Some(addresses.from.email.to_string()),
            recipients: addresses.to.iter().map(|mailbox| mailbox.email.to_string()).collect(),
        };
        let accepted = smtp::send(&envelope, &message.formatted())?;
        for refusal in &accepted.refused {
            log::warning(format!("{} gets nothing: {} {}", refusal.recipient, refusal.reply.code, refusal.reply.text));
        }
        Ok(Delivered::said(smtp::detail(&accepted)).called(id))
    }
}

sdk::export!(Email);

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(from: &str, to: &[&str], reply_to: Option<&str>) -> Vec<String> {
        let to = to.iter().map(ToString::to_string).collect();
        let settings = Settings { from: from.into(), to, reply_to: reply_to.map(Into::into), relay: Relay {} };
        Addresses::read(&settings).err().unwrap_or_default().into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn addresses_may_carry_names() {
        assert!(
            pointers("Tocsin <t@example.org>", &["a@example.org", "Anna <anna@example.org>"], Some(" ")).is_empty()
        );
    }

    #[test]
    fn each_wrong_address_is_pointed_at() {
        assert_eq!(pointers("nobody", &["a@example.org", "b"], Some("c")), ["/from", "/to/1", "/reply_to"]);
        assert_eq!(pointers("t@example.org", &[], None), ["/to"]);
    }

    #[test]
    fn an_address_cannot_carry_a_second_command() {
        assert_eq!(pointers("t@example.org", &["a@example.org\r\nRCPT TO:<b@example.org>"], None), ["/to/0"]);
    }
}
