//! The secrets in a receiver's settings, and how they are kept out of everything that is stored or shown.
//!
//! A secret is every string at a place that the settings' schema marks `writeOnly`. A connector has
//! to see them to do its work, so it can also say them; the host therefore takes them out of each
//! text on the way back. A far side, a library or the connector may say one in another form than it was
//! typed: a URL without its default port, a path alone, a value decoded. Those count as the secret too.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

/// Taking out a shorter one would tear holes into ordinary words and hide nothing.
const SHORTEST_BYTES: usize = 4;
/// Keys and signatures within a URL are longer than the words beside them: `services`, `invoke`.
const SHORTEST_PART_BYTES: usize = 16;
/// A schema may refer to itself.
const MAX_DEPTH: usize = 32;
const INSTEAD: &str = "[secret]";

/// The secret texts of one receiver.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Those that a schema marks in settings.
    pub fn of(schema: &Value, settings: &Value) -> Secrets {
        let mut typed = Vec::new();
        collect(schema, schema, settings, MAX_DEPTH, &mut typed);
        let mut found: Vec<String> = typed.iter().flat_map(|secret| forms(secret)).flat_map(writings).collect();
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

/// A secret as it was typed and as a program would read it.
fn forms(secret: &str) -> Vec<String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(String::from);
    let mut forms = vec![secret.to_owned(), secret.trim().to_owned()];
    forms.extend(decoded(secret));
    let Some(url) = Url::parse(secret.trim()).ok().filter(Url::has_host) else { return forms };
    let path = url.path();
    let target = url.query().map(|query| format!("{path}?{query}"));
    let segments = url.path_segments().into_iter().flatten().map(str::to_owned);
    let values = url.query().into_iter().flat_map(|query| query.split('&')).map(|pair| {
        let (_, value) = pair.split_once('=').unwrap_or_default();
        value.to_owned()
    });
    let parts: Vec<String> = [path.to_owned()].into_iter().chain(target).chain(segments).chain(values).collect();
    let plain = parts.iter().filter_map(|part| decoded(part));
    let pairs = url.query_pairs().map(|(_, value)| value.into_owned());
    let parts = plain.chain(pairs).chain(parts.iter().cloned()).filter(|part| part.len() >= SHORTEST_PART_BYTES);
    forms.extend(parts);
    // Where it names a place alone, what a request has below it is no secret.
    forms.push(url.as_str().trim_end_matches('/').to_owned());
    forms
}

/// The text as it is, and as it would stand in a URL, in JSON or in quoted text.
fn writings(text: String) -> [String; 5] {
    let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    // A plus sign of the text itself has become %2B.
    let percent = form.replace('+', "%20");
    let json = Value::from(text.as_str()).to_string();
    let json = json[1..json.len() - 1].to_owned();
    [form, percent, json, text.escape_debug().to_string(), text]
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

    fn of(secret: &str) -> Secrets {
        Secrets::of(&json!({"additionalProperties": {"writeOnly": true}}), &json!({"url": secret}))
    }

    #[test]
    fn a_secret_url_is_found_as_the_request_has_it() {
        let secrets = of(
            " https://Prod-7.logic.example.com:443/workflows/0a1b2c3d4e5f60718293/invoke?sp=%2Frun&sig=aB%2Bc_d-e0123456789xyz ",
        );
        for said in [
            "https://prod-7.logic.example.com/workflows/0a1b2c3d4e5f60718293/invoke?sp=%2Frun&sig=aB%2Bc_d-e0123456789xyz",
            "/workflows/0a1b2c3d4e5f60718293/invoke?sp=%2Frun&sig=aB%2Bc_d-e0123456789xyz",
            "/workflows/0a1b2c3d4e5f60718293/invoke",
            "0a1b2c3d4e5f60718293",
            "aB%2Bc_d-e0123456789xyz",
            "aB+c_d-e0123456789xyz",
        ] {
            assert_eq!(secrets.scrub(&format!("<{said}>")), "<[secret]>", "{said}");
        }
        assert_eq!(
            secrets.scrub("https://prod-7.logic.example.com/ was asked to invoke"),
            "https://prod-7.logic.example.com/ was asked to invoke"
        );
    }

    #[test]
    fn what_lies_below_a_secret_place_stays() {
        assert_eq!(of("https://chat.example.com:443").scrub("POST https://chat.example.com/api"), "POST [secret]/api");
    }

    #[test]
    fn a_secret_is_found_however_it_is_encoded() {
        let encoded = of("p%26ss%20word");
        assert_eq!(encoded.scrub("p%26ss%20word p&ss word p%26ss+word"), "[secret] [secret] [secret]");
        let quoted = of("a\"b\\c d");
        assert_eq!(quoted.scrub(r#"{"k":"a\"b\\c d"} a%22b%5Cc%20d"#), r#"{"k":"[secret]"} [secret]"#);
    }

    #[test]
    fn a_schema_that_refers_to_itself_comes_to_an_end() {
        let schema = json!({"$ref": "#"});
        assert_eq!(Secrets::of(&schema, &json!({"a": "text"})).scrub("text"), "text");
    }
}
