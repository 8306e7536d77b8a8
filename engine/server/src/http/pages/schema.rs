//! A form drawn from a connector's JSON Schema; `schema_read` reads settings back from it.
//!
//! What connectors use is understood: texts, secrets (`writeOnly`), whole numbers, switches, choices, lists of texts,
//! maps of texts, and objects of these; how large a number and how long a text may be. A secret never goes into a page;
//! what is left empty keeps what is stored.

use serde::Serialize;
use serde_json::Value;

use crate::http::forms::Form;

/// Objects in objects beyond this are a mistake of the schema.
const MAX_DEPTH: usize = 4;
/// Fields of one form.
const MAX_FIELDS: usize = 200;
/// What form fields of settings begin with; a JSON pointer follows.
pub const PREFIX: &str = "set";

/// One field of the form.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Field {
    /// `set/relay/host`
    pub name: String,
    pub label: String,
    pub hint: String,
    /// `text`, `secret`, `number`, `switch`, `choice`, `list`, `map`, `group`
    pub kind: &'static str,
    pub required: bool,
    pub options: Vec<String>,
    /// The least and the most that a number may be.
    pub least: Option<i64>,
    pub most: Option<i64>,
    /// The same in words, if it is limited.
    pub range: String,
    /// The most characters of a text.
    pub longest: Option<u64>,
    pub value: String,
    pub checked: bool,
    /// A secret is stored; or, for a map of secrets, their names are.
    pub stored: bool,
    pub fields: Vec<Field>,
}

/// Where the values of the form come from.
#[derive(Clone, Copy)]
pub enum Source<'s> {
    /// A new receiver.
    Defaults,
    Stored(&'s Value),
    /// A form that was refused, over what is stored.
    Typed(&'s Form, &'s Value),
}

/// The fields that a schema asks for.
pub fn fields(schema: &Value, source: Source<'_>) -> Vec<Field> {
    let mut fields = of_object(schema, schema, "", source, 0);
    fields.truncate(MAX_FIELDS);
    fields
}

fn of_object(root: &Value, schema: &Value, at: &str, source: Source<'_>, depth: usize) -> Vec<Field> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let field = |(name, property): (&String, &Value)| {
        let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        let mut field = of_property(root, property, name, &pointer, source, depth);
        field.required = required.contains(&name.as_str());
        field
    };
    let mut fields: Vec<Field> = properties.map(field).collect();
    // What is needed comes first, in the order in which the author names it; objects and secrets come last of each.
    let place = |field: &Field| {
        let name = field.name.rsplit('/').next().unwrap_or("");
        required.iter().position(|needed| *needed == name).unwrap_or(usize::MAX)
    };
    fields.sort_by_key(|field| (!field.required, field.kind == "group", field.kind == "secret", place(field)));
    fields
}

fn of_property(root: &Value, property: &Value, name: &str, pointer: &str, source: Source<'_>, depth: usize) -> Field {
    let plain = resolve(root, property, 0);
    let word = |key: &str| property[key].as_str().or_else(|| plain[key].as_str()).unwrap_or("").to_owned();
    let title = word("title");
    let kind = kind_of(plain, depth);
    let stored = match source {
        Source::Defaults => None,
        Source::Stored(value) | Source::Typed(_, value) => value.pointer(pointer),
    };
    let (least, most) = (plain["minimum"].as_i64(), plain["maximum"].as_i64());
    let mut field = Field {
        name: format!("{PREFIX}{pointer}"),
        label: if title.is_empty() { name.replace('_', " ") } else { title },
        hint: word("description"),
        kind,
        least,
        most,
        range: range(least, most),
        longest: plain["maxLength"].as_u64(),
        options: plain["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
        ..Field::default()
    };
    match kind {
        "group" => field.fields = of_object(root, plain, pointer, source, depth + 1),
        "secret" => field.stored = stored.is_some_and(|value| value.as_str().is_some_and(|text| !text.is_empty())),
        "map" if is_secret(root, &plain["additionalProperties"]) => field.stored = true,
        _ => {}
    }
    let default = property.get("default").or_else(|| plain.get("default"));
    match source {
        Source::Typed(form, _) if kind == "switch" => field.checked = form.has(&field.name),
        Source::Typed(form, _) if kind != "secret" => field.value = form.raw(&field.name).to_owned(),
        Source::Typed(..) => {}
        Source::Defaults | Source::Stored(_) => {
            let value = stored.or(default).unwrap_or(&Value::Null);
            field.checked = value.as_bool().unwrap_or(false);
            let shown = if kind == "map" && field.stored { "map of secrets" } else { kind };
            field.value = text_of(value, shown);
        }
    }
    field
}

fn range(least: Option<i64>, most: Option<i64>) -> String {
    match (least, most) {
        (Some(least), Some(most)) => format!("from {least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => String::new(),
    }
}

/// Follows a reference, and takes the variant that is not null.
fn resolve<'v>(root: &'v Value, schema: &'v Value, depth: usize) -> &'v Value {
    if depth > MAX_DEPTH {
        return schema;
    }
    if let Some(target) = schema["$ref"].as_str().and_then(|name| root.pointer(name.strip_prefix('#')?)) {
        return resolve(root, target, depth + 1);
    }
    for word in ["anyOf", "oneOf", "allOf"] {
        let variants = schema[word].as_array().into_iter().flatten();
        if let Some(variant) = variants.into_iter().find(|variant| variant["type"] != "null") {
            return resolve(root, variant, depth + 1);
        }
    }
    schema
}

fn is_secret(root: &Value, schema: &Value) -> bool {
    resolve(root, schema, 0)["writeOnly"] == true
}

fn kind_of(schema: &Value, depth: usize) -> &'static str {
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    match kinds.into_iter().find(|kind| *kind != "null").unwrap_or("string") {
        _ if schema["writeOnly"] == true => "secret",
        _ if schema["enum"].is_array() => "choice",
        "integer" | "number" => "number",
        "boolean" => "switch",
        "array" => "list",
        "object" if schema["properties"].is_object() && depth < MAX_DEPTH => "group",
        "object" => "map",
        _ => "text",
    }
}

/// A stored value as the form shows it; never a secret.
fn text_of(value: &Value, kind: &str) -> String {
    match (kind, value) {
        ("secret" | "group" | "switch", _) | (_, Value::Null) => String::new(),
        ("list", Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join("\n"),
        ("map of secrets", Value::Object(entries)) => entries.keys().map(|name| format!("{name}:\n")).collect(),
        ("map", Value::Object(entries)) => {
            entries.iter().map(|(name, value)| format!("{name}: {}\n", value.as_str().unwrap_or(""))).collect()
        }
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_string(),
    }
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::*;

    pub fn schema() -> Value {
        json!({"required": ["url"], "properties": {
            "url": {"type": "string", "title": "URL", "maxLength": 200},
            "token": {"anyOf": [{"$ref": "#/$defs/Secret"}, {"type": "null"}]},
            "to": {"type": "array", "items": {"type": "string"}},
            "headers": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Secret"}},
            "relay": {"type": "object", "properties": {
                "port": {"type": ["integer", "null"], "minimum": 1, "maximum": 65535}, "security": {"enum": ["tls", "none"], "default": "tls"}}},
        }, "$defs": {"Secret": {"type": "string", "writeOnly": true}}})
    }

    #[test]
    fn a_stored_receiver_is_shown_without_its_secrets() {
        let stored = json!({"url": "https://x", "token": "t0ken", "to": ["a", "b"], "headers": {"X-Key": "k3y"},
            "relay": {"port": 25}});
        let fields = fields(&schema(), Source::Stored(&stored));
        assert!(!format!("{fields:?}").contains("t0ken") && !format!("{fields:?}").contains("k3y"));
        let find = |name: &str| fields.iter().find(|field| field.name == name).expect("the field");
        assert_eq!((find("set/token").kind, find("set/token").stored), ("secret", true));
        assert_eq!(find("set/to").value, "a\nb");
        assert_eq!(find("set/headers").value, "X-Key:\n");
        assert_eq!(find("set/relay").fields[0].value, "25");
        assert_eq!(find("set/relay").fields[1].value, "tls");
        assert_eq!((find("set/relay").fields[0].least, find("set/relay").fields[0].most), (Some(1), Some(65_535)));
        assert_eq!(find("set/url").longest, Some(200));
    }
}
