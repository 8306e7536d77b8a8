//! How a connector, its files and its health read.

use std::collections::BTreeMap;

use serde::Serialize;
use tocsin_connector_host::{Ability, Grant, Manifest};
use tocsin_policy::Span;
use url::Url;

use super::super::receivers::{outcome_words, rate, seconds};
use super::super::state::{Badge, badge};
use crate::app::App;
use crate::connectors::catalog::{Catalog, Setting, State, Version, prefixes};
use crate::connectors::signature::Signed;
use crate::fault::Fault;
use crate::http::session::Session;
use crate::store::page::connector;

/// What the numbers of a connector cover.
pub const LATELY: Span = Span::hours(24);

/// How a connector did lately, all its receivers together.
#[derive(Clone, Default, Serialize)]
pub struct Health {
    pub delivered: i64,
    pub settled: i64,
    pub rate: String,
    /// Of one call: `40 ms`.
    pub median: Option<String>,
    pub waiting: i64,
    pub trouble: Option<Trouble>,
}

/// The last attempt that went wrong, in words.
#[derive(Clone, Serialize)]
pub struct Trouble {
    pub delivery: i64,
    pub receiver: String,
    pub at_ms: i64,
    pub what: &'static str,
    pub detail: String,
}

/// How all of them did, by name.
pub async fn health(app: &App, session: &Session, names: &[String]) -> Result<BTreeMap<String, Health>, Fault> {
    let (pool, since) = (&app.store.readers, (app.clock.now() - LATELY).0);
    let tallies = connector::tally(pool, since).await?;
    let mut found = BTreeMap::new();
    for name in names {
        let of = tallies.iter().filter(|tally| tally.connector == *name);
        let count = |states: &[&str]| {
            of.clone().filter(|tally| states.contains(&tally.state.as_str())).map(|tally| tally.n).sum::<i64>()
        };
        let (delivered, dead, waiting) = (count(&["delivered"]), count(&["dead"]), count(&["due", "leased"]));
        if delivered + dead + waiting == 0 {
            found.insert(name.clone(), Health::default());
            continue;
        }
        let median = match delivered {
            0 => None,
            n => connector::median_ms(pool, name, since, n).await?.map(seconds),
        };
        let trouble = connector::trouble(pool, name, since, &session.actor.reach.listed()).await?;
        let trouble = trouble.map(|trouble| Trouble {
            delivery: trouble.delivery,
            receiver: trouble.receiver,
            at_ms: trouble.at_ms,
            what: outcome_words(&trouble.outcome),
            detail: trouble.detail.trim_end_matches('.').to_owned(),
        });
        let settled = delivered + dead;
        let health = Health { delivered, settled, rate: rate(delivered, settled), median, waiting, trouble };
        found.insert(name.clone(), health);
    }
    Ok(found)
}

/// How it stands with a connector.
pub fn state(health: &Health, setting: Setting, broken: usize) -> Badge {
    match () {
        () if setting.disabled => badge("paused", "disabled"),
        () if broken > 0 => badge("critical", format!("{broken} broken")),
        () if health.settled > 0 && health.delivered == 0 => badge("critical", "failing"),
        () if health.delivered < health.settled => badge("warning", "loses some"),
        () if health.delivered > 0 => badge("ok", "works"),
        () => badge("unknown", "not used lately"),
    }
}

/// How it stands with a file.
pub fn file_state(version: &Version, signed: &Signed) -> Badge {
    match (&version.state, &version.granted) {
        (State::Compiling, _) => badge("info", "compiling"),
        (State::Refused(_), _) => badge("critical", "refused"),
        (State::Ready(_), _) if matches!(signed, Signed::Wrong(_)) => badge("critical", "wrong signature"),
        (State::Ready(_), None) => badge("warning", "asks for grants"),
        (State::Ready(_), Some(_)) => badge("ok", "ready"),
    }
}

/// Who vouches for a file, with its colour.
pub fn signed_badge(signed: &Signed) -> Badge {
    let kind = match signed {
        Signed::By(_) => "ok",
        Signed::Wrong(_) => "critical",
        Signed::Not | Signed::Unknown(_) => "unknown",
    };
    badge(kind, signed.sentence())
}

/// What a connector asks for, in words and in the words of its form.
#[derive(Clone, Serialize)]
pub struct Ask {
    pub words: String,
    /// Field and value of its switch.
    pub field: &'static str,
    pub value: String,
    pub granted: bool,
    /// For addresses: those below it that are granted in place of all of it, one a line.
    pub below: String,
    /// The version before did not ask for it.
    pub is_new: bool,
}

/// What an ability means, for the one who grants it.
pub fn ability_words(ability: &Ability) -> String {
    match ability {
        Ability::Http(prefix) => format!("send requests to {prefix}"),
        Ability::HttpFromSettings(at) => {
            format!("send requests to the site that the receiver's own setting {at} names, and to no other")
        }
        Ability::SmtpFromSettings(at) => {
            format!("hand mail to the relay in the receiver's own setting {at}; its password stays with tocsin")
        }
        Ability::Kv => "remember a little for each receiver, such as a thread to answer in".to_owned(),
    }
}

/// What of an ability is granted, for those who want to know what the connector may do.
pub fn granted_words(grant: &Grant, ability: &Ability) -> String {
    match ability {
        Ability::Http(asked) => match below(grant, asked) {
            narrower if narrower.is_empty() => ability_words(ability),
            narrower => {
                format!("send requests to {}, and to nothing else of the {asked} that it asks for", narrower.join(", "))
            }
        },
        other => ability_words(other),
    }
}

/// The narrower prefixes that are granted in place of one that is asked for; none if it is granted as a whole.
pub fn below(grant: &Grant, asked: &Url) -> Vec<String> {
    let granted = prefixes(grant, asked);
    if granted.contains(&asked) { Vec::new() } else { granted.into_iter().map(Url::to_string).collect() }
}

/// Field and value under which an ability is granted.
pub fn ability_field(ability: &Ability) -> (&'static str, String) {
    match ability {
        Ability::Http(prefix) => ("http", prefix.to_string()),
        Ability::HttpFromSettings(_) => ("http_from_settings", "on".to_owned()),
        Ability::SmtpFromSettings(_) => ("smtp_from_settings", "on".to_owned()),
        Ability::Kv => ("kv", "on".to_owned()),
    }
}

/// The versions that a receiver can use: those about which somebody has decided, and what ships with the program.
#[derive(Clone, Serialize)]
pub struct Choice {
    /// Empty: what ships with the program.
    pub value: String,
    pub label: String,
}

pub fn choices(app: &App, catalog: &Catalog, name: &str) -> Vec<Choice> {
    let usable = catalog.of_name(name).filter(|version| version.granted.is_some());
    let label = |version: &Version, manifest: &Manifest| format!("{} ({})", manifest.version, version.short());
    let installed = usable.filter_map(|version| {
        Some(Choice { value: version.digest.clone(), label: label(version, version.manifest()?) })
    });
    let ships = app.connectors.ships(name);
    let bundled =
        ships.then(|| Choice { value: String::new(), label: "the version that ships with tocsin".to_owned() });
    installed.chain(bundled).collect()
}
