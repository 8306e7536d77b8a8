//! A sentence for the next page: "Saved.", with the way to undo what was done. It travels in a cookie, signed so that
//! nobody else can put words or forms into our pages.

use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::session::cookie;
use super::viewer;
use crate::app::App;

const NAME: &str = "tocsin-said";
const PURPOSE: &str = "flash";
/// Long enough for a slow page, too short to surprise anybody later.
const SECONDS: u32 = 60;
/// Sentences are short; a cookie may hold 4 KiB.
const MAX_CHARS: usize = 400;
/// What an undo may take of the cookie: the ids of a hundred objects. For more there is none.
const MAX_UNDO_BYTES: usize = 2_400;

/// Something to be said once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flash {
    pub text: String,
    /// `good` or `warn`.
    pub tone: Tone,
    /// A form that takes back what was done.
    pub undo: Option<Undo>,
    /// Where more can be said or seen.
    pub more: Option<More>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    Good,
    Warn,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Undo {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct More {
    pub label: String,
    pub href: String,
}

impl Flash {
    pub fn new(tone: Tone, text: &str) -> Flash {
        Flash { text: text.chars().take(MAX_CHARS).collect(), tone, undo: None, more: None }
    }

    pub fn undo(mut self, action: impl Into<String>, fields: Vec<(String, String)>) -> Flash {
        let bytes: usize = fields.iter().map(|(name, value)| name.len() + value.len() + 6).sum();
        self.undo = (bytes <= MAX_UNDO_BYTES).then(|| Undo { action: action.into(), fields });
        self
    }

    pub fn more(mut self, label: &str, href: impl Into<String>) -> Flash {
        self.more = Some(More { label: label.to_owned(), href: href.into() });
        self
    }

    /// Goes to a page that will say this.
    pub fn go(&self, app: &App, to: &str) -> Response {
        // Texts and lists of them: there is nothing in it that json could not hold.
        let json = serde_json::to_string(self).unwrap_or_default();
        let value = format!("{}.{}", URL_SAFE_NO_PAD.encode(&json), app.keys.fingerprint(PURPOSE, &json));
        let line = format!("{NAME}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={SECONDS}");
        let mut response = Redirect::to(to).into_response();
        if let Ok(line) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
        response
    }
}

/// Goes to a page that will say this.
pub fn go(app: &App, to: &str, text: &str) -> Response {
    Flash::new(Tone::Good, text).go(app, to)
}

/// Goes to a page that will say this as a warning.
pub fn go_with_warning(app: &App, to: &str, text: &str) -> Response {
    Flash::new(Tone::Warn, text).go(app, to)
}

/// What is to be said on this page. A page that only fetches itself anew leaves it to the one it is meant for.
pub(super) fn read(app: &App, headers: &HeaderMap) -> Option<Flash> {
    if viewer::is_again(headers) {
        return None;
    }
    let value = cookie(headers, NAME)?;
    let (json, signature) = value.split_once('.')?;
    let json = String::from_utf8(URL_SAFE_NO_PAD.decode(json).ok()?).ok()?;
    let genuine: bool = app.keys.fingerprint(PURPOSE, &json).as_bytes().ct_eq(signature.as_bytes()).into();
    if genuine { serde_json::from_str(&json).ok() } else { None }
}

/// Once said, it is gone.
pub(super) fn clear(response: &mut Response) {
    let line = HeaderValue::from_static("tocsin-said=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    response.headers_mut().append(header::SET_COOKIE, line);
}
