//! The connectors that can be used, loaded and ready, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tocsin_connector_host::{Connector, ConnectorHost, Grant, LoadError, PrivateAddresses};

use crate::fault::FieldError;

/// The connectors of this instance.
#[derive(Default)]
pub struct Connectors {
    by_name: BTreeMap<String, Arc<Connector>>,
}

/// A connector that could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("the connector {name} cannot be loaded: {source}")]
pub struct ConnectorError {
    name: &'static str,
    source: LoadError,
}

impl Connectors {
    /// Loads those that ship with the program.
    pub async fn bundled(host: &ConnectorHost) -> Result<Connectors, ConnectorError> {
        let mut by_name = BTreeMap::new();
        for bundled in tocsin_bundled::BUNDLED {
            let loaded = host.load(bundled.wasm).await;
            let connector = loaded.map_err(|source| ConnectorError { name: bundled.name, source })?;
            by_name.insert(connector.manifest().name.clone(), connector);
        }
        Ok(Connectors { by_name })
    }

    pub fn get(&self, name: &str) -> Option<&Arc<Connector>> {
        self.by_name.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Connector>> {
        self.by_name.values()
    }

    /// Asks a connector whether these settings would do.
    ///
    /// # Errors
    /// What is wrong with which field; the field is a JSON pointer into the settings.
    pub async fn validate(&self, host: &ConnectorHost, name: &str, settings: &Value) -> Result<(), Vec<FieldError>> {
        let Some(connector) = self.get(name) else {
            let known: Vec<&str> = self.by_name.keys().map(String::as_str).collect();
            let message = format!("there is no connector “{name}”; there are {}", known.join(", "));
            return Err(vec![FieldError { field: "connector".to_owned(), message }]);
        };
        let said = host.validate(connector, settings).await;
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
