//! Writes to a Telegram chat as a bot; what follows for an alert replies to its first message.
//!
//! [`message`] says what stands in the chat, [`answer`] what Telegram's replies mean.

mod answer;
mod message;

use tocsin_connector::http::Request;
use tocsin_connector::serde_json::json;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Kind, Notification,
    Secret,
};

/// Writes to a Telegram chat as a bot.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// What @BotFather shows for the bot, such as `123456:ABC-DEF…`.
    #[schemars(title = "Bot token")]
    token: Secret,
    /// The id of the chat, such as `-1001234567890`, or the `@name` of a public group or channel. The bot has to be a
    /// member; a person has to write to it first.
    #[schemars(title = "Chat")]
    chat: String,
    /// The number of a topic in the group. Leave empty for a group without topics, and for the topic “General”.
    #[serde(default)]
    #[schemars(title = "Topic")]
    topic: Option<u32>,
}

impl Settings {
    /// A reply goes to the topic of what it replies to, so the topic belongs to the place.
    fn place(&self) -> String {
        let topic = self.topic.map(|topic| format!("#{topic}")).unwrap_or_default();
        format!("{}{topic}", self.chat.trim())
    }
}

struct Telegram;

const API: &str = "https://api.telegram.org/";

impl Connector for Telegram {
    type Settings = Settings;
    const NAME: &'static str = "telegram";
    const TITLE: &'static str = "Telegram";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Writes to a Telegram chat as a bot";

    fn abilities() -> Vec<Ability> {
        vec![Ability::Http(API.into())]
    }

    fn limits() -> ChannelLimits {
        // A group takes 20 messages a minute.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 20)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        Check::default()
            .that("/token", is_token(settings.token.expose()), "Write the token whole, as @BotFather shows it.")
            .that(
                "/chat",
                is_chat(settings.chat.trim()),
                "Write the chat's id, a number, or the @name of a public one.",
            )
            .done()
    }

    fn deliver(settings: &Settings, n: &Notification) -> Result<Delivered, DeliveryError> {
        let chat = settings.chat.trim();
        let place = settings.place();
        let mut body = json!({
            "chat_id": chat,
            "text": message::write(n),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": true},
            // Good news and what somebody here has done need not ring at night.
            "disable_notification": matches!(n.kind, Kind::Acknowledged | Kind::Recovery),
        });
        if let Some(topic) = settings.topic {
            body["message_thread_id"] = json!(topic);
        }
        let first = n.prior_handle.as_deref().and_then(|handle| first(handle, &place));
        if let Some(id) = first {
            // Telegram itself sends it without, when the first message is gone.
            body["reply_parameters"] = json!({"message_id": id, "allow_sending_without_reply": true});
        }
        let token = settings.token.expose();
        let message = answer::read(Request::post(format!("{API}bot{token}/sendMessage")).json(&body).send()?)?;
        let delivered = Delivered::said(if first.is_some() { "replied" } else { "sent" });
        Ok(match first.or(message["message_id"].as_i64()) {
            Some(id) => delivered.called(format!("{place}/{id}")),
            None => delivered,
        })
    }
}

/// The id of the alert's first message, if it stands in this place. The handle is `PLACE/ID`.
fn first(handle: &str, place: &str) -> Option<i64> {
    handle.strip_prefix(place)?.strip_prefix('/')?.parse().ok()
}

/// `123456:ABC-DEF…`: it becomes part of the path, so nothing else may stand in it.
fn is_token(token: &str) -> bool {
    let Some((id, key)) = token.split_once(':') else { return false };
    let letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) && !key.is_empty() && letters(key)
}

fn is_chat(chat: &str) -> bool {
    let name = chat
        .strip_prefix('@')
        .is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    name || chat.parse::<i64>().is_ok()
}

sdk::export!(Telegram);
