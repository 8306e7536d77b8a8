//! Signed links: whoever holds one may acknowledge one alert, or silence its host, once and for a limited time. They go
//! out in messages, to people who cannot log in where they read them.
//!
//! A link is nothing but its fields and a keyed hash over them: none is kept before it is used, so a message costs no row,
//! and whoever reads the database cannot make one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tocsin_policy::{AlertId, Moment, ReceiverId, Span};

use crate::content::Place;
use crate::secret::Keys;

/// How long a link is valid: a night and the morning after, so that a message can be acted on when it is read. Whoever
/// finds it later has the alert's page.
pub const VALID: Span = Span::hours(24);
/// Below which path links lie.
pub const PATH: &str = "/l/";

/// Bytes of a token's fields: what it does, alert, receiver, end, number.
const FIELDS: usize = 1 + 8 + 8 + 4 + 8;
/// Bytes of the keyed hash: nobody guesses 128 bits.
const MARK: usize = 16;

/// What a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Acknowledge,
    Silence,
}

impl Deed {
    const ALL: [Deed; 2] = [Deed::Acknowledge, Deed::Silence];

    /// As it is kept.
    pub fn word(self) -> &'static str {
        match self {
            Deed::Acknowledge => "acknowledge",
            Deed::Silence => "silence",
        }
    }

    fn letter(self) -> u8 {
        match self {
            Deed::Acknowledge => b'a',
            Deed::Silence => b's',
        }
    }
}

/// What the links of one notification have in common. It is kept with the notification, so that every attempt hands out
/// the same links.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seed {
    /// A random number.
    number: i64,
    receiver: i64,
    until_ms: i64,
    /// What the links begin with.
    base: String,
}

impl Seed {
    /// For a notification that is decided now; `None` where the instance has no address that others could reach.
    pub fn new(receiver: ReceiverId, now: Moment, place: &Place) -> Option<Seed> {
        if !place.is_open {
            return None;
        }
        let mut number = [0; 8];
        crate::secret::fill_random(&mut number);
        let number = i64::from_be_bytes(number);
        Some(Seed { number, receiver: receiver.0, until_ms: (now + VALID).0, base: place.public_url.to_string() })
    }

    /// The whole address of one of the links.
    pub fn url(&self, keys: &Keys, deed: Deed, alert: AlertId) -> String {
        let (receiver, until) = (ReceiverId(self.receiver), Moment(self.until_ms));
        let link = Link { deed, alert, receiver, until, number: self.number };
        format!("{}{PATH}{}", self.base, link.token(keys))
    }
}

/// One link, read or to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub deed: Deed,
    pub alert: AlertId,
    /// To whom it was handed.
    pub receiver: ReceiverId,
    /// Exclusive end, in whole seconds.
    pub until: Moment,
    /// Tells it from the links of other notifications.
    pub number: i64,
}

impl Link {
    /// The last part of its path.
    pub fn token(&self, keys: &Keys) -> String {
        let seconds = u32::try_from(self.until.0 / 1_000).unwrap_or(u32::MAX);
        let mut bytes = vec![self.deed.letter()];
        bytes.extend(self.alert.0.to_be_bytes());
        bytes.extend(self.receiver.0.to_be_bytes());
        bytes.extend(seconds.to_be_bytes());
        bytes.extend(self.number.to_be_bytes());
        let mark = keys.mark_link(&bytes);
        bytes.extend(&mark[..MARK]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The link behind a token that this instance has made; `None` for anything else. Whether it is still valid is
    /// another question.
    pub fn read(keys: &Keys, token: &str) -> Option<Link> {
        let bytes: [u8; FIELDS + MARK] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (fields, mark) = bytes.split_at_checked(FIELDS)?;
        let genuine: bool = keys.mark_link(fields)[..MARK].ct_eq(mark).into();
        if !genuine {
            return None;
        }
        let number = |at: usize| Some(i64::from_be_bytes(fields.get(at..at + 8)?.try_into().ok()?));
        let seconds = u32::from_be_bytes(fields.get(17..21)?.try_into().ok()?);
        Some(Link {
            deed: Deed::ALL.into_iter().find(|deed| Some(&deed.letter()) == fields.first())?,
            alert: AlertId(number(1)?),
            receiver: ReceiverId(number(9)?),
            until: Moment(i64::from(seconds) * 1_000),
            number: number(21)?,
        })
    }
}

/// Why messages have no signed links where they would begin with this address; `None`: they have. `is_said` is whether
/// somebody has given the address, in the settings or on the page of the instance.
pub fn why_none(public_url: &str, is_said: bool) -> Option<&'static str> {
    match (is_said, is_public(public_url)) {
        (false, _) => {
            Some("nobody has said under which address people open this tocsin; the one that stands in is a guess")
        }
        (true, false) => Some("the address names only the machine itself, and nobody elsewhere could open it"),
        (true, true) => None,
    }
}

/// Whether somebody on another machine can reach this address: nothing on `localhost` can be opened from a message.
fn is_public(url: &str) -> bool {
    let Ok(url) = url::Url::parse(url) else { return false };
    match url.host() {
        None => false,
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name != "localhost" && !name.ends_with(".localhost")
        }
        Some(url::Host::Ipv4(address)) => !address.is_loopback() && !address.is_unspecified(),
        Some(url::Host::Ipv6(address)) => {
            let inner = address.to_ipv4_mapped();
            !address.is_loopback()
                && !address.is_unspecified()
                && inner.is_none_or(|address| !address.is_loopback() && !address.is_unspecified())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::KEY_BYTES;

    fn link() -> Link {
        let (alert, receiver) = (AlertId(7_000_000_000_000_000_001), ReceiverId(9));
        Link { deed: Deed::Silence, alert, receiver, until: Moment(1_767_312_000_000), number: -5 }
    }

    #[test]
    fn a_link_is_read_back_by_its_own_instance_only() {
        let (keys, others) = (Keys::new(&[7; KEY_BYTES]), Keys::new(&[8; KEY_BYTES]));
        let token = link().token(&keys);
        assert_eq!(token.len(), 60, "short enough for a line of a message");
        assert_eq!(Link::read(&keys, &token), Some(link()));
        assert_eq!(Link::read(&others, &token), None);
    }

    #[test]
    fn a_link_that_was_changed_anywhere_is_none() {
        let keys = Keys::new(&[7; KEY_BYTES]);
        let token = link().token(&keys);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ascii");
            assert_eq!(Link::read(&keys, &changed), None, "at {at}");
        }
        for token in ["", "a", "é", &token[1..], &format!("{token}A"), &"A".repeat(100_000)] {
            assert_eq!(Link::read(&keys, token), None);
        }
    }

    #[test]
    fn links_need_an_address_that_others_can_reach() {
        for url in ["https://tocsin.example.org", "http://monitor:8080", "http://192.0.2.1", "http://[2001:db8::1]"] {
            assert!(is_public(url), "{url}");
        }
        for url in [
            "",
            "tocsin",
            "http://localhost:8080",
            "http://localhost.:8080",
            "http://127.0.0.1:8080",
            "http://0.0.0.0:8080",
            "http://[::1]",
            "http://[::]",
            "http://[::ffff:127.0.0.1]",
            "http://a.localhost",
        ] {
            assert!(!is_public(url), "{url}");
            assert!(why_none(url, true).is_some(), "{url}");
        }
        assert_eq!(why_none("https://tocsin.example.org", true), None);
        assert!(why_none("https://tocsin.example.org", false).is_some(), "a guess is no address");
    }
}
