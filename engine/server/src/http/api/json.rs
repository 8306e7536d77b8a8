//! How answers are written. Ids are texts, since they have 63 bits and a number of JavaScript has 53. A moment comes
//! twice: `since` for people and most programs (RFC 3339, UTC), `since_ms` for arithmetic (milliseconds since 1970).

use axum::Json;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Map, Value};
use tocsin_policy::Moment;

/// An object of an answer, written key by key.
#[derive(Clone, Debug, Default)]
pub struct Object(Map<String, Value>);

impl Object {
    pub fn new() -> Object {
        Object::default()
    }

    /// Adds a key.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Object {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    /// Adds an id.
    pub fn id(self, key: &str, id: impl Into<Option<i64>>) -> Object {
        self.with(key, id.into().map(|id| id.to_string()))
    }

    /// Adds a moment, both ways; null where there is none, or where it never comes.
    pub fn at(self, key: &str, at: impl Into<Option<Moment>>) -> Object {
        let at = at.into().filter(|at| *at < Moment::FAR);
        self.with(key, at.and_then(utc)).with(&format!("{key}_ms"), at.map(|at| at.0))
    }

    /// Adds a list.
    pub fn list(self, key: &str, values: impl IntoIterator<Item = Object>) -> Object {
        self.with(key, values.into_iter().collect::<Value>())
    }

    /// Adds the keys of another object.
    pub fn and(mut self, more: Object) -> Object {
        self.0.extend(more.0);
        self
    }
}

/// Something that has an id and a name.
pub fn named(id: i64, name: impl Into<String>) -> Object {
    Object::new().id("id", id).with("name", name.into())
}

/// The moment in a column that may be empty.
pub fn moment(ms: Option<i64>) -> Option<Moment> {
    ms.map(Moment)
}

fn utc(at: Moment) -> Option<String> {
    Some(Timestamp::from_millisecond(at.0).ok()?.to_string())
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::Object(object.0)
    }
}

impl IntoResponse for Object {
    fn into_response(self) -> Response {
        Json(Value::from(self)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_texts_and_moments_come_both_ways() {
        let object = Object::new().id("id", i64::MAX).at("since", Moment(1_767_225_600_250)).at("until", Moment::FAR);
        let expected = serde_json::json!({
            "id": "9223372036854775807",
            "since": "2026-01-01T00:00:00.25Z", "since_ms": 1_767_225_600_250_i64,
            "until": null, "until_ms": null,
        });
        assert_eq!(Value::from(object), expected);
    }
}
