//! Posts to a Slack channel: through an incoming webhook, or as a bot that keeps one thread for each alert.
//!
//! [`message`] says what stands in the channel, [`bot`] how an alert's messages hang together, [`answer`]
//! what Slack's replies mean.

mod answer;
mod bot;
mod message;

use bot::Bot;
use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
};

/// Posts to a Slack channel: through an incoming webhook (a URL), or as a bot (a token and a channel), which
/// keeps one thread for each alert.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address that Slack shows for the incoming webhook, `https://hooks.slack.com/services/…`.
    /// Whoever knows it can post, so it is kept like a password. Leave empty to post as a bot.
    #[serde(default)]
    #[schemars(title = "Webhook URL")]
    url: Secret,
    /// Begins with `xoxb-`; the bot needs the scope `chat:write` and has to be in the channel.
    #[serde(default)]
    #[schemars(title = "Bot token")]
    token: Secret,
    /// The id of the channel where the bot posts, such as `C024BE91L`. It stands at the end of the channel's details.
    #[serde(default)]
    #[schemars(title = "Channel id")]
    channel: String,
}

impl Settings {
    fn bot(&self) -> Option<Bot<'_>> {
        (!self.token.is_empty()).then(|| Bot { token: self.token.expose(), channel: self.channel.trim() })
    }
}

struct Slack;

impl Connector for Slack {
    type Settings = Settings;
    const NAME: &'static str = "slack";
    const TITLE: &'static str = "Slack";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Posts to a Slack channel, through a webhook or as a bot with threads";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into()), Ability::Http(bot::API.into())]
    }

    fn limits() -> ChannelLimits {
        // Slack takes about one message a second for each webhook and for each channel.
        ChannelLimits::of(message::HEADER_CHARS, message::SECTION_CHARS, 60)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let check = Check::default();
        match settings.bot() {
            None if settings.url.is_empty() => {
                check.that("/url", false, "Paste the URL of an incoming webhook, or give a bot token and a channel.")
            }
            None => check.url("/url", settings.url.expose()).that(
                "/channel",
                settings.channel.is_empty(),
                "The webhook decides the channel. Leave this empty, or give a bot token in place of the URL.",
            ),
            Some(bot) => check
                .that("/url", settings.url.is_empty(), "Give the webhook's URL or the bot token, not both.")
                .line("/token", bot.token)
                .that("/channel", is_channel(bot.channel), "Write the channel's id, such as C024BE91L, not its name."),
        }
        .done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        match settings.bot() {
            Some(bot) => bot.deliver(notification),
            None => {
                let body = message::write(notification);
                answer::read(Request::post(settings.url.expose()).json(&body).send()?)
            }
        }
    }
}

/// A channel, a private one or a conversation with one person.
fn is_channel(id: &str) -> bool {
    id.starts_with(['C', 'G', 'D']) && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

sdk::export!(Slack);
