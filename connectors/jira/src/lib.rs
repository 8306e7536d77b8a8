//! Opens an issue in Jira Cloud for each alert, comments on it, and moves it when the alert has ended.
//!
//! [`api`] asks Jira, [`document`] says what stands in issues and comments.

mod api;
mod document;

use api::Jira as Api;
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Kind, Notification,
    Secret, log,
};

fn issue_type() -> String {
    "Task".into()
}

/// Opens an issue in Jira Cloud for each alert.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address of the site, such as `https://example.atlassian.net`.
    #[schemars(title = "Site", url, length(min = 1))]
    url: String,
    /// The e-mail address of the account that writes.
    #[schemars(title = "E-mail", length(min = 1))]
    email: String,
    /// An API token of this account, from id.atlassian.com.
    #[schemars(title = "API token")]
    api_token: Secret,
    /// The key of the project, such as `OPS`.
    #[schemars(title = "Project", length(min = 1))]
    project: String,
    /// As the project calls it. A type that needs more than a summary and a description cannot be opened.
    #[serde(default = "issue_type")]
    #[schemars(title = "Issue type")]
    issue_type: String,
    /// Words without spaces that every issue gets.
    #[serde(default)]
    #[schemars(title = "Labels")]
    labels: Vec<String>,
    /// The name of the transition that an issue takes when its alert has ended, such as `Done`. Leave empty to
    /// leave issues where they are.
    #[serde(default)]
    #[schemars(title = "Transition at the end")]
    end_transition: Option<String>,
}

struct Jira;

impl Connector for Jira {
    type Settings = Settings;
    const NAME: &'static str = "jira";
    const TITLE: &'static str = "Jira Cloud";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Opens an issue in Jira Cloud for each alert, comments on it and closes it";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // Jira counts costs, not requests; an issue a second is far below them.
        // Each alert is an issue that is opened and closed by itself.
        ChannelLimits::of(document::SUMMARY_CHARS, document::TEXT_CHARS, 60).one_by_one()
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let project = settings.project.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let mut check = Check::default()
            .url("/url", &settings.url)
            .that("/url", !settings.url.contains("/rest/"), "Leave out what begins with /rest/; it is added.")
            .line("/email", &settings.email)
            .that("/email", !settings.email.contains(':'), "Write the account's e-mail address.")
            .line("/api_token", settings.api_token.expose())
            .line("/project", &settings.project)
            .that("/project", project, "Write the project's key, such as OPS, and not its name.")
            .line("/issue_type", &settings.issue_type);
        for (place, label) in settings.labels.iter().enumerate() {
            let good = !label.is_empty() && label.len() <= 255 && !label.contains(char::is_whitespace);
            check = check.that(&format!("/labels/{place}"), good, "A label has no spaces.");
        }
        check.done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let jira = Api { settings };
        let handle = notification.prior_handle.as_deref().filter(|handle| is_key(handle));
        if let Some(key) = handle
            && jira.comment(key, document::comment(notification))?
        {
            if notification.kind == Kind::Recovery {
                end(&jira, key)?;
            }
            return Ok(told(settings, key, "commented"));
        }
        if notification.kind == Kind::Recovery {
            return Ok(Delivered::said("there is no issue any more that could be closed"));
        }
        // A repetition: the issue may have been opened although its answer was lost.
        if notification.attempt > 1
            && let Some(key) = jira.find(&document::alert_label(notification))?
        {
            return Ok(told(settings, &key, "was opened before"));
        }
        let key = jira.create(document::issue(notification, settings))?;
        Ok(told(settings, &key, "opened"))
    }
}

/// Moves the issue if that is wanted. The comment stands already, so an issue that cannot be moved from where
/// it is, is worth a line and no second comment.
fn end(jira: &Api<'_>, key: &str) -> Result<(), DeliveryError> {
    let Some(name) = jira.settings.end_transition.as_deref().filter(|name| !name.trim().is_empty()) else {
        return Ok(());
    };
    if !jira.transition(key, name)? {
        log::warning(format!("{key} has no transition {name:?} from where it is; it was left there"));
    }
    Ok(())
}

fn told(settings: &Settings, key: &str, what: &str) -> Delivered {
    let page = format!("{}/browse/{key}", settings.url.trim_end_matches('/'));
    Delivered::said(format!("{key} {what}")).called(key).seen_at(page)
}

/// A project's key, a hyphen and a number: what else comes back as a handle is none of ours.
fn is_key(handle: &str) -> bool {
    handle.rsplit_once('-').is_some_and(|(project, number)| {
        let project = !project.is_empty() && project.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        project && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
    })
}

sdk::export!(Jira);
