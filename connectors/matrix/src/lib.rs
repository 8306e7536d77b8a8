//! Writes to a Matrix room; what follows for an alert stands in the thread of its first message.
//!
//! [`message`] says what stands in the room, [`answer`] what the homeserver's replies mean.

mod answer;
mod message;

use answer::Said;
use tocsin_connector::http::Request;
use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
    form, log, permanent,
};

/// Writes to a Matrix room.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The homeserver of the user who writes, such as `https://matrix.example.org`.
    #[schemars(title = "Homeserver", url, length(min = 1))]
    url: String,
    /// An access token of that user, better of one made for tocsin than of a person.
    #[schemars(title = "Access token")]
    token: Secret,
    /// The room's internal id, such as `!abc:example.org`, from its advanced settings. The user has to have joined
    /// it, and it must not be encrypted.
    #[schemars(title = "Room id")]
    room: String,
}

struct Matrix;

impl Connector for Matrix {
    type Settings = Settings;
    const NAME: &'static str = "matrix";
    const TITLE: &'static str = "Matrix";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Writes to a Matrix room, one thread for each alert";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // What Synapse grants a user when nothing else is configured: one message in 5 seconds, after ten at once.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 12)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        Check::default()
            .url("/url", settings.url.trim())
            .line("/token", settings.token.expose())
            .that(
                "/room",
                is_id(settings.room.trim(), '!'),
                "Write the room's internal id, which begins with an exclamation mark, not its address.",
            )
            .done()
    }

    fn deliver(settings: &Settings, n: &Notification) -> Result<Delivered, DeliveryError> {
        let room = settings.room.trim();
        let body = message::write(n);
        let mut key = n.idempotency_key.clone();
        if let Some(root) = n.prior_handle.as_deref().and_then(|handle| root(handle, room)) {
            if let Said::Done(_) = put(settings, &key, &in_thread(&body, root))? {
                return Ok(Delivered::said("sent in the thread").called(format!("{room} {root}")));
            }
            log::info("the alert's first message is gone; a new thread begins");
            // A homeserver may remember what it has answered to the first key.
            key.push_str("-anew");
        }
        match put(settings, &key, &body)? {
            Said::Done(event) => Ok(Delivered::said("sent").called(format!("{room} {event}"))),
            Said::Refused(reason) => Err(permanent(reason)),
        }
    }
}

/// The key makes a repeated message the same event: the homeserver answers with the first one's id.
fn put(settings: &Settings, key: &str, body: &Value) -> Result<Said, DeliveryError> {
    let (server, room) = (settings.url.trim().trim_end_matches('/'), form::segment(settings.room.trim()));
    let url = format!("{server}/_matrix/client/v3/rooms/{room}/send/m.room.message/{}", form::segment(key));
    answer::read(Request::put(url).bearer(settings.token.expose().trim()).json(body).send()?)
}

fn in_thread(body: &Value, root: &str) -> Value {
    let mut reply = body.clone();
    reply["m.relates_to"] = json!({
        "rel_type": "m.thread",
        "event_id": root,
        // For apps without threads: an answer to the alert's first message.
        "is_falling_back": true,
        "m.in_reply_to": {"event_id": root},
    });
    reply
}

/// The alert's first message, if it stands in this room. The handle is the room's id, a space, the event's.
fn root<'a>(handle: &'a str, room: &str) -> Option<&'a str> {
    let (there, event) = handle.split_once(' ')?;
    (there == room && is_id(event, '$')).then_some(event)
}

/// Ids of Matrix have at most 255 bytes and begin with a sign for what they name.
fn is_id(text: &str, sign: char) -> bool {
    text.len() <= 255 && text.len() > 1 && text.starts_with(sign) && text.bytes().all(|b| b.is_ascii_graphic())
}

sdk::export!(Matrix);
