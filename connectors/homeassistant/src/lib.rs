//! Tells Home Assistant: through a notify action, such as the one of a telephone, or through the webhook of an
//! automation.
//!
//! [`message`] says what is sent.

mod message;

use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
    form,
};

/// Tells Home Assistant through a notify action or a webhook.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address of Home Assistant, such as `http://homeassistant.local:8123`.
    #[schemars(title = "URL", url, length(min = 1))]
    url: String,
    /// The action that notifies, such as `notify.mobile_app_annas_phone`. Leave empty for a webhook.
    #[serde(default)]
    #[schemars(title = "Notify action")]
    action: Option<String>,
    /// A long-lived access token, from the bottom of the security page of a user's profile. For an action.
    #[serde(default)]
    #[schemars(title = "Access token")]
    token: Option<Secret>,
    /// The id in the webhook trigger of an automation, in place of an action. Whoever knows it can trigger it.
    #[serde(default)]
    #[schemars(title = "Webhook id")]
    webhook_id: Option<Secret>,
}

/// One of the two ways in.
enum Way<'a> {
    /// The part of the action behind `notify.`, and the token.
    Action(&'a str, &'a str),
    Webhook(&'a str),
}

impl Settings {
    fn way(&self) -> Result<Way<'_>, Vec<FieldError>> {
        let action = self.action.as_deref().filter(|action| !action.is_empty());
        let secret = |secret: &'_ Option<Secret>| secret.as_ref().is_some_and(|secret| !secret.is_empty());
        let (has_token, has_webhook) = (secret(&self.token), secret(&self.webhook_id));
        let token = self.token.as_ref().map_or("", Secret::expose);
        let webhook = self.webhook_id.as_ref().map_or("", Secret::expose);
        let name = action.map(|action| action.strip_prefix("notify.").unwrap_or_default());
        let good = name.is_none_or(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        });
        Check::default()
            .url("/url", &self.url)
            .that("/url", !self.url.contains("/api/"), "Leave out what begins with /api/; it is added.")
            .that("/action", good, "Write the whole action, such as notify.mobile_app_annas_phone.")
            .that("/action", action.is_some() || has_webhook, "Give a notify action, or the id of a webhook below.")
            .that("/token", action.is_none() || has_token, "An action needs an access token.")
            .that("/token", !token.contains(char::is_control), "A token is one line.")
            .that("/webhook_id", action.is_none() || !has_webhook, "Give an action or a webhook, not both.")
            .done()?;
        Ok(match name {
            Some(name) => Way::Action(name, token),
            None => Way::Webhook(webhook),
        })
    }
}

struct HomeAssistant;

impl Connector for HomeAssistant {
    type Settings = Settings;
    const NAME: &'static str = "homeassistant";
    const TITLE: &'static str = "Home Assistant";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Tells Home Assistant through a notify action or a webhook";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // Its push service takes 500 a day for each telephone; a burst is no problem.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 30)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        settings.way().map(|_| ())
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let base = settings.url.trim_end_matches('/');
        let answer = match settings.way().map_err(DeliveryError::Misconfigured)? {
            Way::Action(name, token) => Request::post(format!("{base}/api/services/notify/{name}"))
                .bearer(token)
                .json(&message::action(notification))
                .send()?
                // It says so of an action that is not there, too, and names it nowhere.
                .blame(&[400], "/action", "Home Assistant does not know this action, or it takes no title and data.")?
                .blame(&[401], "/token", "Home Assistant does not accept this token. Make a new one.")?
                .blame(&[403], "/token", "Home Assistant has banned this address after too many wrong logins.")?,
            Way::Webhook(id) => Request::post(format!("{base}/api/webhook/{}", form::segment(id)))
                .json(&message::webhook(notification))
                .send()?
                .blame(&[405], "/webhook_id", "The webhook does not allow POST. Allow it in its trigger.")?,
        };
        let answer = answer.blame(&[404], "/url", "There is no Home Assistant at this address.")?.accepted()?;
        Ok(Delivered::said(answer.explain()))
    }
}

sdk::export!(HomeAssistant);
