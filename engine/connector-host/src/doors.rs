//! From what a connector asks for and what was granted to the doors that are open in one call.

use crate::grant::covers;
use crate::http::HttpDoor;
use crate::http::clients::Clients;
use crate::kv::KeyValue;
use crate::smtp::MailDoor;
use crate::smtp::pool::Relays;
use crate::smtp::relay::Relay;
use crate::{Ability, FieldError, Grant, Manifest};
use serde_json::{Map, Value};
use std::sync::Arc;
use url::Url;

/// The connections that calls share.
pub(crate) struct Network {
    pub(crate) clients: Clients,
    pub(crate) relays: Relays,
}

/// What one call can reach.
pub(crate) struct Doors {
    pub(crate) http: HttpDoor,
    /// None when the connector may not send mail.
    pub(crate) mail: Option<MailDoor>,
    pub(crate) kv: Option<Arc<dyn KeyValue>>,
    pub(crate) network: Arc<Network>,
}

impl Doors {
    /// All of them shut: for a connector that only describes itself or looks at settings.
    pub(crate) fn closed(network: Arc<Network>) -> Doors {
        Doors { http: HttpDoor::default(), mail: None, kv: None, network }
    }

    /// Opens what is both asked for and granted, and takes relays out of the settings: their passwords
    /// stay on this side, granted or not.
    ///
    /// # Errors
    /// When the settings do not say where a door would lead.
    pub(crate) fn open(
        manifest: &Manifest,
        grant: &Grant,
        settings: &mut Value,
        kv: Arc<dyn KeyValue>,
        network: Arc<Network>,
    ) -> Result<Doors, Vec<FieldError>> {
        let private = &grant.private_addresses;
        let mut doors = Doors::closed(network);
        doors.http.private = private.clone();
        let mut errors = Vec::new();
        for ability in &manifest.abilities {
            match ability {
                Ability::Http(asked) => {
                    doors.http.prefixes.extend(grant.http.iter().filter(|granted| covers(asked, granted)).cloned());
                }
                Ability::HttpFromSettings(pointer) => match origin(settings, pointer) {
                    Ok(origin) if grant.http_from_settings => doors.http.prefixes.extend(origin),
                    Ok(_) => {}
                    Err(error) => errors.push(error),
                },
                Ability::SmtpFromSettings(pointer) => match Relay::read(take(settings, pointer), pointer) {
                    Ok(relay) if grant.smtp_from_settings => {
                        doors.mail = Some(MailDoor { relay: Arc::new(relay), private: private.clone() });
                    }
                    Ok(_) => {}
                    Err(wrong) => errors.extend(wrong),
                },
                Ability::Kv => doors.kv = grant.kv.then(|| kv.clone()),
            }
        }
        if errors.is_empty() { Ok(doors) } else { Err(errors) }
    }
}

/// The origin of the URL at a pointer. A URL that is not there opens nothing; whether it is needed
/// is for the connector to say.
fn origin(settings: &Value, pointer: &str) -> Result<Option<Url>, FieldError> {
    let text = settings.pointer(pointer).and_then(Value::as_str).unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |message: &str| FieldError { pointer: pointer.into(), message: message.into() };
    let url = Url::parse(text).map_err(|_| wrong("This is not a URL. Write it whole, beginning with https://."))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("The URL has to begin with https:// or http://."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("A URL with a user name or password in it is not accepted; use a header instead."));
    }
    let origin = url.join("/").map_err(|_| wrong("This URL names no host."))?;
    Ok(Some(origin))
}

/// Takes the value at a pointer and puts an empty object there, also where there was nothing: the
/// connector finds settings of the shape it declared and can name what else is wrong.
fn take(settings: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, key) = pointer.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    settings.pointer_mut(parent)?.as_object_mut()?.insert(key, Value::Object(Map::new()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_url_in_the_settings_opens_its_origin_only() {
        let settings = json!({"url": "https://hooks.example.com:8443/a/b?c=d"});
        assert_eq!(origin(&settings, "/url").unwrap().unwrap().as_str(), "https://hooks.example.com:8443/");
        assert_eq!(origin(&settings, "/other").unwrap(), None);
    }

    #[test]
    fn what_is_no_plain_url_is_pointed_at() {
        for url in ["hooks.example.com", "file:///etc/passwd", "https://user:word@example.com/"] {
            assert_eq!(origin(&json!({"url": url}), "/url").expect_err(url).pointer, "/url");
        }
    }

    #[test]
    fn a_relay_stays_behind_and_the_settings_keep_their_shape() {
        let mut settings = json!({"from": "a@example.org", "relay": {"host": "mail", "password": "word"}});
        assert_eq!(take(&mut settings, "/relay"), Some(json!({"host": "mail", "password": "word"})));
        assert_eq!(settings, json!({"from": "a@example.org", "relay": {}}));

        let mut without = json!({});
        assert_eq!(take(&mut without, "/relay"), None);
        assert_eq!(without, json!({"relay": {}}));
    }
}
