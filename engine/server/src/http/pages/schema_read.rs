//! Settings read back from a form that was drawn from a schema, and what is wrong with them put beside its fields.

use serde_json::{Map, Value, json};

use super::schema::{Field, PREFIX};
use crate::fault::FieldError;
use crate::http::forms::{Form, Wrong};

/// Reads settings from a form. Secrets that were left empty are left out; values of a map of secrets that were left
/// empty are taken from what is stored.
pub fn read(fields: &[Field], form: &Form, stored: &Value, wrong: &mut Wrong) -> Value {
    let mut object = Map::new();
    for field in fields {
        let Some((_, name)) = field.name.rsplit_once('/') else { continue };
        let name = name.replace("~1", "/").replace("~0", "~");
        if let Some(value) = read_one(field, form, stored, wrong) {
            object.insert(name, value);
        }
    }
    Value::Object(object)
}

fn read_one(field: &Field, form: &Form, stored: &Value, wrong: &mut Wrong) -> Option<Value> {
    let text = form.text(&field.name);
    match field.kind {
        "group" => {
            let value = read(&field.fields, form, stored, wrong);
            let said = value.as_object().is_some_and(|object| !object.is_empty());
            (said || field.required).then_some(value)
        }
        "switch" => Some(json!(form.has(&field.name))),
        "list" => {
            let items: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            (!items.is_empty() || field.required).then(|| json!(items))
        }
        "map" => Some(map(field, text, stored, wrong)).filter(|map| map.as_object().is_some_and(|map| !map.is_empty())),
        _ if text.is_empty() => None,
        "secret" => Some(json!(form.raw(&field.name))),
        "number" => match text.parse::<i64>() {
            Ok(number) if is_within(field, number) => Some(json!(number)),
            _ => {
                let range = if field.range.is_empty() { String::new() } else { format!(", {}", field.range) };
                wrong.add(&field.name, format!("{}: give a whole number{range}.", field.label));
                None
            }
        },
        _ => {
            if let Some(most) = field.longest.filter(|most| text.chars().count() as u64 > *most) {
                wrong.add(&field.name, format!("{}: at most {most} characters.", field.label));
            }
            Some(json!(text))
        }
    }
}

fn is_within(field: &Field, number: i64) -> bool {
    field.least.is_none_or(|least| number >= least) && field.most.is_none_or(|most| number <= most)
}

fn map(field: &Field, text: &str, stored: &Value, wrong: &mut Wrong) -> Value {
    let pointer = field.name.strip_prefix(PREFIX).unwrap_or("");
    let mut map = Map::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some((name, value)) = line.split_once(':') else {
            wrong.add(&field.name, format!("{}: write one entry a line as name: value.", field.label));
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let old = stored.pointer(pointer).and_then(|old| old.get(name)).filter(|_| field.stored && value.is_empty());
        map.insert(name.to_owned(), old.cloned().unwrap_or_else(|| json!(value)));
    }
    Value::Object(map)
}

/// Puts what a connector says of its settings beside the fields of the form.
pub fn place(fields: &[Field], errors: Vec<FieldError>, wrong: &mut Wrong) {
    let mut names = Vec::new();
    collect(fields, &mut names);
    for error in errors {
        let path = format!("{PREFIX}{}", error.field);
        // An error in an element of a list belongs to the list.
        let fits = |field: &&&Field| path == field.name || path.starts_with(&format!("{}/", field.name));
        match names.iter().filter(fits).max_by_key(|field| field.name.len()) {
            Some(field) => wrong.add(&field.name, format!("{}: {}", field.label, error.message)),
            None => wrong.add("settings", error.message),
        }
    }
}

fn collect<'f>(fields: &'f [Field], into: &mut Vec<&'f Field>) {
    for field in fields {
        into.push(field);
        collect(&field.fields, into);
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema::tests::schema;
    use super::super::schema::{Source, fields};
    use super::*;

    #[test]
    fn what_is_typed_becomes_settings() {
        let form = Form::parse(
            b"set/url=https://x&set/token=&set/to=a%0A%0Ab&set/headers=X-Key:%0AX-New: n&set/relay/port=587&set/relay/security=tls",
        );
        let stored = json!({"headers": {"X-Key": "k3y"}});
        let (fields, mut wrong) = (fields(&schema(), Source::Stored(&stored)), Wrong::default());
        let settings = read(&fields, &form, &stored, &mut wrong);
        assert!(wrong.is_empty());
        assert_eq!(
            settings,
            json!({"url": "https://x", "to": ["a", "b"], "headers": {"X-Key": "k3y", "X-New": "n"},
                "relay": {"port": 587, "security": "tls"}})
        );
    }

    #[test]
    fn what_the_schema_does_not_allow_is_said_beside_its_field() {
        let long = "x".repeat(201);
        let form = Form::parse(format!("set/url={long}&set/relay/port=65536").as_bytes());
        let (fields, mut wrong) = (fields(&schema(), Source::Defaults), Wrong::default());
        read(&fields, &form, &json!({}), &mut wrong);
        assert_eq!(wrong.fields["set/relay/port"], "port: give a whole number, from 1 to 65535.");
        assert_eq!(wrong.fields["set/url"], "URL: at most 200 characters.");
    }

    #[test]
    fn errors_find_their_fields() {
        let (fields, mut wrong) = (fields(&schema(), Source::Defaults), Wrong::default());
        let error = |field: &str| FieldError { field: field.to_owned(), message: "no".to_owned() };
        place(&fields, vec![error("/to/1"), error("/relay/port"), error("")], &mut wrong);
        assert_eq!(wrong.fields.keys().collect::<Vec<_>>(), ["set/relay/port", "set/to", "settings"]);
    }
}
