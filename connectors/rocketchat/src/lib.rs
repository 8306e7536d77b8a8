//! Posts to a Rocket.Chat room through an incoming webhook.
//!
//! [`message`] says what stands in the room, [`read`] what Rocket.Chat's replies mean.

mod message;

use tocsin_connector::http::{Request, Response};
use tocsin_connector::{
    self as sdk, Ability, Advice, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification,
    Retry, Secret, advised, permanent,
};

/// Posts to a Rocket.Chat room through an incoming webhook.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address that the integration shows, `https://chat.example.org/hooks/…`. Whoever knows it can post, so it is
    /// kept like a password.
    #[schemars(title = "Webhook URL")]
    url: Secret,
}

struct RocketChat;

/// Its words for a webhook that cannot post, whatever the message is.
const BROKEN: &[Advice] = &[
    (
        "Invalid integration id or token provided.",
        "/url",
        "Rocket.Chat does not know this webhook. Copy its URL again.",
    ),
    (
        "You can't send messages because the room is readonly.",
        "/url",
        "Nobody can post in the room. Let the webhook's user.",
    ),
    ("You_have_been_muted", "/url", "The webhook's user is muted in its room. Unmute it."),
    ("error-invalid-room", "/url", "The webhook's room does not exist. Choose another one in the integration."),
    ("error-not-allowed", "/url", "The webhook's user may not post in its room. Look at the integration."),
    ("invalid-channel", "/url", "The webhook's room does not exist. Choose another one in the integration."),
    ("room_is_blocked", "/url", "The webhook's conversation is blocked. Choose another one in the integration."),
];

impl Connector for RocketChat {
    type Settings = Settings;
    const NAME: &'static str = "rocketchat";
    const TITLE: &'static str = "Rocket.Chat";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Posts to a Rocket.Chat room through an incoming webhook";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // A server grants ten requests a minute to one address by default.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 10)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let url = settings.url.expose();
        let hook = "Paste the webhook's whole URL, with /hooks/ in it.";
        Check::default().url("/url", url).that("/url", url.contains("/hooks/"), hook).done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let body = message::write(notification);
        read(Request::post(settings.url.expose()).json(&body).send()?)
    }
}

/// `{"success": true}`, or a word for what is wrong, which comes with a 200 or a 400 at times.
fn read(answer: Response) -> Result<Delivered, DeliveryError> {
    let value = answer.value();
    let word = value["error"].as_str().unwrap_or_default();
    if let Some(error) = advised(word, BROKEN) {
        return Err(error);
    }
    if word.contains("error-too-many-requests") {
        let after_ms = seconds_to_wait(word).map(|seconds| seconds * 1000);
        return Err(DeliveryError::Retry(Retry { message: answer.explain(), after_ms }));
    }
    let answer = answer
        .blame(&[401, 403], "/url", "Rocket.Chat does not accept this webhook. Copy its URL again.")?
        .blame(&[404], "/url", "There is no webhook at this address. Copy its URL again.")?
        .accepted()?;
    if value["success"] == false {
        return Err(permanent(format!("Rocket.Chat refuses the message: {}", answer.explain())));
    }
    Ok(Delivered::said(answer.explain()))
}

/// From "You must wait 23 seconds before trying this endpoint again."
fn seconds_to_wait(sentence: &str) -> Option<u64> {
    let (_, rest) = sentence.split_once("must wait ")?;
    rest.split(' ').next()?.parse::<u32>().ok().map(u64::from)
}

sdk::export!(RocketChat);
