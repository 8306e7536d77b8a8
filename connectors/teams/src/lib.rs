//! Posts to a channel or chat of Microsoft Teams through a workflow's webhook.
//!
//! [`message`] says what stands in the card.

mod message;

use tocsin_connector::http::Request;
use tocsin_connector::{
    self as sdk, Ability, Advice, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Notification,
    Secret, advised,
};

/// Posts to a channel or chat of Microsoft Teams through a workflow's webhook.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address that the workflow “Send webhook alerts to a channel” shows. Whoever knows it can post, so it
    /// is kept like a password.
    #[schemars(title = "Webhook URL")]
    url: Secret,
}

struct Teams;

/// What a workflow says under `error.code` when it does not start.
const BROKEN_WORKFLOW: &[Advice] = &[
    (
        "DirectApiAuthorizationRequired",
        "/url",
        "The workflow lets nobody start it without a login. Set “Who can trigger the flow” to “Anyone” and copy its URL again.",
    ),
    ("WorkflowNotFound", "/url", "The workflow was deleted. Make a new one in Teams and paste its URL."),
    ("WorkflowTriggerIsNotEnabled", "/url", "The workflow is switched off. Switch it on in Power Automate."),
];

impl Connector for Teams {
    type Settings = Settings;
    const NAME: &'static str = "teams";
    const TITLE: &'static str = "Microsoft Teams";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Posts a card to Microsoft Teams through a workflow";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // A workflow's connection to Teams makes 100 calls a minute at most, a channel takes less.
        ChannelLimits::of(message::TITLE_CHARS, message::TEXT_CHARS, 60)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let url = settings.url.expose();
        let retired = url.split('/').nth(2).is_some_and(|host| host.ends_with("webhook.office.com"));
        Check::default()
            .url("/url", url)
            .that(
                "/url",
                !retired,
                "This is a connector of Office 365, which Microsoft retires. Make a workflow in Teams and paste its URL.",
            )
            .done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let card = message::write(notification).to_string();
        // Without the character set the size is counted as if every character took two bytes.
        let answer = Request::post(settings.url.expose()).body("application/json; charset=utf-8", card).send()?;
        if let Some(error) = answer.value()["error"]["code"].as_str().and_then(|code| advised(code, BROKEN_WORKFLOW)) {
            return Err(error);
        }
        let answer = answer
            .blame(&[401, 403], "/url", "The workflow does not accept this URL. Copy it again from Teams.")?
            .blame(&[404, 410], "/url", "The workflow was deleted. Make a new one in Teams and paste its URL.")?
            .accepted()?;
        Ok(Delivered::said(answer.explain()))
    }
}

sdk::export!(Teams);
