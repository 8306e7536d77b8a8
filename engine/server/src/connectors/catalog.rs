//! What is installed, what of it is granted, and what is laid down for each name: loaded whole with the book, taken up
//! whole by every node, and never changed in place.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tocsin_connector_host::{Ability, Grant, Manifest, covers};
use tocsin_policy::{Moment, ReceiverId};
use url::Url;

use super::limits::Limits;
use super::signature::{self, Publisher, Signed};
use crate::store::connector::{KeyRow, SettingRow, VersionRow};

/// How far a file has come.
#[derive(Clone, Debug)]
pub enum State {
    /// Taken, and not looked at yet.
    Compiling,
    Ready(Box<Manifest>),
    /// It is no connector, for this reason.
    Refused(String),
}

/// One installed file.
#[derive(Clone, Debug)]
pub struct Version {
    /// SHA-256, in hexadecimal.
    pub digest: String,
    pub state: State,
    pub imports: Vec<String>,
    pub file_bytes: i64,
    pub signature: Option<String>,
    pub signed_with: Option<String>,
    /// None while nobody has decided: it cannot be used then.
    pub granted: Option<Grant>,
    pub installed_at: Moment,
    pub installed_by: String,
    /// Of the row.
    pub version: i64,
}

/// What is laid down for all versions of one name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    pub disabled: bool,
    pub limits: Limits,
    /// Of the row; 0 where there is none.
    pub version: i64,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// Oldest first.
    pub versions: Vec<Arc<Version>>,
    settings: BTreeMap<String, Setting>,
    publishers: Vec<Publisher>,
    pins: HashMap<ReceiverId, String>,
}

impl Version {
    fn read(row: VersionRow) -> Version {
        let unreadable =
            || State::Refused("what was stored of it cannot be read; remove it and install it again".into());
        let state = match (row.state.as_str(), &row.manifest) {
            ("compiling", _) => State::Compiling,
            ("ready", Some(manifest)) => serde_json::from_str(manifest).map_or_else(|_| unreadable(), State::Ready),
            _ => row.refusal.map_or_else(unreadable, State::Refused),
        };
        Version {
            state,
            digest: row.digest,
            imports: serde_json::from_str(&row.imports).unwrap_or_default(),
            file_bytes: row.file_bytes,
            signature: row.signature,
            signed_with: row.signed_with,
            // A grant that cannot be read grants nothing.
            granted: row.granted.and_then(|json| serde_json::from_str(&json).ok()),
            installed_at: Moment(row.installed_at_ms),
            installed_by: row.installed_by,
            version: row.version,
        }
    }

    /// What it says of itself, once it was compiled.
    pub fn manifest(&self) -> Option<&Manifest> {
        match &self.state {
            State::Ready(manifest) => Some(manifest),
            State::Compiling | State::Refused(_) => None,
        }
    }

    /// As long as tells it from the others, for sentences.
    pub fn short(&self) -> &str {
        short(&self.digest)
    }
}

/// The beginning of a digest, for sentences.
pub fn short(digest: &str) -> &str {
    /// More than any house has files with the same.
    const CHARS: usize = 12;
    digest.get(..CHARS).unwrap_or(digest)
}

impl Catalog {
    pub fn read(
        versions: Vec<VersionRow>,
        settings: Vec<SettingRow>,
        keys: Vec<KeyRow>,
        pins: HashMap<ReceiverId, String>,
    ) -> Catalog {
        let setting = |row: SettingRow| {
            let limits = serde_json::from_str(&row.limits).unwrap_or_default();
            (row.name, Setting { disabled: row.disabled, limits, version: row.version })
        };
        Catalog {
            versions: versions.into_iter().map(|row| Arc::new(Version::read(row))).collect(),
            settings: settings.into_iter().map(setting).collect(),
            publishers: keys.into_iter().map(|key| Publisher { name: key.name, public_key: key.public_key }).collect(),
            pins,
        }
    }

    pub fn version(&self, digest: &str) -> Option<&Arc<Version>> {
        self.versions.iter().find(|version| version.digest == digest)
    }

    /// Those of one name that are connectors, newest first.
    pub fn of_name<'c>(&'c self, name: &str) -> impl Iterator<Item = &'c Arc<Version>> {
        let named = move |version: &&Arc<Version>| version.manifest().is_some_and(|manifest| manifest.name == name);
        self.versions.iter().rev().filter(named)
    }

    /// The one that new receivers take: the newest about which an admin has decided. None: what ships with the program.
    pub fn current(&self, name: &str) -> Option<&Arc<Version>> {
        self.of_name(name).find(|version| version.granted.is_some())
    }

    /// The one before this one about which an admin has decided: what it may do is proposed for this one.
    pub fn before(&self, version: &Version) -> Option<&Arc<Version>> {
        let name = &version.manifest()?.name;
        self.of_name(name).find(|other| {
            other.granted.is_some() && (other.installed_at, &other.digest) < (version.installed_at, &version.digest)
        })
    }

    /// What is laid down for this name.
    pub fn setting(&self, name: &str) -> Setting {
        self.settings.get(name).copied().unwrap_or_default()
    }

    /// The file that a receiver is pinned to; none: what ships with the program.
    pub fn pin(&self, receiver: ReceiverId) -> Option<&str> {
        self.pins.get(&receiver).map(String::as_str)
    }

    /// The receivers that are pinned to a file.
    pub fn pinned(&self, digest: &str) -> Vec<ReceiverId> {
        let mut pinned: Vec<ReceiverId> =
            self.pins.iter().filter(|(_, pin)| *pin == digest).map(|(id, _)| *id).collect();
        pinned.sort_unstable();
        pinned
    }

    pub fn publishers(&self) -> &[Publisher] {
        &self.publishers
    }

    /// Who vouches for a file.
    pub fn signed(&self, version: &Version) -> Signed {
        signature::standing(version.signature.as_deref(), version.signed_with.as_deref(), &self.publishers)
    }
}

/// What is granted of the addresses that a connector asks for with one prefix: that prefix, some below it, or none.
pub fn prefixes<'g>(grant: &'g Grant, asked: &Url) -> Vec<&'g Url> {
    grant.http.iter().filter(|granted| covers(asked, granted)).collect()
}

/// Whether a grant covers something that a connector asks for, or a part of it.
pub fn grants(grant: &Grant, ability: &Ability) -> bool {
    match ability {
        Ability::Http(asked) => !prefixes(grant, asked).is_empty(),
        Ability::HttpFromSettings(_) => grant.http_from_settings,
        Ability::SmtpFromSettings(_) => grant.smtp_from_settings,
        Ability::Kv => grant.kv,
    }
}
