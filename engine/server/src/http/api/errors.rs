//! Refusals and failures as JSON: `{"error": "a sentence", "fields": {"key": "what is wrong with it"}}`.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::fault::{Fault, FieldError, RefusalKind};
use crate::http::error::{capitalized, ended};

/// Where the routes are described.
const GUIDE: &str = "docs/api.md lists what can be asked for";
/// When to come back if tocsin is busy or restarts, in seconds.
const COME_BACK_S: &str = "2";

/// What a handler returns instead of an answer.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    sentence: String,
    fields: Vec<FieldError>,
}

impl Refused {
    pub fn new(status: StatusCode, sentence: impl Into<String>) -> Refused {
        Refused { status, sentence: sentence.into(), fields: Vec::new() }
    }
}

impl<E: Into<Fault>> From<E> for Refused {
    fn from(error: E) -> Refused {
        let fault = error.into();
        match fault {
            Fault::Refused(refusal) => {
                let status = match refusal.kind {
                    RefusalKind::NotFound => StatusCode::NOT_FOUND,
                    RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                    RefusalKind::Conflict => StatusCode::CONFLICT,
                    RefusalKind::Forbidden => StatusCode::FORBIDDEN,
                };
                Refused { status, sentence: refusal.sentence, fields: refusal.fields }
            }
            Fault::ShuttingDown | Fault::Overloaded => Refused::new(StatusCode::SERVICE_UNAVAILABLE, fault.to_string()),
            fault => {
                tracing::error!(error = %fault, "a request to the API failed");
                let why = fault.cure().unwrap_or("the log of tocsin says why");
                let sentence = format!("something went wrong on our side and nothing was changed; {why}");
                Refused::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
            }
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let fields: BTreeMap<String, String> =
            self.fields.into_iter().map(|wrong| (wrong.field, wrong.message)).collect();
        // A sentence that begins with a key begins as the key does.
        let sentence = if fields.is_empty() { capitalized(&self.sentence) } else { ended(&self.sentence) };
        let body = json!({ "error": sentence, "fields": fields });
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tocsin\""));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(COME_BACK_S));
        }
        response
    }
}

/// The address names nothing.
pub async fn no_route(uri: Uri) -> Refused {
    // The part before it was taken off on the way here.
    Refused::new(StatusCode::NOT_FOUND, format!("there is no route /api{}; {GUIDE}", uri.path()))
}

/// The route is there, but not for this method.
pub async fn other_method(method: Method) -> Refused {
    let sentence = format!("{method} is not possible here; the header Allow says what is, and {GUIDE}");
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, sentence)
}
