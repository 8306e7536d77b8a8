//! What Telegram's replies mean. It says the reason as a sentence in the body, with a few of which it begins.

use tocsin_connector::http::Response;
use tocsin_connector::serde_json::Value;
use tocsin_connector::{DeliveryError, misconfigured};

/// Beginnings of what it says when the chat or the topic is to blame.
const BROKEN: &[(&str, &str, &str)] = &[
    (
        "Bad Request: chat not found",
        "/chat",
        "Telegram does not know this chat. Add the bot to it, and check the chat's id.",
    ),
    ("Bad Request: TOPIC_", "/topic", "The topic is closed or was deleted. Open it, or choose another one."),
    ("Bad Request: group chat was upgraded", "/chat", "The group has become a supergroup and has a new id."),
    (
        "Bad Request: message thread not found",
        "/topic",
        "Telegram does not know this topic. Check its number; leave it empty for “General”.",
    ),
    ("Bad Request: not enough rights", "/chat", "The bot may not write in this chat. Give it the right to."),
    ("Bad Request: have no rights", "/chat", "The bot may not write in this chat. Give it the right to."),
    ("Forbidden:", "/chat", "The bot may not write in this chat. Add it again, or write to it first."),
];

/// The message as Telegram keeps it.
pub(crate) fn read(answer: Response) -> Result<Value, DeliveryError> {
    let value = answer.value();
    let says = value["description"].as_str().unwrap_or_default();
    if let Some((_, pointer, sentence)) = BROKEN.iter().find(|(beginning, ..)| says.starts_with(beginning)) {
        let moved = value["parameters"]["migrate_to_chat_id"].as_i64();
        let moved = moved.map(|id| format!(" It is {id}.")).unwrap_or_default();
        return Err(misconfigured(*pointer, format!("{sentence}{moved} ({})", answer.explain())));
    }
    let seconds = value["parameters"]["retry_after"].as_f64();
    let answer = answer
        .or_wait(seconds)
        // It answers 404 to a token that is not even of the right form.
        .blame(&[401, 404], "/token", "Telegram does not know this token. Copy it again from @BotFather.")?
        .blame(&[403], "/chat", "The bot may not write in this chat.")?
        .accepted()?;
    Ok(answer.value()["result"].clone())
}
