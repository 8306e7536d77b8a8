//! Posts to a Slack channel through an incoming webhook.
//!
//! [`message`] says what stands in the channel, [`answer`] what Slack's replies mean, [`text`] how
//! outside text is made harmless and short.

mod answer;
mod message;
mod text;

use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Connector, Delivered, DeliveryError, FieldError, Notification, Secret, http,
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
        }
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let url = settings.url.expose();
        if url.starts_with("https://") || url.starts_with("http://") {
            return Ok(());
        }
        let message = "Paste the whole webhook URL, beginning with https://.".into();
        Err(vec![FieldError { pointer: "/url".into(), message }])
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let body = message::write(notification);
        answer::read(http::Post::new(settings.url.expose()).json(&body).send()?)
    }
}

sdk::export!(Slack);
