//! The connectors that can be used: those that ship with the program, and those that admins have installed. Each is
//! compiled when it is needed for the first time: compiling all of them takes ten seconds of a core. Code that was compiled
//! before comes from the cache in no time.
//!
//! - `catalog`: what is installed, granted and laid down; `limits`, `signature`: parts of it;
//! - `registry`: from a name or a receiver to code that can be called.

pub mod catalog;
pub mod limits;
mod registry;
pub mod signature;

use serde_json::Value;

pub use registry::{ConnectorError, Connectors, Usable};

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
