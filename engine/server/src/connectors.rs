//! The connectors that can be used, by name. Each is compiled when it is needed for the first time: compiling all of them
//! takes ten seconds of a core. Code that was compiled before comes from the cache in no time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use tocsin_bundled::Bundled;
use tocsin_connector_host::{ChannelLimits, Connector, ConnectorHost, Grant, LoadError, PrivateAddresses};
use tokio::sync::OnceCell;

use crate::engine::laid_down::Receivers;
use crate::fault::FieldError;

/// The connectors of this instance.
pub struct Connectors {
    host: Arc<ConnectorHost>,
    by_name: BTreeMap<&'static str, Slot>,
}

struct Slot {
    bundled: &'static Bundled,
    loaded: OnceCell<Arc<Connector>>,
}

/// A connector that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    #[error("there is no connector “{name}”; there are {known}")]
    Unknown { name: String, known: String },
    #[error("the connector {name} cannot be loaded: {source}")]
    Load { name: String, source: LoadError },
}

impl Connectors {
    /// Those that ship with the program; none is compiled yet.
    pub fn bundled(host: Arc<ConnectorHost>) -> Connectors {
        let slot = |bundled: &'static Bundled| (bundled.name, Slot { bundled, loaded: OnceCell::new() });
        Connectors { host, by_name: tocsin_bundled::BUNDLED.iter().map(slot).collect() }
    }

    /// The connector of this name, compiled now if it was not before: that may take seconds.
    ///
    /// # Errors
    /// [`ConnectorError`], for the person who named it.
    pub async fn get(&self, name: &str) -> Result<Arc<Connector>, ConnectorError> {
        let Some(slot) = self.by_name.get(name) else {
            let known: Vec<&str> = self.names().collect();
            return Err(ConnectorError::Unknown { name: name.to_owned(), known: known.join(", ") });
        };
        let loaded = slot.loaded.get_or_try_init(|| self.host.load(slot.bundled.wasm)).await;
        loaded.cloned().map_err(|source| ConnectorError::Load { name: name.to_owned(), source })
    }

    /// The connector of this name, if it was asked for before.
    pub fn loaded(&self, name: &str) -> Option<&Arc<Connector>> {
        self.by_name.get(name)?.loaded.get()
    }

    /// What the channels of these receivers can bear; they are compiled for it where they were not.
    pub async fn limits_of(&self, receivers: &Receivers) -> BTreeMap<String, ChannelLimits> {
        let mut limits = BTreeMap::new();
        for name in receivers.values().map(|receiver| &receiver.connector).collect::<BTreeSet<_>>() {
            // One that cannot be loaded is said where something is to be delivered by it.
            if let Ok(connector) = self.get(name).await {
                limits.insert(name.clone(), connector.manifest().limits.clone());
            }
        }
        limits
    }

    /// The names of all, in their order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.by_name.keys().copied()
    }

    /// All of them, by name; one that cannot be loaded is left out and said in the log.
    pub async fn all(&self) -> Vec<Arc<Connector>> {
        let mut all = Vec::new();
        for name in self.names() {
            match self.get(name).await {
                Ok(connector) => all.push(connector),
                Err(error) => tracing::error!(%error, "a connector that ships with tocsin cannot be used"),
            }
        }
        all
    }

    /// Begins with what [`Connectors::all`] will wait for: called where somebody is about to choose one.
    pub fn foresee(self: &Arc<Self>) {
        let connectors = self.clone();
        tokio::spawn(async move { connectors.all().await });
    }

    /// Asks a connector whether these settings would do.
    ///
    /// # Errors
    /// What is wrong with which field; the field is a JSON pointer into the settings.
    pub async fn validate(&self, name: &str, settings: &Value) -> Result<(), Vec<FieldError>> {
        let wrong =
            |error: ConnectorError| vec![FieldError { field: "connector".to_owned(), message: error.to_string() }];
        let connector = self.get(name).await.map_err(wrong)?;
        let said = self.host.validate(&connector, settings).await;
        said.map_err(|errors| {
            errors.into_iter().map(|error| FieldError { field: error.pointer, message: error.message }).collect()
        })
    }
}

/// What a receiver's connector may do: everything that a bundled one asks for, in the private network only if the
/// receiver says so.
pub fn grant(connector: &Connector, private_network: bool) -> Grant {
    let addresses = if private_network { PrivateAddresses::All } else { PrivateAddresses::None };
    Grant::all_of(connector.manifest()).with_private_addresses(addresses)
}

/// The JSON pointers of the secret settings, by the `writeOnly` marks of the schema. Secrets stand in objects, not in
/// lists; a map whose values are secrets is one secret as a whole.
pub fn secret_pointers(schema: &Value) -> Vec<String> {
    fn walk(root: &Value, schema: &Value, at: &str, depth: usize, found: &mut Vec<String>) {
        /// Schemas refer to themselves only by mistake.
        const DEPTH: usize = 8;
        if depth > DEPTH {
            return;
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#')) {
            root.pointer(target).into_iter().for_each(|target| walk(root, target, at, depth + 1, found));
        }
        if schema.get("writeOnly").and_then(Value::as_bool) == Some(true) {
            found.push(at.to_owned());
        }
        for word in ["anyOf", "oneOf", "allOf"] {
            let variants = schema.get(word).and_then(Value::as_array).into_iter().flatten();
            variants.for_each(|variant| walk(root, variant, at, depth + 1, found));
        }
        if let Some(values) = schema.get("additionalProperties") {
            let mut inside = Vec::new();
            walk(root, values, at, depth + 1, &mut inside);
            found.extend(inside.into_iter().take(1).map(|_| at.to_owned()));
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let name = name.replace('~', "~0").replace('/', "~1");
            walk(root, property, &format!("{at}/{name}"), depth + 1, found);
        }
    }
    let mut found = Vec::new();
    walk(schema, schema, "", 0, &mut found);
    found.sort();
    found.dedup();
    found
}

/// Fills in the stored secrets where a form left them out or empty.
pub fn keep_secrets(schema: &Value, stored: &Value, given: &mut Value) {
    for pointer in secret_pointers(schema) {
        let empty = given.pointer(&pointer).is_none_or(|value| {
            value.is_null() || value == "" || value.as_object().is_some_and(serde_json::Map::is_empty)
        });
        let (Some(secret), true) = (stored.pointer(&pointer), empty) else { continue };
        let Some((parent, name)) = pointer.rsplit_once('/') else { continue };
        if let Some(object) = given.pointer_mut(parent).and_then(Value::as_object_mut) {
            object.insert(name.replace("~1", "/").replace("~0", "~"), secret.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_empty_secret_keeps_the_stored_one() {
        let schema = json!({"properties": {
            "url": {"type": "string"},
            "token": {"type": "string", "writeOnly": true},
            "relay": {"$ref": "#/$defs/Relay"},
            "headers": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Secret"}},
        }, "$defs": {"Secret": {"type": "string", "writeOnly": true}, "Relay": {"properties": {"password": {"anyOf": [{"writeOnly": true}, {"type": "null"}]}}}}});
        assert_eq!(secret_pointers(&schema), ["/headers", "/relay/password", "/token"]);
        let stored =
            json!({"url": "a", "token": "t", "relay": {"host": "x", "password": "p"}, "headers": {"X-Key": "k"}});
        let mut given = json!({"url": "b", "token": "", "relay": {"host": "y"}, "headers": {}});
        keep_secrets(&schema, &stored, &mut given);
        let kept =
            json!({"url": "b", "token": "t", "relay": {"host": "y", "password": "p"}, "headers": {"X-Key": "k"}});
        assert_eq!(given, kept);
        let new = json!({"token": "new", "relay": {"host": "y", "password": "q"}, "headers": {"X-Key": "other"}});
        let mut replaced = new.clone();
        keep_secrets(&schema, &stored, &mut replaced);
        assert_eq!(replaced, new);
    }
}
