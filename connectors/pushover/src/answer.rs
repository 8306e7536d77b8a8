//! What Pushover's replies mean. It names the parameter that it does not like.

use tocsin_connector::http::Response;
use tocsin_connector::serde_json::Value;
use tocsin_connector::{DeliveryError, FieldError};

/// Parameters that are settings, and what to do about them.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("token", "/token", "Pushover does not know this application. Copy its API token again."),
    ("user", "/user", "Pushover does not know this user or group, or no device of it. Copy the key again."),
    ("device", "/devices", "Pushover does not know this device. Look at its name in the app's settings."),
];

/// What it says of the message.
pub(crate) fn read(answer: Response) -> Result<Value, DeliveryError> {
    let value = answer.value();
    let blamed = SETTINGS.iter().filter(|(name, ..)| answer.status != 429 && value[name] == "invalid");
    let wrong: Vec<FieldError> = blamed
        .map(|(_, pointer, sentence)| FieldError::new(*pointer, format!("{sentence} ({})", answer.explain())))
        .collect();
    if !wrong.is_empty() {
        return Err(DeliveryError::Misconfigured(wrong));
    }
    let answer = answer.blame(&[401, 403], "/token", "Pushover does not accept this application.")?.accepted()?;
    Ok(answer.value())
}
