//! From what a connector asks for and what was granted to the doors that are open in one call.

use crate::grant::covers;
use crate::http::HttpDoor;
use crate::kv::KeyValue;
use crate::network::Network;
use crate::smtp::MailDoor;
use crate::smtp::relay::Relay;
use crate::{Ability, FieldError, Grant, Manifest};
use serde_json::{Map, Value};
use std::sync::Arc;
use url::Url;

/// What one call can reach.
pub(crate) struct Doors {
    pub(crate) http: HttpDoor,
    /// None when the connector may not send mail.
    pub(crate) mail: Option<MailDoor>,
    pub(crate) kv: Option<Arc<dyn KeyValue>>,
    pub(crate) network: Network,
}

impl Doors {
    /// All of them shut: for a connector that only describes itself or looks at settings.
    pub(crate) fn closed(network: Network) -> Doors {
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
        network: Network,
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
                Ability::HttpFromSettings(pointer) => match origins(settings, pointer) {
                    Ok(origins) if grant.http_from_settings => doors.http.prefixes.extend(origins),
                    Ok(_) => {}
                    Err(wrong) => errors.extend(wrong),
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

/// A cluster has a few members; more is no list of servers.
const MAX_ORIGINS: usize = 16;

/// The origins of the URL at a pointer, or of those in the list there. A URL that is not there opens
/// nothing; whether it is needed is for the connector to say.
fn origins(settings: &Value, pointer: &str) -> Result<Vec<Url>, Vec<FieldError>> {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    let mut add = |value: &Value, pointer: &str| match origin(value.as_str().unwrap_or_default(), pointer) {
        Ok(origin) => found.extend(origin),
        Err(error) => errors.push(error),
    };
    match settings.pointer(pointer) {
        Some(Value::Array(list)) if list.len() > MAX_ORIGINS => {
            let message = format!("At most {MAX_ORIGINS} URLs can be named here.");
            return Err(vec![FieldError { pointer: pointer.into(), message }]);
        }
        Some(Value::Array(list)) => {
            list.iter().enumerate().for_each(|(index, value)| add(value, &format!("{pointer}/{index}")));
        }
        Some(value) => add(value, pointer),
        None => {}
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

fn origin(text: &str, pointer: &str) -> Result<Option<Url>, FieldError> {
    let text = text.trim();
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
        assert_eq!(origins(&settings, "/url").unwrap(), ["https://hooks.example.com:8443/".parse().unwrap()]);
        assert_eq!(origins(&settings, "/other").unwrap(), []);
    }

    #[test]
    fn each_url_of_a_list_opens_its_origin_and_a_wrong_one_is_pointed_at() {
        let settings = json!({"urls": ["http://a.example:9093/x", "", "http://b.example:9093"]});
        let expected = ["http://a.example:9093/".parse().unwrap(), "http://b.example:9093/".parse().unwrap()];
        assert_eq!(origins(&settings, "/urls").unwrap(), expected);
        let wrong = origins(&json!({"urls": ["http://a.example", "b.example"]}), "/urls").expect_err("refused");
        assert_eq!(wrong[0].pointer, "/urls/1");
        assert!(origins(&json!({"urls": vec!["http://a.example"; 17]}), "/urls").is_err());
    }

    #[test]
    fn what_is_no_plain_url_is_pointed_at() {
        for url in ["hooks.example.com", "file:///etc/passwd", "https://user:word@example.com/"] {
            assert_eq!(origins(&json!({"url": url}), "/url").expect_err(url)[0].pointer, "/url");
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
