//! Writes to a Zulip channel, each service of a host in its own topic.
//!
//! [`message`] says what stands in the topic, [`answer`] what Zulip's replies mean.

mod answer;
mod message;

use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
};

/// Writes to a Zulip channel as a bot.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address of the organization, such as `https://example.zulipchat.com`.
    #[schemars(title = "Organization", url, length(min = 1))]
    url: String,
    /// The bot's address, as Zulip shows it under its bots.
    #[schemars(title = "Bot's e-mail", length(min = 1))]
    email: String,
    /// The bot's API key.
    #[schemars(title = "API key")]
    api_key: Secret,
    /// The name of the channel, once called stream, without `#`.
    #[schemars(title = "Channel", length(min = 1))]
    channel: String,
}

struct Zulip;

impl Connector for Zulip {
    type Settings = Settings;
    const NAME: &'static str = "zulip";
    const TITLE: &'static str = "Zulip";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Writes to a Zulip channel, each service of a host in its own topic";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // Zulip lets a user make 200 requests a minute; a bot may have other things to do.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 100)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let email = settings.email.contains('@') && !settings.email.contains(':');
        Check::default()
            .url("/url", &settings.url)
            .line("/email", &settings.email)
            .that("/email", email, "Write the bot's whole address, such as tocsin-bot@example.zulipchat.com.")
            .line("/api_key", settings.api_key.expose())
            .line("/channel", &settings.channel)
            .that("/channel", !settings.channel.starts_with('#'), "Leave out the # before the channel's name.")
            .done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let (topic, content) = (message::topic(notification), message::write(notification));
        let fields = [("type", "stream"), ("to", &settings.channel), ("topic", &topic), ("content", &content)];
        let answer = Request::post(format!("{}/api/v1/messages", settings.url.trim_end_matches('/')))
            .basic(&settings.email, settings.api_key.expose())
            .form(fields)
            .send()?;
        answer::read(answer)
    }
}

sdk::export!(Zulip);
