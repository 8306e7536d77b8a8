//! What an administrator lets one receiver's connector do.

use crate::{Ability, Manifest, PrivateAddresses};
use serde::{Deserialize, Serialize};
use url::Url;

/// A part of what a manifest asks for. A connector can do what both say, never more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Grant {
    /// URL prefixes; one counts as far as the manifest asks for it or for more.
    pub http: Vec<Url>,
    /// HTTP to the origins that the receiver's settings name.
    pub http_from_settings: bool,
    /// Mail through the relay in the receiver's settings.
    pub smtp_from_settings: bool,
    /// A small store for the receiver.
    pub kv: bool,
    /// Addresses beside the public ones, for HTTP and mail alike.
    pub private_addresses: PrivateAddresses,
}

impl Grant {
    /// Everything that a connector asks for, at public addresses only: for connectors one trusts,
    /// such as those that ship with tocsin.
    pub fn all_of(manifest: &Manifest) -> Grant {
        let mut grant = Grant::default();
        for ability in &manifest.abilities {
            match ability {
                Ability::Http(prefix) => grant.http.push(prefix.clone()),
                Ability::HttpFromSettings(_) => grant.http_from_settings = true,
                Ability::SmtpFromSettings(_) => grant.smtp_from_settings = true,
                Ability::Kv => grant.kv = true,
            }
        }
        grant
    }

    /// The same with addresses beside the public ones.
    pub fn with_private_addresses(self, private_addresses: PrivateAddresses) -> Grant {
        Grant { private_addresses, ..self }
    }
}

/// Whether `url` lies under `prefix`: same origin, and the path goes on at a slash.
pub(crate) fn covers(prefix: &Url, url: &Url) -> bool {
    let (above, path) = (prefix.path(), url.path());
    // Both are http or https, whose origin is this.
    prefix.scheme() == url.scheme()
        && prefix.host() == url.host()
        && prefix.port_or_known_default() == url.port_or_known_default()
        && path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || above.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(prefix: &str, url: &str) -> bool {
        covers(&prefix.parse().unwrap(), &url.parse().unwrap())
    }

    #[test]
    fn a_prefix_ends_at_a_slash() {
        assert!(covered("https://a.example/hooks", "https://a.example/hooks"));
        assert!(covered("https://a.example/hooks", "https://a.example/hooks/1?x=y"));
        assert!(!covered("https://a.example/hooks", "https://a.example/hooks2"));
        assert!(covered("https://a.example/", "https://a.example/anything"));
    }

    #[test]
    fn another_origin_or_a_way_upwards_is_not_covered() {
        assert!(!covered("https://a.example/", "http://a.example/"));
        assert!(!covered("https://a.example/", "https://a.example:8443/"));
        assert!(!covered("https://a.example/hooks/", "https://a.example/hooks/../admin"));
        assert!(!covered("https://a.example/hooks/", "https://a.example/hooks/%2e%2e/admin"));
    }
}
