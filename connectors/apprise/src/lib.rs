//! Hands notifications to an Apprise API server, which passes them on to what it knows.

use tocsin_connector::http::{Request, Response};
use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{shorten, tame};
use tocsin_connector::{
    self as sdk, Ability, ChannelLimits, Check, Connector, Delivered, DeliveryError, FieldError, Grade, Notification,
    Secret, form, misconfigured, retry,
};

/// Apprise itself cuts for each service that it passes them on to; these keep its own log readable.
const TITLE_CHARS: usize = 250;
const TEXT_CHARS: usize = 4_000;
const KEY_CHARS: usize = 64;

/// Hands notifications to an Apprise API server.
#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde", deny_unknown_fields)]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    /// The address of the server, such as `http://apprise:8000`.
    #[schemars(title = "URL", url, length(min = 1))]
    url: String,
    /// The name under which the server keeps its configuration. Leave empty to name the services here.
    #[serde(default)]
    #[schemars(title = "Configuration key")]
    key: Option<String>,
    /// With a key: only the services with these tags; a comma is "or", a space is "and". Empty is all of them.
    #[serde(default)]
    #[schemars(title = "Tags")]
    tag: Option<String>,
    /// Without a key: the services as Apprise URLs, with commas between them. They hold passwords.
    #[serde(default)]
    #[schemars(title = "Apprise URLs")]
    urls: Option<Secret>,
    /// For a server that wants a login. Leave empty for none.
    #[serde(default)]
    #[schemars(title = "User name")]
    username: Option<String>,
    /// Belongs to the user name.
    #[serde(default)]
    #[schemars(title = "Password")]
    password: Option<Secret>,
}

impl Settings {
    fn key(&self) -> Option<&str> {
        self.key.as_deref().filter(|key| !key.is_empty())
    }

    fn urls(&self) -> Option<&str> {
        self.urls.as_ref().map(Secret::expose).filter(|urls| !urls.trim().is_empty())
    }
}

struct Apprise;

impl Connector for Apprise {
    type Settings = Settings;
    const NAME: &'static str = "apprise";
    const TITLE: &'static str = "Apprise";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const SUMMARY: &'static str = "Hands notifications to an Apprise API server, which knows a hundred services";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into())]
    }

    fn limits() -> ChannelLimits {
        // The server has no limit; what stands behind it is not known here, and one a second suits most.
        ChannelLimits::of(TITLE_CHARS, TEXT_CHARS, 60)
    }

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        let key = settings.key().unwrap_or_default();
        let word = key.len() <= KEY_CHARS && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        Check::default()
            .url("/url", &settings.url)
            .that("/key", word, "A key has up to 64 letters, digits, hyphens and underscores.")
            .that("/key", settings.key().is_some() || settings.urls().is_some(), "Give a key, or Apprise URLs below.")
            .that(
                "/urls",
                settings.key().is_none() || settings.urls().is_none(),
                "Give a key or Apprise URLs, not both.",
            )
            .user_name("/username", settings.username.as_deref())
            .done()
    }

    fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
        let base = settings.url.trim_end_matches('/');
        let url = match settings.key() {
            Some(key) => format!("{base}/notify/{}", form::segment(key)),
            None => format!("{base}/notify"),
        };
        let answer = Request::post(url)
            .login(settings.username.as_deref(), settings.password.as_ref())
            .header("accept", "application/json")
            .json(&message(notification, settings))
            .send()?;
        read(answer)
    }
}

/// The format is plain text: what a service makes of it is escaped by Apprise.
fn message(n: &Notification, settings: &Settings) -> Value {
    let mut message = json!({
        "title": shorten(&tame(&n.marked_title()), TITLE_CHARS),
        "body": n.text_with_links(TEXT_CHARS),
        "type": kind(n.grade()),
        "format": "text",
    });
    match settings.key() {
        // Without a tag Apprise would leave out all services that have one.
        Some(_) => message["tag"] = settings.tag.as_deref().filter(|tag| !tag.is_empty()).unwrap_or("all").into(),
        None => message["urls"] = settings.urls().into(),
    }
    message
}

fn kind(grade: Grade) -> &'static str {
    match grade {
        Grade::Critical | Grade::Error => "failure",
        Grade::Warning => "warning",
        Grade::Good => "success",
        Grade::Info => "info",
    }
}

fn read(answer: Response) -> Result<Delivered, DeliveryError> {
    match answer.status {
        // A success without a body: nothing is kept under this key, so nobody was told.
        204 => Err(misconfigured(
            "/key",
            "The server keeps no services under this key. Add some, or correct the key. (HTTP 204)",
        )),
        // Some were told, some were not, and which is not said; or none has the tag. A message that comes twice
        // is better than none.
        424 => Err(retry(format!("at least one service was not told, or none has this tag: {}", answer.explain()))),
        _ => {
            let answer = answer
                .blame(&[401, 403], "/password", "The server does not accept this login, or lets nobody notify.")?
                .blame(&[404], "/url", "There is no Apprise API at this address.")?
                .accepted()?;
            Ok(Delivered::said(answer.explain()))
        }
    }
}

sdk::export!(Apprise);
