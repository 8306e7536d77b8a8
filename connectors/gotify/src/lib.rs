//! Push notifications through a Gotify server.
//!
//! [`message`] says what is sent.

mod message;

use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
};

/// Push notifications through a Gotify server.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address of your Gotify server.
    #[schemars(title = "Server", url, length(min = 1))]
    url: String,
    /// The token of an application, from the page *Apps*; it begins with `A`. A client's token cannot send.
    #[schemars(title = "Application token")]
    token: Secret,
}

struct Gotify;

impl Connector for Gotify {
    type Settings = Settings;
    const NAME: &'static str = "gotify";
    const TITLE: &'static str = "Gotify";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Push notifications through a Gotify server";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // It is one's own server and names no pace; a phone that gets more is of no use.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 60)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        Check::default().url("/url", settings.url.trim()).line("/token", settings.token.expose()).done()
    }

    fn deliver(settings: &Settings, n: &Notification) -> Result<Delivered, DeliveryError> {
        let url = format!("{}/message", settings.url.trim().trim_end_matches('/'));
        let answer = Request::post(url)
            .header("x-gotify-key", settings.token.expose().trim())
            .json(&message::write(n))
            .send()?
            .blame(
                &[401, 403],
                "/token",
                "Gotify does not know this token. Copy the token of an application, not of a client.",
            )?
            .blame(&[404], "/url", "There is no Gotify at this address. Write it without /message.")?
            .accepted()?;
        match answer.value()["id"].as_u64() {
            Some(id) => Ok(Delivered::said(format!("message {id}"))),
            None => Ok(Delivered::said(answer.explain())),
        }
    }
}

sdk::export!(Gotify);
