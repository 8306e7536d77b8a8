//! Posts to a Mattermost channel: through an incoming webhook, or as a bot that keeps one thread for each alert.
//!
//! [`message`] says what stands in the channel, [`answer`] what Mattermost's replies mean.

mod answer;
mod message;

use tocsin_connector::http::{Request, Response};
use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
    log,
};

/// Posts to a Mattermost channel: through an incoming webhook, or as a bot (a token and a channel), which keeps one
/// thread for each alert.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The webhook's address, `https://mattermost.example.org/hooks/…`; with a bot token the server's,
    /// `https://mattermost.example.org`. Whoever knows a webhook's can post, so it is kept like a password.
    #[schemars(title = "URL")]
    url: Secret,
    /// The access token of a bot account. Leave empty for a webhook.
    #[serde(default)]
    #[schemars(title = "Bot token")]
    token: Secret,
    /// With a bot token: the id of the channel, 26 letters and digits, which stands in its info. The bot has to be a
    /// member of its team and of the channel.
    #[serde(default)]
    #[schemars(title = "Channel id")]
    channel: String,
}

impl Settings {
    fn server(&self) -> &str {
        self.url.expose().trim().trim_end_matches('/')
    }
}

struct Mattermost;

impl Connector for Mattermost {
    type Settings = Settings;
    const NAME: &'static str = "mattermost";
    const TITLE: &'static str = "Mattermost";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Posts to a Mattermost channel, through a webhook or as a bot with threads";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // Servers that limit their API grant ten requests a second by default; a channel reads less.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 60)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let check = Check::default().url("/url", settings.server());
        let hook = settings.server().contains("/hooks/");
        if settings.token.is_empty() {
            return check
                .that("/url", hook, "Paste the webhook's whole URL, with /hooks/ in it, or give a bot token.")
                .that("/channel", settings.channel.is_empty(), "The webhook decides the channel. Leave this empty.")
                .done();
        }
        check
            .that("/url", !hook, "With a bot token write the server's address only.")
            .line("/token", settings.token.expose())
            .that("/channel", is_id(settings.channel.trim()), "Write the channel's id, 26 letters and digits.")
            .done()
    }

    fn deliver(settings: &Settings, n: &Notification) -> Result<Delivered, DeliveryError> {
        let attachments = json!([message::attachment(n)]);
        if settings.token.is_empty() {
            let body = json!({"text": message::heading(n), "attachments": attachments});
            let answer = answer::of_hook(Request::post(settings.server()).json(&body).send()?)?;
            return Ok(Delivered::said(answer.explain()));
        }
        let channel = settings.channel.trim();
        let mut body = json!({
            "channel_id": channel,
            "message": message::heading(n),
            "props": {"attachments": attachments},
        });
        if let Some(root) = n.prior_handle.as_deref().and_then(|handle| root(handle, channel)) {
            body["root_id"] = json!(root);
            let answer = post(settings, &body)?;
            if !answer::blames_thread(&answer) {
                answer::of_bot(answer)?;
                return Ok(Delivered::said("replied in the thread").called(format!("{channel}/{root}")));
            }
            log::info("the alert's first message is gone; a new thread begins");
            body["root_id"] = Value::Null;
        }
        let posted = answer::of_bot(post(settings, &body)?)?.value();
        match posted["id"].as_str().filter(|id| is_id(id)) {
            Some(id) => Ok(Delivered::said("posted").called(format!("{channel}/{id}"))),
            None => Ok(Delivered::said("posted")),
        }
    }
}

fn post(settings: &Settings, body: &Value) -> Result<Response, DeliveryError> {
    let url = format!("{}/api/v4/posts", settings.server());
    Ok(Request::post(url).bearer(settings.token.expose()).json(body).send()?)
}

/// The alert's first message, if it stands in this channel. The handle is `CHANNEL/POST`.
fn root<'a>(handle: &'a str, channel: &str) -> Option<&'a str> {
    let (there, post) = handle.split_once('/')?;
    (there == channel && is_id(post)).then_some(post)
}

fn is_id(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

sdk::export!(Mattermost);
