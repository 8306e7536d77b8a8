//! Sends notifications as text messages (SMS) through Twilio.
//!
//! [`sms`] says what fits into one, [`answer`] what Twilio's replies mean.

mod answer;
mod sms;

use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
    form,
};

const ACCOUNTS: &str = "https://api.twilio.com/2010-04-01/Accounts/";

/// Each is paid for.
fn max_segments() -> u32 {
    3
}

/// Sends notifications as text messages (SMS) through Twilio.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// Begins with `AC`; the console shows it.
    #[schemars(title = "Account SID", length(min = 1))]
    account_sid: String,
    /// Begins with `SK`. Leave empty to log in with the account's own auth token.
    #[serde(default)]
    #[schemars(title = "API key SID")]
    api_key_sid: Option<String>,
    /// The secret of the API key, or the account's auth token if there is none.
    #[schemars(title = "Secret or auth token")]
    auth_token: Secret,
    /// A number of the account with its country code (`+15017122661`), a short code, a messaging service (`MG…`), or a name
    /// of up to 11 letters where the country allows it.
    #[schemars(title = "From", length(min = 1))]
    from: String,
    /// The telephone number with its country code, such as `+4930123456`. One receiver is one telephone.
    #[schemars(title = "To", length(min = 1))]
    to: String,
    /// The most parts that one message may have. Each is paid for: 153 characters, or 67 with letters
    /// that SMS does not know.
    #[serde(default = "max_segments")]
    #[schemars(title = "Parts at most", range(min = 1, max = 10))]
    max_segments: u32,
}

struct Twilio;

impl Connector for Twilio {
    type Settings = Settings;
    const NAME: &'static str = "twilio";
    const TITLE: &'static str = "SMS through Twilio";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Sends notifications as text messages through Twilio";

    fn abilities() -> Vec<Ability> {
        vec![Ability::Http(ACCOUNTS.into())]
    }

    fn limits() -> ChannelLimits {
        // A number in North America sends one part a second, and a message has three.
        ChannelLimits::of(sms::TITLE_CHARS, sms::most_chars(sms::MAX_SEGMENTS), 20)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let sid = |text: &str, begin: &str| {
            text.len() == 34 && text.starts_with(begin) && text.chars().all(|c| c.is_ascii_alphanumeric())
        };
        let key = settings.api_key_sid.as_deref().unwrap_or_default();
        let from = &settings.from;
        let short_code = (4..=6).contains(&from.len()) && from.chars().all(|c| c.is_ascii_digit());
        let name = (1..=11).contains(&from.len())
            && from.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
            && from.contains(|c: char| c.is_ascii_alphabetic());
        let sender = number(from) || short_code || sid(from, "MG") || name;
        let segments = (1..=sms::MAX_SEGMENTS).contains(&settings.max_segments);
        Check::default()
            .that("/account_sid", sid(&settings.account_sid, "AC"), "An account SID is AC and 32 letters and digits.")
            .that("/api_key_sid", key.is_empty() || sid(key, "SK"), "An API key SID is SK and 32 letters and digits.")
            .line("/auth_token", settings.auth_token.expose())
            .that("/from", sender, "Write +, the country code and the number; or MG…; or a name of up to 11 letters.")
            .that("/to", number(&settings.to), "Write +, the country code and the number, digits only.")
            .that("/max_segments", segments, "Between 1 and 10.")
            .done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let user = settings.api_key_sid.as_deref().filter(|key| !key.is_empty()).unwrap_or(&settings.account_sid);
        let sender = if settings.from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
        let body = sms::write(notification, settings.max_segments);
        let answer = Request::post(format!("{ACCOUNTS}{}/Messages.json", form::segment(&settings.account_sid)))
            .basic(user, settings.auth_token.expose())
            .form([("To", settings.to.as_str()), (sender, settings.from.as_str()), ("Body", body.as_str())])
            .send()?;
        answer::read(answer)
    }
}

/// E.164: a plus, and at most 15 digits of which the first is no zero.
fn number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (6..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.chars().all(|c| c.is_ascii_digit())
    })
}

sdk::export!(Twilio);
