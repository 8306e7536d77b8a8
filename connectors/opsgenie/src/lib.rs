//! Creates, acknowledges and closes alerts in Opsgenie or Jira Service Management.
//!
//! [`action`] says what is sent, [`answer`] what the replies mean.

mod action;
mod answer;

use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification, Secret,
};

/// As many tags as an alert may have, and how long they may be.
const MAX_TAGS: usize = 20;
const TAG_CHARS: usize = 50;

/// Which service the key belongs to. The three speak the same language and share nothing else.
#[derive(Clone, Copy, Default, sdk::serde::Deserialize, sdk::serde::Serialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", rename_all = "kebab-case")]
#[schemars(crate = "sdk::schemars", inline)]
enum Service {
    JiraServiceManagement,
    #[default]
    Opsgenie,
    OpsgenieEu,
}

/// Creates, acknowledges and closes alerts in Opsgenie or Jira Service Management.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The key of an API integration that may create and update alerts. The integration decides the team.
    #[schemars(title = "API key")]
    api_key: Secret,
    /// Where the integration was made. A key is known in one place only.
    #[serde(default)]
    #[schemars(title = "Service")]
    service: Service,
    /// Words that every alert gets, for filters and routing rules; at most 20.
    #[serde(default)]
    #[schemars(title = "Tags")]
    tags: Vec<String>,
}

struct Opsgenie;

impl Connector for Opsgenie {
    type Settings = Settings;
    const NAME: &'static str = "opsgenie";
    const TITLE: &'static str = "Opsgenie / Jira Service Management alerts";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Creates, acknowledges and closes alerts in Opsgenie or Jira Service Management";

    fn abilities() -> Vec<Ability> {
        let services = [Service::Opsgenie, Service::OpsgenieEu, Service::JiraServiceManagement];
        services.map(|service| Ability::Http(alerts(service).into())).into()
    }

    fn limits() -> ChannelLimits {
        // The limit is shared by all keys of an account and grows with its users; this is what the smallest have.
        // Each alert is opened and closed by itself.
        ChannelLimits::of(action::MESSAGE_CHARS, action::DESCRIPTION_CHARS, 60).one_by_one()
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let mut check = Check::default().line("/api_key", settings.api_key.expose()).that(
            "/tags",
            settings.tags.len() <= MAX_TAGS,
            "At most 20 tags can be given.",
        );
        for (place, tag) in settings.tags.iter().enumerate() {
            let good = !tag.trim().is_empty() && tag.chars().count() <= TAG_CHARS && !tag.contains(char::is_control);
            check = check.that(&format!("/tags/{place}"), good, "A tag is one line of at most 50 characters.");
        }
        check.done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let action = action::of(notification, &settings.tags);
        let url = format!("{}{}", alerts(settings.service), action.path);
        let key = format!("GenieKey {}", settings.api_key.expose());
        answer::read(action.request(url).header("authorization", key).send()?, action.opens)
    }
}

fn alerts(service: Service) -> &'static str {
    match service {
        Service::JiraServiceManagement => "https://api.atlassian.com/jsm/ops/integration/v2/alerts",
        Service::Opsgenie => "https://api.opsgenie.com/v2/alerts",
        Service::OpsgenieEu => "https://api.eu.opsgenie.com/v2/alerts",
    }
}

sdk::export!(Opsgenie);
