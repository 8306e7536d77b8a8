//! A sentence for the next page: "Saved." It travels in a cookie, signed so that nobody else can put words into ours.

use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use subtle::ConstantTimeEq;

use super::session::cookie;
use crate::app::App;

const NAME: &str = "tocsin-said";
const PURPOSE: &str = "flash";
/// Long enough for a slow page, too short to surprise anybody later.
const SECONDS: u32 = 60;
/// Sentences are short; a cookie may hold 4 KiB.
const MAX_CHARS: usize = 400;

/// Something to be said once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flash {
    pub text: String,
    /// `good` or `warn`.
    pub tone: &'static str,
}

/// Goes to a page that will say this.
pub fn go(app: &App, to: &str, text: &str) -> Response {
    said(app, to, 'g', text)
}

/// Goes to a page that will say this as a warning.
pub fn go_with_warning(app: &App, to: &str, text: &str) -> Response {
    said(app, to, 'w', text)
}

fn said(app: &App, to: &str, tone: char, text: &str) -> Response {
    let text: String = std::iter::once(tone).chain(text.chars().take(MAX_CHARS)).collect();
    let value = format!("{}.{}", URL_SAFE_NO_PAD.encode(&text), app.keys.fingerprint(PURPOSE, &text));
    let line = format!("{NAME}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={SECONDS}");
    let mut response = Redirect::to(to).into_response();
    if let Ok(line) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// What is to be said on this page.
pub(super) fn read(app: &App, headers: &HeaderMap) -> Option<Flash> {
    let value = cookie(headers, NAME)?;
    let (text, signature) = value.split_once('.')?;
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let genuine: bool = app.keys.fingerprint(PURPOSE, &text).as_bytes().ct_eq(signature.as_bytes()).into();
    let tone = match text.chars().next() {
        Some('g') => "good",
        Some('w') => "warn",
        _ => return None,
    };
    genuine.then(|| Flash { text: text[1..].to_owned(), tone })
}

/// Once said, it is gone.
pub(super) fn clear(response: &mut Response) {
    let line = HeaderValue::from_static("tocsin-said=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    response.headers_mut().append(header::SET_COOKIE, line);
}
