//! Pushes alerts to Prometheus Alertmanager, which groups, routes and silences them by its own rules.
//!
//! [`alert`] says what is sent.

mod alert;

use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
    serde_json,
};

/// A week: longer than any sensible interval of reminders.
const HOLD_HOURS: u32 = 168;
/// A year; what is older was forgotten and not held.
const MAX_HOLD_HOURS: u32 = 8_784;

fn hold_hours() -> u32 {
    HOLD_HOURS
}

/// Pushes alerts to Prometheus Alertmanager.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address of Alertmanager, without `/api/v2/alerts`, such as `http://alertmanager:9093`.
    #[schemars(title = "URL", url, length(min = 1))]
    url: String,
    /// For a server or proxy that wants a login. Leave empty for none.
    #[serde(default)]
    #[schemars(title = "User name")]
    username: Option<String>,
    /// Belongs to the user name.
    #[serde(default)]
    #[schemars(title = "Password")]
    password: Option<Secret>,
    /// Sent as `Authorization: Bearer …` instead of a login. Leave empty for none.
    #[serde(default)]
    #[schemars(title = "Bearer token")]
    token: Option<Secret>,
    /// After so many hours without a reminder or a recovery Alertmanager takes a problem for solved.
    /// Longer than the interval of reminders.
    #[serde(default = "hold_hours")]
    #[schemars(title = "Hold for hours", range(min = 1, max = 8784))]
    hold_hours: u32,
}

struct Alertmanager;

impl Connector for Alertmanager {
    type Settings = Settings;
    const NAME: &'static str = "alertmanager";
    const TITLE: &'static str = "Prometheus Alertmanager";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Pushes alerts to Prometheus Alertmanager";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        ChannelLimits {
            title_chars: Some(alert::SUMMARY_CHARS as u32),
            text_chars: Some(alert::DESCRIPTION_CHARS as u32),
            // It is made for thousands a minute.
            per_minute: None,
            // Alertmanager groups by itself, and needs each alert with its own labels.
            bundles: false,
        }
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let held = (1..=MAX_HOLD_HOURS).contains(&settings.hold_hours);
        let path = !settings.url.contains("/api/v");
        let token = settings.token.as_ref().map_or("", Secret::expose);
        let login = settings.username.as_deref().unwrap_or_default();
        Check::default()
            .url("/url", &settings.url)
            .that("/url", path, "Leave out /api/v2/alerts; it is added.")
            .user_name("/username", settings.username.as_deref())
            .that("/token", !token.contains(char::is_control), "A token is one line.")
            .that("/token", token.is_empty() || login.is_empty(), "Give a user name or a token, not both.")
            .that("/hold_hours", held, "Between 1 hour and 8784, a year.")
            .done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let labels = alert::labels(notification);
        let body = alert::write(notification, &labels, settings.hold_hours);
        let mut post = Request::post(format!("{}/api/v2/alerts", settings.url.trim_end_matches('/')))
            .login(settings.username.as_deref(), settings.password.as_ref());
        let mut login = "/password";
        if let Some(token) = settings.token.as_ref().filter(|token| !token.is_empty()) {
            post = post.bearer(token.expose());
            login = "/token";
        }
        let answer = post
            .json(&body)
            .send()?
            .blame(&[401, 403], login, "Alertmanager, or what stands before it, does not accept this login.")?
            .blame(&[404], "/url", "There is no Alertmanager with the API v2 at this address.")?
            .accepted()?;
        let handle = serde_json::to_string(&labels).expect("a map of text");
        Ok(Delivered::said(answer.explain()).called(handle))
    }
}

sdk::export!(Alertmanager);
