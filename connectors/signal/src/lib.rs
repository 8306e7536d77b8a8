//! Sends Signal messages through a bridge of one's own, signal-cli-rest-api.
//!
//! [`answer`] says what its replies mean.

mod answer;

use tocsin_connector::http::Request;
use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{shorten, tame};
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
};

/// Signal shows 2000 bytes at once and hides what is beyond behind "Read more", as an attachment. A letter may
/// take four of them, but hardly ever do all.
const TITLE_CHARS: usize = 200;
const TEXT_CHARS: usize = 1_200;
/// One request names them all, and one that cannot be reached keeps nobody else from being told.
const MAX_RECIPIENTS: usize = 20;

/// Sends Signal messages through signal-cli-rest-api.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address of the bridge, such as `http://signal-bridge:8080`.
    #[schemars(title = "URL", url, length(min = 1))]
    url: String,
    /// The number that is registered or linked at the bridge, with its country code: `+4930123456`.
    #[schemars(title = "From", length(min = 1))]
    number: String,
    /// Numbers with their country codes, names of users (`anna.01`) or groups (`group.…`, as the bridge lists them).
    #[schemars(title = "To", length(min = 1, max = 20))]
    recipients: Vec<String>,
    /// For a proxy before the bridge that wants a login; the bridge itself has none. Leave empty for none.
    #[serde(default)]
    #[schemars(title = "User name")]
    username: Option<String>,
    /// Belongs to the user name.
    #[serde(default)]
    #[schemars(title = "Password")]
    password: Option<Secret>,
}

struct Signal;

impl Connector for Signal {
    type Settings = Settings;
    const NAME: &'static str = "signal";
    const TITLE: &'static str = "Signal";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Sends Signal messages through signal-cli-rest-api";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // Signal publishes no number and asks senders that it finds too busy for a captcha.
        ChannelLimits::of(TITLE_CHARS, TEXT_CHARS, 20)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let number = settings
            .number
            .strip_prefix('+')
            .is_some_and(|digits| (6..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit()));
        let count = (1..=MAX_RECIPIENTS).contains(&settings.recipients.len());
        let mut check = Check::default()
            .url("/url", &settings.url)
            .that("/number", number, "Write +, the country code and the number, digits only.")
            .that("/recipients", count, "Name 1 to 20 recipients.");
        for (place, recipient) in settings.recipients.iter().enumerate() {
            check = check.line(&format!("/recipients/{place}"), recipient);
        }
        check.user_name("/username", settings.username.as_deref()).done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let answer = Request::post(format!("{}/v2/send", settings.url.trim_end_matches('/')))
            .login(settings.username.as_deref(), settings.password.as_ref())
            .json(&message(notification, settings))
            .send()?;
        answer::read(answer, settings.recipients.len() == 1)
    }
}

/// In text mode `normal` nothing formats, and Signal turns nothing but whole addresses into links.
fn message(n: &Notification, settings: &Settings) -> Value {
    let title = shorten(&tame(&n.marked_title()), TITLE_CHARS);
    json!({
        "number": settings.number,
        "recipients": settings.recipients,
        "text_mode": "normal",
        "message": format!("{title}\n\n{}", n.text_with_links(TEXT_CHARS)),
    })
}

sdk::export!(Signal);
