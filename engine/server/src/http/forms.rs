//! A form as it was sent: pairs of names and texts, bounded, to be parsed by whoever asked for it. What was wrong is
//! collected for all fields, so that the form can be shown again with everything that was typed.

use std::collections::BTreeMap;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::fault::{FieldError, Refusal};

/// The largest form is a policy with dozens of rules: a few kilobytes.
pub const MAX_FORM_BYTES: usize = 256 * 1024;
/// More fields than any form has.
const MAX_FIELDS: usize = 5_000;

/// The fields of a form, in their order.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The text of a field without spaces around it; empty when it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The text of a field as it was typed: for passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// All values of a field that may come several times.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All fields, in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Whether a field was sent at all: a checkbox that is not checked is not.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// A number, if the field is one.
    pub fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.text(name).parse().ok()
    }

    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(bytes: &[u8]) -> Form {
        let pairs = url::form_urlencoded::parse(bytes).take(MAX_FIELDS);
        // Browsers send line ends of text areas as CR LF.
        Form(pairs.map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n"))).collect())
    }
}

impl FromRequest<App> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Form, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        if !kind.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
            let sentence = "A form is expected here (application/x-www-form-urlencoded).";
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence).into_response());
        }
        match to_bytes(request.into_body(), MAX_FORM_BYTES).await {
            Ok(bytes) => Ok(Form::parse(&bytes)),
            Err(_) => {
                let sentence = "This form is larger than 256 KiB. Go back and shorten what you typed.";
                Err((StatusCode::PAYLOAD_TOO_LARGE, sentence).into_response())
            }
        }
    }
}

/// What is wrong with a form: sentences by field, and one for the whole.
#[derive(Clone, Debug, Default)]
pub struct Wrong {
    pub sentence: String,
    pub fields: BTreeMap<String, String>,
}

impl Wrong {
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.fields.entry(field.into()).or_insert_with(|| message.into());
    }

    pub fn extend(&mut self, errors: Vec<FieldError>) {
        for error in errors {
            self.add(error.field, error.message);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.sentence.is_empty() && self.fields.is_empty()
    }
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Wrong {
        let mut wrong = Wrong::default();
        if refusal.fields.is_empty() {
            wrong.sentence = refusal.sentence;
        }
        wrong.extend(refusal.fields);
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_form_keeps_repeated_fields_and_the_order() {
        let form = Form::parse(b"to=1&to=2&name=+web+1+&text=a%0D%0Ab&on");
        assert_eq!(form.all("to").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((form.text("name"), form.raw("name")), ("web 1", " web 1 "));
        assert_eq!(form.text("text"), "a\nb");
        assert!(form.has("on") && !form.has("off"));
    }
}
