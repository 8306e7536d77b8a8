//! Answers as agents want them: short, and one connection for each message.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

/// Agents compress from the first answer on that carries this name with a version of at least 3.6.
const SERVER: HeaderValue = HeaderValue::from_static("mmonit/4.3 (tocsin)");

/// An answer with a sentence for whoever reads along; agents read the status only.
pub fn answer(status: StatusCode, sentence: &'static str) -> Response {
    let mut response = Response::new(Body::from(sentence));
    *response.status_mut() = status;
    let head = response.headers_mut();
    head.insert(header::SERVER, SERVER);
    head.insert(header::CONNECTION, HeaderValue::from_static("close"));
    if status == StatusCode::UNAUTHORIZED {
        head.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"tocsin\""));
    }
    response
}
