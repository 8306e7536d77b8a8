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

/// Whether `url`, which may be a prefix itself, lies under `prefix`: same scheme, host and port, and the path goes on at
/// a slash. A host `*.example.org` stands for every host below `example.org`.
pub fn covers(prefix: &Url, url: &Url) -> bool {
    let (above, path) = (prefix.path(), url.path());
    let same_site = prefix.scheme() == url.scheme() && prefix.port_or_known_default() == url.port_or_known_default();
    same_site
        && covers_host(prefix.host_str().unwrap_or_default(), url.host_str().unwrap_or_default())
        && path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || above.ends_with('/') || rest.starts_with('/'))
}

fn covers_host(prefix: &str, host: &str) -> bool {
    match prefix.strip_prefix('*') {
        Some(below) => host.strip_suffix(below).is_some_and(|first| !first.is_empty()),
        None => prefix == host,
    }
}

/// Whether this can be asked for or granted: an http(s) address and nothing but scheme, host, port and path. A `*` may
/// stand for the first part of the host, with two more behind it: `https://*.example.org/`.
pub fn is_prefix(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let name = host.strip_prefix("*.");
    let is_narrow = name.is_none_or(|name| name.trim_end_matches('.').contains('.'));
    let is_bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    matches!(url.scheme(), "http" | "https")
        && is_bare
        && url.fragment().is_none()
        && is_narrow
        && !name.unwrap_or(host).contains('*')
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
    fn a_star_stands_for_hosts_below_a_name_and_for_nothing_else() {
        assert!(covered("https://*.example.org/", "https://a.example.org/x"));
        assert!(covered("https://*.example.org/", "https://a.b.example.org/x"));
        assert!(covered("https://*.example.org/", "https://*.b.example.org/x"));
        assert!(covered("https://*.example.org/v1/", "https://a.example.org/v1/x"));
        for other in [
            "https://example.org/",
            "https://.example.org/",
            "https://badexample.org/",
            "https://a.example.org.evil.net/",
            "http://a.example.org/",
            "https://a.example.org:8443/",
        ] {
            assert!(!covered("https://*.example.org/", other), "{other}");
        }
        assert!(!covered("https://a.example.org/", "https://*.example.org/"), "less than all is less");
    }

    #[test]
    fn a_prefix_is_a_place_and_a_star_no_way_to_everything() {
        let good = |text: &str| text.parse().is_ok_and(|url| is_prefix(&url));
        for text in ["https://a.example/", "http://10.0.0.7:8080/x", "https://*.example.org/"] {
            assert!(good(text), "{text}");
        }
        for text in [
            "https://*/",
            "https://*.org/",
            "https://*.org./",
            "https://a.*.org/",
            "https://a*.example.org/",
            "https://*.*.example.org/",
            "https://u:p@a.example/",
            "https://a.example/?x=y",
            "https://a.example/#x",
            "ftp://a.example/",
        ] {
            assert!(!good(text), "{text}");
        }
    }

    #[test]
    fn another_origin_or_a_way_upwards_is_not_covered() {
        assert!(!covered("https://a.example/", "http://a.example/"));
        assert!(!covered("https://a.example/", "https://a.example:8443/"));
        assert!(!covered("https://a.example/hooks/", "https://a.example/hooks/../admin"));
        assert!(!covered("https://a.example/hooks/", "https://a.example/hooks/%2e%2e/admin"));
    }
}
