//! Posts to a Slack channel through an incoming webhook.
//!
//! [`message`] says what stands in the channel, [`answer`] what Slack's replies mean.

mod answer;
mod message;

use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
};

/// Posts to a Slack channel through an incoming webhook.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address that Slack shows for the incoming webhook, `https://hooks.slack.com/services/…`.
    /// Whoever knows it can post, so it is kept like a password.
    #[schemars(title = "Webhook URL")]
    url: Secret,
}

struct Slack;

impl Connector for Slack {
    type Settings = Settings;
    const NAME: &'static str = "slack";
    const TITLE: &'static str = "Slack webhook";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Posts to a Slack channel through an incoming webhook";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        ChannelLimits {
            title_chars: Some(message::HEADER_CHARS as u32),
            text_chars: Some(message::SECTION_CHARS as u32),
            // Slack takes about one message a second for each webhook.
            per_minute: Some(60),
            bundles: true,
        }
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        Check::default().url("/url", settings.url.expose()).done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let body = message::write(notification);
        answer::read(Request::post(settings.url.expose()).json(&body).send()?)
    }
}

sdk::export!(Slack);
