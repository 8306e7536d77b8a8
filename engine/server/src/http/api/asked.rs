//! What is asked for: the keys of a query or of a JSON body. Keys that nobody knows are refused, since a filter or a
//! time that is silently left out does harm; everything that is wrong is said at once.

use std::collections::BTreeMap;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use super::errors::Refused;
use crate::app::App;
use crate::fault::{Fault, FieldError};
use crate::settings::nearest::nearest;

/// The largest body is a downtime with its title: below a kilobyte.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// Rows of a list, unless the program asks for another number.
const USUAL_ROWS: usize = 50;
/// Rows of a list at most: more is asked for page by page.
const MOST_ROWS: usize = 200;

/// Keys and values, to be taken out one by one.
#[derive(Debug, Default)]
pub struct Asked {
    given: BTreeMap<String, Value>,
    wrong: Vec<FieldError>,
}

/// The keys of the address, behind its `?`.
pub struct Query(pub Asked);

/// The keys of the JSON object in the body; a body may be left out where no key is needed.
pub struct Body(pub Asked);

impl Asked {
    /// Refuses keys that are not among these.
    pub fn only(mut self, known: &[&str]) -> Asked {
        for key in self.given.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = match (nearest(key, known), known) {
                (Some(near), _) => format!("there is no such key; did you mean `{near}`?"),
                (None, []) => "no keys are taken here".to_owned(),
                (None, known) => format!("there is no such key; there are {}", known.join(", ")),
            };
            self.wrong.push(FieldError { field: key.clone(), message });
        }
        self
    }

    /// Says that the value of a key does not do.
    pub fn wrong(&mut self, key: &str, message: impl Into<String>) {
        self.wrong.push(FieldError { field: key.to_owned(), message: message.into() });
    }

    /// A text without spaces around it; one that is empty is as good as none.
    pub fn text(&mut self, key: &str) -> Option<String> {
        match self.given.get(key)? {
            Value::Null => None,
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => {
                self.wrong(key, "a text, in quotes");
                None
            }
        }
    }

    /// One of these words; the first of them where the key is left out.
    pub fn one_of<'k>(&mut self, key: &str, words: &[&'k str]) -> &'k str {
        let usual = words.first().copied().unwrap_or("");
        let Some(text) = self.text(key) else { return usual };
        match words.iter().find(|word| **word == text) {
            Some(word) => word,
            None => {
                self.wrong(key, format!("one of {}", words.join(", ")));
                usual
            }
        }
    }

    /// Whether something is wished for: `true` or `false`.
    pub fn flag(&mut self, key: &str) -> bool {
        match self.given.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.wrong(key, "true or false, without quotes");
                false
            }
        }
    }

    /// A list of texts; empty where the key is left out.
    pub fn texts(&mut self, key: &str) -> Vec<String> {
        let texts = match self.given.get(key) {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::Array(list)) => list.iter().map(|value| value.as_str().map(str::to_owned)).collect(),
            Some(_) => None,
        };
        texts.unwrap_or_else(|| {
            self.wrong(key, "a list of texts, in brackets");
            Vec::new()
        })
    }

    /// An object with keys of somebody else's; an empty one where the key is left out.
    pub fn object(&mut self, key: &str) -> Value {
        match self.given.get(key) {
            None | Some(Value::Null) => Value::Object(serde_json::Map::new()),
            Some(object @ Value::Object(_)) => object.clone(),
            Some(_) => {
                self.wrong(key, "an object, in braces");
                Value::Null
            }
        }
    }

    /// A whole number from 0 up.
    pub fn number(&mut self, key: &str) -> Option<u32> {
        match self.given.get(key) {
            None | Some(Value::Null) => None,
            Some(value) => {
                let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
                if number.is_none() {
                    self.wrong(key, format!("a whole number from 0 to {}, without quotes", u32::MAX));
                }
                number
            }
        }
    }

    /// An id, as it stands in answers.
    pub fn id(&mut self, key: &str) -> Option<i64> {
        let text = self.text(key)?;
        let id = text.parse().ok();
        if id.is_none() {
            self.wrong(key, "an id, as it stands in an answer");
        }
        id
    }

    /// How many rows of a list are wished for.
    pub fn limit(&mut self) -> usize {
        let Some(text) = self.text("limit") else { return USUAL_ROWS };
        match text.parse() {
            Ok(rows) if (1..=MOST_ROWS).contains(&rows) => rows,
            _ => {
                self.wrong("limit", format!("a number from 1 to {MOST_ROWS}"));
                USUAL_ROWS
            }
        }
    }

    /// To be called when everything was taken out.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub fn done(self) -> Result<(), Fault> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Fault::fields(self.wrong)) }
    }
}

impl FromRequestParts<App> for Query {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Query, Refused> {
        let mut asked = Asked::default();
        for (key, value) in url::form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes()) {
            if asked.given.insert(key.to_string(), Value::String(value.into_owned())).is_some() {
                asked.wrong(&key, "given twice; one is enough");
            }
        }
        Ok(Query(asked))
    }
}

impl FromRequest<App> for Body {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Body, Refused> {
        if request.uri().query().is_some_and(|query| !query.is_empty()) {
            return Err(Fault::invalid("the address takes no keys here; send them as a JSON object in the body").into());
        }
        let json = is_json(request.headers());
        let bytes = to_bytes(request.into_body(), MAX_BODY_BYTES).await.map_err(|_| {
            let sentence = format!("the body did not arrive whole, or is larger than {} KiB", MAX_BODY_BYTES / 1024);
            Refused::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
        })?;
        if bytes.is_empty() {
            return Ok(Body(Asked::default()));
        }
        if !json {
            let sentence = "send JSON, and say so: Content-Type: application/json (with curl: --json)";
            return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(given)) => Ok(Body(Asked { given: given.into_iter().collect(), wrong: Vec::new() })),
            Ok(_) => Err(Fault::invalid("the body is JSON, but no object: write {\"key\": value}").into()),
            Err(error) => Err(Fault::invalid(format!("the body cannot be read as JSON: {error}")).into()),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The id in an address; what is no number names nothing.
///
/// # Errors
/// That there is no such thing.
pub fn id(text: &str, thing: &str) -> Result<i64, Fault> {
    text.parse()
        .map_err(|_| Fault::not_found(format!("there is no such {thing}; ids are numbers, as they stand in answers")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(json: &str) -> Asked {
        Asked { given: serde_json::from_str(json).expect("an object"), wrong: Vec::new() }
    }

    fn sentence(asked: Asked) -> String {
        asked.done().expect_err("something is wrong").to_string()
    }

    #[test]
    fn a_mistyped_key_finds_what_was_meant_and_a_stranger_the_list() {
        let keys = ["state", "host", "limit"];
        assert_eq!(
            sentence(asked(r#"{"hots": "web1"}"#).only(&keys)),
            "hots: there is no such key; did you mean `host`?"
        );
        let strange = sentence(asked(r#"{"colour": "red"}"#).only(&keys));
        assert_eq!(strange, "colour: there is no such key; there are state, host, limit");
        assert_eq!(sentence(asked(r#"{"a": 1}"#).only(&[])), "a: no keys are taken here");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let mut wrong = asked(r#"{"note": 7, "state": "opened", "limit": "0", "before": "x", "all": "yes"}"#);
        wrong.text("note");
        wrong.one_of("state", &["open", "closed"]);
        wrong.limit();
        wrong.id("before");
        wrong.flag("all");
        let said = sentence(wrong);
        for part in
            ["note: a text", "state: one of open, closed", "limit: a number", "before: an id", "all: true or false"]
        {
            assert!(said.contains(part), "{said}");
        }
    }

    #[test]
    fn what_is_left_out_has_its_usual_value() {
        let mut nothing = asked(r#"{"note": " ", "host": null}"#);
        assert_eq!((nothing.text("note"), nothing.text("host"), nothing.id("before")), (None, None, None));
        assert_eq!(
            (nothing.one_of("state", &["open", "closed"]), nothing.limit(), nothing.flag("all")),
            ("open", 50, false)
        );
        nothing.done().expect("nothing is wrong");
    }
}
