//! Publishes to a topic of ntfy.sh or of a server of one's own.
//!
//! [`message`] says what is published.

mod message;

use tocsin_connector::http::Request;
use tocsin_connector::serde_json::json;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Kind, Notification,
    Secret,
};

/// Publishes to a topic of ntfy.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// `https://ntfy.sh`, or the address of your own server.
    #[serde(default = "ntfy_sh")]
    #[schemars(title = "Server", url)]
    url: String,
    /// Letters, digits, hyphens and underscores. Without a login a topic is a password: whoever knows it reads along.
    #[schemars(title = "Topic")]
    topic: String,
    /// An access token, `tk_…`. Leave empty for a topic that anybody may publish to.
    #[serde(default)]
    #[schemars(title = "Access token")]
    token: Secret,
}

fn ntfy_sh() -> String {
    "https://ntfy.sh".into()
}

struct Ntfy;

impl Connector for Ntfy {
    type Settings = Settings;
    const NAME: &'static str = "ntfy";
    const TITLE: &'static str = "ntfy";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Push notifications through ntfy.sh or a server of your own";

    fn abilities() -> Vec<Ability> {
        // The second is for settings that leave the server out.
        vec![Ability::HttpFromSettings("/url".into()), Ability::Http("https://ntfy.sh/".into())]
    }

    fn limits() -> ChannelLimits {
        // A visitor of ntfy.sh has 60 requests at once and one more every 5 seconds.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 12)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        Check::default()
            .url("/url", settings.url.trim())
            .that(
                "/topic",
                is_topic(settings.topic.trim()),
                "A topic is 1 to 64 letters, digits, hyphens and underscores, without the server's address.",
            )
            .done()
    }

    fn deliver(settings: &Settings, n: &Notification) -> Result<Delivered, DeliveryError> {
        let topic = settings.topic.trim();
        let mut message = message::write(n, topic);
        // What ends an alert, or takes it over, replaces its last notification. A reminder is one of its own: it is
        // to ring, and one that is replaced does not everywhere.
        let replaces = matches!(n.kind, Kind::Acknowledged | Kind::Recovery);
        let sequence = n.prior_handle.as_deref().filter(|handle| replaces && is_topic(handle));
        if let Some(sequence) = sequence {
            message["sequence_id"] = json!(sequence);
        }
        let mut request = Request::post(format!("{}/", settings.url.trim().trim_end_matches('/')));
        if !settings.token.is_empty() {
            request = request.bearer(settings.token.expose());
        }
        let answer = request
            .json(&message)
            .send()?
            .blame(&[401], "/token", "ntfy does not know this access token. Make a new one in its web app.")?
            .blame(
                &[403],
                "/token",
                "ntfy lets nobody but some users publish to this topic. Give the token of one who may.",
            )?
            .blame(&[404], "/url", "There is no ntfy at this address. Write it without the topic.")?
            .accepted()?;
        let published = answer.value();
        let delivered = Delivered::said(format!("HTTP {}", answer.status));
        // A message that tells of several alerts is not to be replaced by one of them.
        let id = sequence.or(published["id"].as_str()).filter(|id| is_topic(id) && !n.is_bundle());
        Ok(match id {
            Some(id) => delivered.called(id),
            None => delivered,
        })
    }
}

/// ntfy wants the same form of topics, ids and sequences.
fn is_topic(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

sdk::export!(Ntfy);
