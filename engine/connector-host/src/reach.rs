//! What can be said of a receiver's settings without asking for a name: whether an address in them is one that it may not
//! reach. Names are looked up when something is sent.

use crate::private::{PrivateAddresses, refusal};
use crate::{Ability, FieldError, Manifest};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use url::{Host, Url};

/// Addresses in the settings to which nothing would be sent, each with the JSON pointer of its field.
pub fn out_of_reach(manifest: &Manifest, settings: &Value, private: &PrivateAddresses) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut look = |pointer: String, host: Option<(String, IpAddr)>| {
        if let Some((name, address)) = host.filter(|(_, address)| !private.allow(*address)) {
            errors.push(FieldError { pointer, message: refusal(&name, address, private) });
        }
    };
    for ability in &manifest.abilities {
        match ability {
            Ability::HttpFromSettings(pointer) => match settings.pointer(pointer) {
                Some(Value::Array(urls)) => {
                    urls.iter().enumerate().for_each(|(at, url)| look(format!("{pointer}/{at}"), of_url(url)));
                }
                Some(url) => look(pointer.clone(), of_url(url)),
                None => {}
            },
            Ability::SmtpFromSettings(pointer) => {
                let pointer = format!("{pointer}/host");
                let host = settings.pointer(&pointer).and_then(Value::as_str).map(str::trim);
                look(pointer, host.and_then(of_name));
            }
            Ability::Http(_) | Ability::Kv => {}
        }
    }
    errors
}

fn of_url(url: &Value) -> Option<(String, IpAddr)> {
    match Url::parse(url.as_str()?.trim()).ok()?.host()? {
        Host::Ipv4(address) => Some((address.to_string(), address.into())),
        Host::Ipv6(address) => Some((address.to_string(), address.into())),
        Host::Domain(name) => of_name(name),
    }
}

/// An address, or the one name that is always this machine.
fn of_name(name: &str) -> Option<(String, IpAddr)> {
    let lower = name.trim_end_matches('.').to_ascii_lowercase();
    let is_local = lower == "localhost" || lower.ends_with(".localhost");
    let address = if is_local { Some(Ipv4Addr::LOCALHOST.into()) } else { lower.parse().ok() };
    address.map(|address| (name.to_owned(), address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLimits;
    use serde_json::json;

    fn found(abilities: Vec<Ability>, settings: Value, private: PrivateAddresses) -> Vec<String> {
        let manifest = Manifest {
            name: "x".into(),
            title: "X".into(),
            version: "1".into(),
            summary: "X".into(),
            author: None,
            homepage: None,
            settings_schema: json!({}),
            abilities,
            limits: ChannelLimits::default(),
        };
        out_of_reach(&manifest, &settings, &private).into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn an_inner_address_is_seen_however_it_is_written_and_a_name_is_not_asked_for() {
        let url = |text: &str, private| {
            found(vec![Ability::HttpFromSettings("/url".into())], json!({ "url": text }), private)
        };
        for text in [
            "http://127.0.0.1:9/x",
            "http://10.1.2.3/",
            "http://0x7f000001/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            " http://LOCALHOST:8080/ ",
            "http://api.localhost./",
        ] {
            assert_eq!(url(text, PrivateAddresses::None), ["/url"], "{text}");
            assert!(url(text, PrivateAddresses::All).is_empty(), "{text}");
        }
        for text in ["https://hooks.example.org/", "https://no-such-name.invalid/", "http://9.9.9.9/", "nonsense", ""] {
            assert!(url(text, PrivateAddresses::None).is_empty(), "{text}");
        }
        assert_eq!(url("http://169.254.169.254/", PrivateAddresses::All), ["/url"], "not an inner one");
    }

    #[test]
    fn each_url_of_a_list_and_the_host_of_a_relay_are_pointed_at() {
        let urls = json!({"urls": ["https://a.example", "http://10.0.0.1", 7]});
        assert_eq!(found(vec![Ability::HttpFromSettings("/urls".into())], urls, PrivateAddresses::None), ["/urls/1"]);
        let relay = json!({"relay": {"host": "192.168.1.1"}});
        assert_eq!(
            found(vec![Ability::SmtpFromSettings("/relay".into())], relay, PrivateAddresses::None),
            ["/relay/host"]
        );
        let nothing = vec![Ability::SmtpFromSettings("/relay".into()), Ability::Kv];
        assert!(found(nothing, json!({}), PrivateAddresses::None).is_empty());
    }
}
