//! Posts a notification as JSON to an address of the receiver's own.
//!
//! The far side is a program that somebody wrote for this, so everything is said in full: all fields
//! ([`body`]), a key to recognise repetitions, and a signature to recognise us.

mod body;
mod headers;

use std::collections::BTreeMap;
use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret, hmac,
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
    const TITLE: &'static str = "Webhook";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Posts notifications as JSON to a URL";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let mut errors = Check::default().url("/url", &settings.url).done().err().unwrap_or_default();
        errors.extend(headers::check(&settings.headers));
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let answer = request(settings, notification).send()?.accepted()?;
        let handle = body::handle(&answer.body);
        let detail = match answer.header("x-request-id") {
            Some(id) => format!("HTTP {}, request {id}", answer.status),
            None => format!("HTTP {}", answer.status),
        };
        Ok(Delivered { handle, ..Delivered::said(detail) })
    }
}

fn request(settings: &Settings, notification: &Notification) -> Request {
    let body = body::write(notification);
    let mut post = Request::post(&settings.url)
        .header("idempotency-key", &notification.idempotency_key)
        .header("user-agent", concat!("tocsin-webhook/", env!("CARGO_PKG_VERSION")));
    if let Some(key) = settings.signing_key.as_ref().filter(|key| !key.is_empty()) {
        post = post.header("x-tocsin-signature", signature(key, notification.decided_at_ms, &body));
    }
    if let Some(token) = settings.token.as_ref().filter(|token| !token.is_empty()) {
        post = post.bearer(token.expose());
    }
    for (name, value) in &settings.headers {
        post = post.header(name, value.expose());
    }
    post.body("application/json", body)
}

/// `t=1700000000,v1=6ffb…`: that the body comes from us and was not changed. The signed text is `t`, a
/// full stop and the body. `t` is the second in which the notification was decided: a retry carries
/// that of the first attempt.
fn signature(key: &Secret, decided_at_ms: u64, body: &[u8]) -> String {
    let t = decided_at_ms / 1000;
    let signed = hmac::sha256_hex(key.expose().as_bytes(), &[format!("{t}.").as_bytes(), body]);
    format!("t={t},v1={signed}")
}

sdk::export!(Webhook);

#[cfg(test)]
mod tests {
    use super::*;
    use tocsin_connector::serde_json;

    /// The expected value is what `printf '1700000000.{"schema":1}' | openssl dgst -sha256 -hmac key` prints.
    #[test]
    fn a_signature_can_be_checked_with_openssl() {
        let key: Secret = serde_json::from_str("\"key\"").unwrap();
        assert_eq!(
            signature(&key, 1_700_000_000_999, br#"{"schema":1}"#),
            "t=1700000000,v1=5b004453be83a053657f172ebe0e3835230360b0cf349c7e5ce2ee1aa0f5f3ac"
        );
    }
}
