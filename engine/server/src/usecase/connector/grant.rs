//! An admin grants a connector what it asks for, one thing after the other, and nothing is granted by itself.

use tocsin_connector_host::{Ability, Grant, PrivateAddresses, covers, is_prefix};
use url::Url;

use super::{check_version, version_of};
use crate::actor::{Actor, Area, Role};
use crate::connectors::catalog::{State, Version, grants};
use crate::connectors::signature::{Publisher, Signed, standing};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store::connector;

/// Addresses that can be granted to one file: a house has a few, and each request is compared with all of them.
const MOST_PREFIXES: usize = 64;

/// What is to be granted, as an admin has chosen it.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// URL prefixes: those that the connector asks for, or narrower ones below them.
    pub http: Vec<String>,
    pub http_from_settings: bool,
    pub smtp_from_settings: bool,
    pub kv: bool,
}

/// Decides what one file may do. Until somebody has, it cannot be used.
pub struct DecideGrants {
    pub actor: Actor,
    pub digest: String,
    pub wanted: Wanted,
    /// The version of the row that the form showed; `None`: whatever is there.
    pub version: Option<i64>,
}

impl UseCase for DecideGrants {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let version = version_of(work, &self.digest).await?;
            let Some(manifest) = version.manifest() else {
                return Err(Fault::conflict(match &version.state {
                    State::Refused(why) => format!("this file was refused and can be granted nothing: {why}"),
                    _ => "this file was not found to be a connector yet; wait until it is compiled".to_owned(),
                }));
            };
            check_version(self.version, version.version, &manifest.name)?;
            if let Signed::Wrong(name) = self.signed(work, &version).await? {
                return Err(Fault::conflict(format!(
                    "the signature is wrong: {name} has not signed this file, or it was changed since. Nothing can be \
                     granted to it; remove it"
                )));
            }
            let granted = self.granted(&manifest.abilities)?;

            let json = serde_json::to_string(&granted).map_err(|error| Fault::Internal(error.to_string()))?;
            connector::grant(&mut work.tx, &self.digest, &json).await?;
            work.edit_book();
            let object = format!("connector {} {} ({})", manifest.name, manifest.version, version.short());
            work.audit(&self.actor, "granted", &object, &words(&granted)).await
        })
    }
}

impl DecideGrants {
    async fn signed(&self, work: &mut Work, version: &Version) -> Result<Signed, Fault> {
        let keys = connector::keys(&mut work.tx).await?;
        let publisher = |key: connector::KeyRow| Publisher { name: key.name, public_key: key.public_key };
        let publishers: Vec<Publisher> = keys.into_iter().map(publisher).collect();
        Ok(standing(version.signature.as_deref(), version.signed_with.as_deref(), &publishers))
    }

    /// No more than the connector asks for; less of it is fine.
    fn granted(&self, asked: &[Ability]) -> Result<Grant, Fault> {
        let mut granted = Grant {
            http: Vec::new(),
            http_from_settings: self.wanted.http_from_settings,
            smtp_from_settings: self.wanted.smtp_from_settings,
            kv: self.wanted.kv,
            private_addresses: PrivateAddresses::None,
        };
        let mut errors = Vec::new();
        let mut wrong = |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
        for text in &self.wanted.http {
            match narrowed(asked, text) {
                Ok(prefix) if granted.http.contains(&prefix) => {}
                Ok(prefix) => granted.http.push(prefix),
                Err(sentence) => wrong("http", sentence),
            }
        }
        if granted.http.len() > MOST_PREFIXES {
            wrong("http", format!("at most {MOST_PREFIXES} addresses can be granted; grant what they have in common"));
        }
        let asks = |alike: fn(&Ability) -> bool| asked.iter().any(alike);
        if granted.http_from_settings && !asks(|ability| matches!(ability, Ability::HttpFromSettings(_))) {
            wrong("http_from_settings", "the connector does not ask for this".to_owned());
        }
        if granted.smtp_from_settings && !asks(|ability| matches!(ability, Ability::SmtpFromSettings(_))) {
            wrong("smtp_from_settings", "the connector does not ask for this".to_owned());
        }
        if granted.kv && !asks(|ability| matches!(ability, Ability::Kv)) {
            wrong("kv", "the connector does not ask for this".to_owned());
        }
        if errors.is_empty() { Ok(granted) } else { Err(Fault::fields(errors)) }
    }
}

/// A prefix that the connector asks for, or one below it.
fn narrowed(asked: &[Ability], text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(is_prefix).ok_or_else(|| {
        format!("{text} is no address that requests could begin with; write it like https://hooks.example.org/team/")
    })?;
    let prefixes =
        || asked.iter().filter_map(|ability| if let Ability::Http(prefix) = ability { Some(prefix) } else { None });
    if prefixes().any(|prefix| covers(prefix, &url)) {
        return Ok(url);
    }
    let known: Vec<&str> = prefixes().map(Url::as_str).collect();
    Err(match known.is_empty() {
        true => format!("the connector does not ask for {text}"),
        false => format!(
            "the connector does not ask for {text}; what is granted is what it asks for ({}) or begins with that",
            known.join(", ")
        ),
    })
}

/// For the audit log.
fn words(grant: &Grant) -> String {
    let mut words: Vec<String> = grant.http.iter().map(|prefix| format!("HTTP to {prefix}")).collect();
    let switches = [
        (Ability::HttpFromSettings(String::new()), "HTTP to the site in the settings"),
        (Ability::SmtpFromSettings(String::new()), "mail through the relay in the settings"),
        (Ability::Kv, "a small store"),
    ];
    words.extend(switches.iter().filter(|(ability, _)| grants(grant, ability)).map(|(_, word)| (*word).to_owned()));
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}
