//! Push notifications through Pushover; the most urgent ring until somebody acknowledges them.
//!
//! [`message`] says what stands on the phone, [`answer`] what Pushover's replies mean.

mod answer;
mod message;

use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
    form, log,
};

/// Push notifications through Pushover.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The API token of an application that you make at pushover.net/apps.
    #[schemars(title = "Application token")]
    token: Secret,
    /// The key of a user, or of a group for several people.
    #[schemars(title = "User or group key")]
    user: Secret,
    /// Names of devices, separated by commas. Leave empty for all of them.
    #[serde(default)]
    #[schemars(title = "Devices")]
    devices: String,
    /// Problems of urgency 1 ring again and again until somebody acknowledges them on the phone.
    #[serde(default = "yes")]
    #[schemars(title = "Ring until acknowledged")]
    emergency: bool,
    /// Seconds between two rings.
    #[serde(default = "retry_s")]
    #[schemars(title = "Ring every", range(min = 30, max = 10800))]
    retry_s: u32,
    /// Seconds until the ringing ends by itself.
    #[serde(default = "expire_s")]
    #[schemars(title = "Ring for", range(min = 30, max = 10800))]
    expire_s: u32,
}

fn yes() -> bool {
    true
}

fn retry_s() -> u32 {
    60
}

fn expire_s() -> u32 {
    3600
}

struct Pushover;

const API: &str = "https://api.pushover.net/1/";

impl Connector for Pushover {
    type Settings = Settings;
    const NAME: &'static str = "pushover";
    const TITLE: &'static str = "Pushover";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Push notifications that ring until somebody acknowledges them";

    fn abilities() -> Vec<Ability> {
        vec![Ability::Http(API.into())]
    }

    fn limits() -> ChannelLimits {
        // Pushover names no pace but asks for one request at a time; the month's quota is what counts.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 30)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let wait = |seconds| (30..=10_800).contains(&seconds);
        let key =
            |secret: &Secret| secret.expose().len() == 30 && secret.expose().bytes().all(|b| b.is_ascii_alphanumeric());
        Check::default()
            .that("/token", key(&settings.token), "An application's token has 30 letters and digits.")
            .that("/user", key(&settings.user), "A user's or group's key has 30 letters and digits.")
            .that("/retry_s", wait(settings.retry_s), "Pushover takes 30 to 10800 seconds.")
            .that("/expire_s", wait(settings.expire_s), "Pushover takes 30 to 10800 seconds.")
            .done()
    }

    fn deliver(settings: &Settings, n: &Notification) -> Result<Delivered, DeliveryError> {
        let fields = message::write(settings, n);
        let fields = fields.iter().map(|(name, value)| (*name, value.as_str()));
        let said = answer::read(Request::post(format!("{API}messages.json")).form(fields).send()?)?;
        // What rang for this alert until now has been replaced. Afterwards, so that there is no silence in between.
        if let Some(receipt) = n.prior_handle.as_deref().filter(|handle| is_receipt(handle)) {
            quiet(settings, receipt);
        }
        let delivered = Delivered::said(format!("request {}", said["request"].as_str().unwrap_or("without a number")));
        // One that tells of several alerts must not fall silent when one of them ends.
        match said["receipt"].as_str().filter(|receipt| is_receipt(receipt) && !n.is_bundle()) {
            Some(receipt) => Ok(delivered.called(receipt)),
            None => Ok(delivered),
        }
    }
}

/// Ends the ringing. The message has been delivered, so a failure is noted and not tried again with it.
fn quiet(settings: &Settings, receipt: &str) {
    let url = format!("{API}receipts/{}/cancel.json", form::segment(receipt));
    let answer = Request::post(url).form([("token", settings.token.expose())]).send();
    match answer.map_err(DeliveryError::from).and_then(|answer| answer.accepted()) {
        Ok(_) => log::info("the earlier message rings no more"),
        Err(error) => log::warning(format!("the earlier message may still ring: {error:?}")),
    }
}

/// 30 letters and digits.
fn is_receipt(text: &str) -> bool {
    text.len() == 30 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

sdk::export!(Pushover);
