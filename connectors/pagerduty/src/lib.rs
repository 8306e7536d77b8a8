//! Opens, acknowledges and resolves PagerDuty alerts through the Events API v2.
//!
//! [`event`] says what is sent, [`answer`] what PagerDuty's replies mean.

mod answer;
mod event;

use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Kind, Notification,
    Secret,
};

/// PagerDuty's keys have this length, and it refuses any other.
const KEY_CHARS: usize = 32;

/// Where the account lives; PagerDuty keeps the two apart.
#[derive(Clone, Copy, Default, sdk::serde::Deserialize, sdk::serde::Serialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", rename_all = "lowercase")]
#[schemars(crate = "sdk::schemars", inline)]
enum Region {
    #[default]
    Us,
    Eu,
}

/// Opens, acknowledges and resolves PagerDuty alerts.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The integration key of an integration "Events API V2" at a PagerDuty service, or of an event orchestration.
    #[schemars(title = "Integration key")]
    routing_key: Secret,
    /// The service region of the account: `eu` if its address ends in eu.pagerduty.com.
    #[serde(default)]
    #[schemars(title = "Service region")]
    region: Region,
}

struct PagerDuty;

impl Connector for PagerDuty {
    type Settings = Settings;
    const NAME: &'static str = "pagerduty";
    const TITLE: &'static str = "PagerDuty";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Opens, acknowledges and resolves PagerDuty alerts";

    fn abilities() -> Vec<Ability> {
        [Region::Us, Region::Eu].map(|region| Ability::Http(api(region).into())).into()
    }

    fn limits() -> ChannelLimits {
        // The limit of one key moves with PagerDuty's load; two events a second are below all that was published.
        // Each alert is opened and closed by itself.
        ChannelLimits::of(event::SUMMARY_CHARS, event::TEXT_CHARS, 120).one_by_one()
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let key = settings.routing_key.expose();
        let good = key.len() == KEY_CHARS && key.chars().all(|c| c.is_ascii_alphanumeric());
        Check::default()
            .that("/routing_key", good, "An integration key has 32 letters and digits. Copy it again.")
            .done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let key = settings.routing_key.expose();
        // A change opens nothing at PagerDuty: it has a timeline of its own for them.
        let change = notification.kind == Kind::Change;
        let (path, body) = match change {
            true => ("change/enqueue", event::change(notification, key)),
            false => ("enqueue", event::alert(notification, key)),
        };
        let url = format!("{}{path}", api(settings.region));
        answer::read(Request::post(url).json(&body).send()?, change)
    }
}

fn api(region: Region) -> &'static str {
    match region {
        Region::Us => "https://events.pagerduty.com/v2/",
        Region::Eu => "https://events.eu.pagerduty.com/v2/",
    }
}

sdk::export!(PagerDuty);
