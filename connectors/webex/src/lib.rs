//! Writes to a Webex space as a bot; what follows about an alert stands in the thread of its first message.
//!
//! [`message`] says what stands there.

mod message;

use tocsin_connector::http::{Request, Response};
use tocsin_connector::serde_json::Value;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Retry,
    Secret,
};

const MESSAGES: &str = "https://webexapis.com/v1/messages";

/// Writes to a Webex space as a bot.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The access token that Webex showed when the bot was made.
    #[schemars(title = "Bot's access token")]
    token: Secret,
    /// The id of the space, `Y2lzY29zcGFyazovL3…`. The bot has to be a member of it.
    #[schemars(title = "Space (room id)", length(min = 1))]
    room: String,
}

struct Webex;

impl Connector for Webex {
    type Settings = Settings;
    const NAME: &'static str = "webex";
    const TITLE: &'static str = "Webex";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Writes to a Webex space as a bot, one thread for each alert";

    fn abilities() -> Vec<Ability> {
        vec![Ability::Http(MESSAGES.into())]
    }

    fn limits() -> ChannelLimits {
        // Webex publishes no number and asks for patience with 429.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_BYTES, 60)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        Check::default().line("/token", settings.token.expose()).line("/room", &settings.room).done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let body = message::write(notification, &settings.room);
        if let Some(parent) = &notification.prior_handle {
            let mut reply = body.clone();
            reply["parentId"] = parent.as_str().into();
            let answer = post(settings, &reply)?;
            // The first message may have been deleted; Webex calls that a bad request, not found or gone.
            if !matches!(answer.status, 400 | 404 | 410) {
                // Threads are one level deep: what follows hangs on the first message, too.
                return Ok(Delivered::said(read(answer)?.explain_id()).called(parent.as_str()));
            }
        }
        let sent = read(post(settings, &body)?)?;
        let delivered = Delivered::said(sent.explain_id());
        Ok(match sent.id() {
            Some(id) => delivered.called(id),
            None => delivered,
        })
    }
}

fn post(settings: &Settings, body: &Value) -> Result<Response, DeliveryError> {
    Ok(Request::post(MESSAGES).bearer(settings.token.expose()).json(body).send()?)
}

/// What Webex took.
struct Sent(Value);

impl Sent {
    fn id(&self) -> Option<String> {
        self.0["id"].as_str().map(Into::into)
    }

    fn explain_id(&self) -> String {
        self.id().map_or_else(|| "Webex gave the message no id".into(), |id| format!("message {id}"))
    }
}

fn read(answer: Response) -> Result<Sent, DeliveryError> {
    // Webex's word for "not now": a space that is being changed.
    if answer.status == 423 {
        return Err(DeliveryError::Retry(Retry { message: answer.explain(), after_ms: answer.retry_after_ms() }));
    }
    let answer = answer
        .blame(&[401], "/token", "Webex does not accept this token. Make a new one for the bot.")?
        .blame(&[403], "/room", "The bot may not write to this space. Add it as a member.")?
        .blame(&[404], "/room", "There is no such space, or the bot is no member of it. Add it.")?
        .accepted()?;
    Ok(Sent(answer.value()))
}

sdk::export!(Webex);
