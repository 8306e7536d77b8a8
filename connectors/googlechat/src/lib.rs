//! Posts to a space of Google Chat through a webhook; one thread for each alert.
//!
//! [`message`] says what stands in the space, [`read`] what Google's replies mean.

mod message;

use tocsin_connector::http::{Request, Response};
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
    form, misconfigured,
};

/// Posts to a space of Google Chat through a webhook.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address that the space shows under *Apps & integrations*,
    /// `https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…`. Whoever knows it can post, so it is kept like
    /// a password.
    #[schemars(title = "Webhook URL")]
    url: Secret,
}

struct GoogleChat;

impl Connector for GoogleChat {
    type Settings = Settings;
    const NAME: &'static str = "googlechat";
    const TITLE: &'static str = "Google Chat";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Posts to a space of Google Chat, one thread for each alert";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // A space takes one message a second from all of its webhooks together.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 60)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let url = settings.url.expose();
        let whole = url.contains("/messages?") && url.contains("key=") && url.contains("token=") && !url.contains('#');
        Check::default()
            .url("/url", url)
            .that("/url", whole, "Paste the webhook's whole URL, with its key and token.")
            .done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        // A thread that cannot be answered any more is followed by a new one, says Google itself.
        let reply = form::encode([("messageReplyOption", "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD")]);
        let url = format!("{}&{reply}", settings.url.expose());
        let body = message::write(notification).to_string();
        read(Request::post(url).body("application/json; charset=UTF-8", body).send()?)
    }
}

fn read(answer: Response) -> Result<Delivered, DeliveryError> {
    let value = answer.value();
    let details = value["error"]["details"].as_array();
    if details.is_some_and(|details| details.iter().any(|detail| detail["reason"] == "API_KEY_INVALID")) {
        let sentence = "Google does not know the key in this URL. Copy the URL again.";
        return Err(misconfigured("/url", format!("{sentence} ({})", answer.explain())));
    }
    let answer = answer
        .blame(&[401, 403], "/url", "Google Chat does not accept this webhook. Copy its URL again, or make a new one.")?
        .blame(&[404], "/url", "The space or its webhook was deleted. Make a new webhook.")?
        .accepted()?;
    Ok(Delivered::said(match value["name"].as_str() {
        Some(name) => name.to_owned(),
        None => answer.explain(),
    }))
}

sdk::export!(GoogleChat);
