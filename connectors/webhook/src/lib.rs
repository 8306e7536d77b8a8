//! Posts a notification as JSON to an address of the receiver's own.
//!
//! The far side is a program that somebody wrote for this, so everything is said in full: all fields
//! ([`body`]), a key to recognise repetitions, and a signature to recognise us ([`signature`]).

mod body;
mod headers;
mod signature;

use std::collections::BTreeMap;
use tocsin_connector::{
    self as sdk, Ability, Connector, Delivered, DeliveryError, FieldError, Notification, Secret, http,
};

/// Posts every notification as JSON.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// Where to post. Its origin is the only one that this receiver may reach.
    #[schemars(title = "URL", url, length(min = 1))]
    url: String,
    /// Sent as `Authorization: Bearer …`. Leave empty for none.
    #[serde(default)]
    #[schemars(title = "Bearer token")]
    token: Option<Secret>,
    /// Key of the HMAC-SHA256 in the header `X-Tocsin-Signature`. Leave empty for no signature.
    #[serde(default)]
    #[schemars(title = "Signing key")]
    signing_key: Option<Secret>,
    /// Further headers, one value for each name. Values are treated as secrets.
    #[serde(default)]
    #[schemars(title = "Headers")]
    headers: BTreeMap<String, Secret>,
}

struct Webhook;

impl Connector for Webhook {
    type Settings = Settings;
    const NAME: &'static str = "webhook";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Posts notifications as JSON to a URL";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let mut errors = headers::check(&settings.headers);
        if !settings.url.starts_with("https://") && !settings.url.starts_with("http://") {
            let message = "Write the whole address, beginning with https:// or http://.".into();
            errors.push(FieldError { pointer: "/url".into(), message });
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let answer = request(settings, notification).send()?.accepted()?;
        let handle = body::handle(&answer.body);
        let detail = match answer.header("x-request-id") {
            Some(id) => format!("HTTP {}, request {id}", answer.status),
            None => format!("HTTP {}", answer.status),
        };
        Ok(Delivered { handle, detail: Some(detail) })
    }
}

fn request(settings: &Settings, notification: &Notification) -> http::Post {
    let body = body::write(notification);
    let mut post = http::Post::new(&settings.url)
        .header("idempotency-key", &notification.idempotency_key)
        .header("user-agent", concat!("tocsin-webhook/", env!("CARGO_PKG_VERSION")));
    if let Some(key) = settings.signing_key.as_ref().filter(|key| !key.is_empty()) {
        post = post.header("x-tocsin-signature", signature::header(key, notification.decided_at_ms, &body));
    }
    if let Some(token) = settings.token.as_ref().filter(|token| !token.is_empty()) {
        post = post.header("authorization", format!("Bearer {}", token.expose()));
    }
    for (name, value) in &settings.headers {
        post = post.header(name, value.expose());
    }
    post.body("application/json", body)
}

sdk::export!(Webhook);
