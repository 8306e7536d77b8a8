//! The secrets in a receiver's settings, and how they are kept out of everything that is stored or shown.
//!
//! A secret is every string at a place that the settings' schema marks `writeOnly`. A connector has
//! to see them to do its work, so it can also say them; the host therefore takes them out of each
//! text on the way back.

use serde_json::Value;

/// Taking out a shorter one would tear holes into ordinary words and hide nothing.
const SHORTEST_BYTES: usize = 4;
/// A schema may refer to itself.
const MAX_DEPTH: usize = 32;
const INSTEAD: &str = "[secret]";

/// The secret texts of one receiver.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Those that a schema marks in settings.
    pub fn of(schema: &Value, settings: &Value) -> Secrets {
        let mut found = Vec::new();
        collect(schema, schema, settings, MAX_DEPTH, &mut found);
        for secret in found.clone() {
            // As it would stand in a URL or in quoted text.
            found.push(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
            found.push(secret.escape_debug().to_string());
        }
        found.retain(|secret| secret.len() >= SHORTEST_BYTES);
        // The longest first: one may be the beginning of another.
        found.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        found.dedup();
        Secrets(found)
    }

    /// The text with `[secret]` in place of each.
    pub fn scrub(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            if text.contains(secret.as_str()) { text.replace(secret.as_str(), INSTEAD) } else { text }
        })
    }
}

fn collect(root: &Value, schema: &Value, value: &Value, depth: usize, found: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if schema.get("writeOnly") == Some(&Value::Bool(true)) {
        return strings(value, found);
    }
    if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'))
        && let Some(target) = root.pointer(target)
    {
        collect(root, target, value, depth, found);
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        for part in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
            collect(root, part, value, depth, found);
        }
    }
    let properties = schema.get("properties");
    for (key, value) in value.as_object().into_iter().flatten() {
        let property = properties.and_then(|properties| properties.get(key));
        if let Some(property) = property.or_else(|| schema.get("additionalProperties")) {
            collect(root, property, value, depth, found);
        }
    }
    if let Some(items) = schema.get("items") {
        for value in value.as_array().into_iter().flatten() {
            collect(root, items, value, depth, found);
        }
    }
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(map) => map.values().for_each(|value| strings(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_found_wherever_the_schema_puts_them() {
        let schema = json!({
            "properties": {
                "name": {"type": "string"},
                "token": {"anyOf": [{"$ref": "#/$defs/secret"}, {"type": "null"}]},
                "relay": {"properties": {"password": {"writeOnly": true}}},
                "headers": {"additionalProperties": {"writeOnly": true}},
                "keys": {"items": {"$ref": "#/$defs/secret"}}
            },
            "$defs": {"secret": {"type": "string", "writeOnly": true}}
        });
        let settings = json!({
            "name": "plain-name", "token": "tok-1", "relay": {"password": "pass-2"}, "headers": {"X-A": "head-3"}, "keys": ["key-4"]
        });
        let scrubbed = Secrets::of(&schema, &settings).scrub("plain-name tok-1 pass-2 head-3 key-4");
        assert_eq!(scrubbed, "plain-name [secret] [secret] [secret] [secret]");
    }

    #[test]
    fn a_secret_is_found_inside_a_url_and_when_it_begins_another() {
        let schema = json!({"additionalProperties": {"writeOnly": true}});
        let secrets = Secrets::of(&schema, &json!({"a": "p&ss word", "b": "p&ss word and more"}));
        assert_eq!(secrets.scrub("?k=p%26ss+word p&ss word and more"), "?k=[secret] [secret]");
    }

    #[test]
    fn a_schema_that_refers_to_itself_comes_to_an_end() {
        let schema = json!({"$ref": "#"});
        assert_eq!(Secrets::of(&schema, &json!({"a": "text"})).scrub("text"), "text");
    }
}
