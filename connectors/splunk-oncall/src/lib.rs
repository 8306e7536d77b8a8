//! Opens, acknowledges and resolves incidents in Splunk On-Call, once VictorOps, through its REST endpoint.
//!
//! [`alert`] says what is sent, [`answer`] what the replies mean.

mod alert;
mod answer;

use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
    form,
};

/// The one address of the integration "REST – Generic"; the key and the routing key follow.
const ENDPOINT: &str = "https://alert.victorops.com/integrations/generic/20131114/alert/";

/// Opens, acknowledges and resolves incidents in Splunk On-Call.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The part of the integration's URL between `/alert/` and `/$routing_key`.
    #[schemars(title = "REST endpoint key")]
    api_key: Secret,
    /// Decides the team, such as `database`. Routing keys that are not known there go to the default team.
    #[schemars(title = "Routing key", length(min = 1))]
    routing_key: String,
}

struct SplunkOnCall;

impl Connector for SplunkOnCall {
    type Settings = Settings;
    const NAME: &'static str = "splunk-oncall";
    const TITLE: &'static str = "Splunk On-Call";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Opens, acknowledges and resolves incidents in Splunk On-Call (VictorOps)";

    fn abilities() -> Vec<Ability> {
        vec![Ability::Http(ENDPOINT.into())]
    }

    fn limits() -> ChannelLimits {
        // Nothing is published; more than one a second helps no person.
        // Each incident is opened and closed by itself.
        ChannelLimits::of(alert::NAME_CHARS, alert::MESSAGE_CHARS, 60).one_by_one()
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let key = settings.api_key.expose();
        let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        Check::default()
            .that("/api_key", bare, "Write the key alone: what stands between /alert/ and /$routing_key in the URL.")
            .line("/routing_key", &settings.routing_key)
            .that("/routing_key", !settings.routing_key.contains('$'), "Write your own routing key for $routing_key.")
            .done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let (key, routing_key) = (form::segment(settings.api_key.expose()), form::segment(&settings.routing_key));
        let url = format!("{ENDPOINT}{key}/{routing_key}");
        answer::read(Request::post(url).json(&alert::write(notification)).send()?)
    }
}

sdk::export!(SplunkOnCall);
