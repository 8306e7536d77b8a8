//! Posts to a Discord channel through a webhook, and changes the alert's message when it is taken over or ends.
//!
//! [`message`] says what stands in the channel, [`answer`] what Discord's replies mean.

mod answer;
mod message;

use tocsin_connector::http::Request;
use tocsin_connector::serde_json::Value;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Kind, Notification,
    Secret, form,
};

/// Posts to a Discord channel through a webhook.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address that Discord shows under *Integrations*, `https://discord.com/api/webhooks/…`. Whoever knows it
    /// can post, so it is kept like a password.
    #[schemars(title = "Webhook URL")]
    url: Secret,
    /// The id of the thread in the webhook's channel where messages go. Leave empty for the channel itself.
    #[serde(default)]
    #[schemars(title = "Thread id")]
    thread: String,
    /// An acknowledgement or a recovery changes the alert's last message, and Discord tells nobody of a change.
    /// Switch it off to get a new message, which rings.
    #[serde(default = "yes")]
    #[schemars(title = "Change messages in place")]
    edit: bool,
}

fn yes() -> bool {
    true
}

struct Discord;

impl Connector for Discord {
    type Settings = Settings;
    const NAME: &'static str = "discord";
    const TITLE: &'static str = "Discord";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Posts to a Discord channel through a webhook";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // Discord names its limits in each answer only; 30 a minute is what a webhook has been seen to bear.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 30)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let url = settings.url.expose();
        let thread = settings.thread.trim();
        Check::default()
            .url("/url", url)
            .that(
                "/url",
                !url.contains(['?', '#']),
                "Paste the webhook's URL as Discord shows it, without a question mark.",
            )
            .that("/thread", thread.is_empty() || is_id(thread), "Write the thread's id, a long number.")
            .done()
    }

    fn deliver(settings: &Settings, n: &Notification) -> Result<Delivered, DeliveryError> {
        let body = message::write(n);
        let prior = n.prior_handle.as_deref().filter(|prior| is_id(prior));
        if let Some(id) = prior.filter(|_| settings.edit && matches!(n.kind, Kind::Acknowledged | Kind::Recovery)) {
            let path = format!("/messages/{}", form::segment(id));
            let changed = answer::read(Request::patch(settings.to(&path, "")).json(&body).send()?, true)?;
            if let Some(changed) = changed {
                return Ok(delivered(n, &changed, "changed"));
            }
        }
        let posted = answer::read(Request::post(settings.to("", "wait=true")).json(&body).send()?, false)?;
        Ok(delivered(n, &posted.unwrap_or_default(), "posted"))
    }
}

impl Settings {
    fn to(&self, path: &str, query: &str) -> String {
        let thread = Some(self.thread.trim()).filter(|thread| !thread.is_empty());
        let thread = thread.map(|thread| form::encode([("thread_id", thread)])).unwrap_or_default();
        let query = [query, thread.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{mark}{query}", self.url.expose().trim_end_matches('/'))
    }
}

/// The handle is the message's id. A message that tells of several alerts has none: a change for one of them
/// would wipe out the others.
fn delivered(n: &Notification, message: &Value, how: &str) -> Delivered {
    let delivered = Delivered::said(how);
    match message["id"].as_str().filter(|id| is_id(id) && !n.is_bundle()) {
        Some(id) => delivered.called(id),
        None => delivered,
    }
}

/// A snowflake: a number of at most 20 digits, written as text.
fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

sdk::export!(Discord);
