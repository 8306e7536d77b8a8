//! Settings: JSON text in, the author's type or errors that point at fields out.

use crate::FieldError;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

/// The JSON Schema of a settings type, as text.
pub(crate) fn schema<T: JsonSchema>() -> String {
    schemars::schema_for!(T).to_value().to_string()
}

/// Reads settings; an error points at the field that is wrong or missing.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Vec<FieldError>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let reason = error.inner().to_string();
        // The position in the JSON text means nothing to somebody who looks at a form.
        let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
        let mut pointer = pointer(error.path());
        if let Some(missing) = reason.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
            pointer.push('/');
            pointer.push_str(missing);
            return vec![FieldError { pointer, message: "This field is needed.".into() }];
        }
        vec![FieldError { pointer, message: reason }]
    })
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    #[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        /// Address of the hook
        #[allow(dead_code, reason = "only the refusals are looked at")]
        url: Secret,
        #[allow(dead_code, reason = "only the refusals are looked at")]
        #[serde(default)]
        to: Vec<String>,
    }

    fn errors(text: &str) -> (String, String) {
        let mut errors = parse::<Settings>(text).expect_err("refused");
        let first = errors.remove(0);
        (first.pointer, first.message)
    }

    #[test]
    fn a_missing_field_is_pointed_at_by_its_own_name() {
        assert_eq!(errors("{}"), ("/url".into(), "This field is needed.".into()));
    }

    #[test]
    fn a_wrong_element_is_pointed_at_by_its_index() {
        let (pointer, message) = errors(r#"{"url":"u","to":["a@example.org",7]}"#);
        assert_eq!(pointer, "/to/1");
        assert_eq!(message, "invalid type: integer `7`, expected a string");
    }

    #[test]
    fn the_schema_marks_secrets_and_carries_the_words_of_the_form() {
        let schema: serde_json::Value = serde_json::from_str(&schema::<Settings>()).unwrap();
        assert_eq!(schema["properties"]["url"]["writeOnly"], true);
        assert_eq!(schema["properties"]["url"]["description"], "Address of the hook");
        assert_eq!(schema["required"], serde_json::json!(["url"]));
    }
}
