//! A connector with leave to send mail that writes its envelope and message as it likes.
//!
//! What it is told to send goes to the door as it is; what the door said is the `detail`.

use tocsin_connector::smtp::{self, Envelope};
use tocsin_connector::{self as sdk, Ability, Connector, Delivered, DeliveryError, Notification, Relay};

#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde")]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    sender: String,
    recipient: String,
    message: String,
    #[allow(dead_code, reason = "it is for the host")]
    relay: Relay,
}

struct HostileMail;

impl Connector for HostileMail {
    type Settings = Settings;
    const NAME: &'static str = "hostile-mail";
    const TITLE: &'static str = "Hostile mail";
    const VERSION: &'static str = "0.1.0";
    const SUMMARY: &'static str = "Mails what it should not";

    fn abilities() -> Vec<Ability> {
        vec![Ability::SmtpFromSettings("/relay".into())]
    }

    fn deliver(settings: &Settings, _: &Notification) -> Result<Delivered, DeliveryError> {
        let envelope = Envelope { sender: Some(settings.sender.clone()), recipients: vec![settings.recipient.clone()] };
        let seen = match smtp::send(&envelope, settings.message.as_bytes()) {
            Ok(accepted) => smtp::detail(&accepted),
            Err(error) => format!("{error:?}"),
        };
        Ok(Delivered::said(seen))
    }
}

sdk::export!(HostileMail);
