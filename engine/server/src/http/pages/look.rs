//! How this browser wants to see things, told by a form so that it works without scripts.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use crate::app::App;
use crate::http::forms::Form;
use crate::http::security::local_path;
use crate::http::viewer::{self, KEYS, THEME};

/// Browsers keep no cookie longer than about this.
const SECONDS: u32 = 365 * 86_400;

pub fn routes() -> Router<App> {
    Router::new().route("/look", post(look))
}

/// No session is needed: nothing but a preference of this browser is set.
async fn look(form: Form) -> Response {
    let mut response = Redirect::to(local_path(form.text("back")).unwrap_or("/")).into_response();
    let mut keep = |name: &str, value: &str| {
        let line = format!("{name}={value}; Path=/; SameSite=Lax; Max-Age={SECONDS}");
        if let Ok(line) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
    };
    if form.has("theme") {
        keep(THEME, viewer::theme(form.text("theme")));
    }
    if form.has("keys") {
        keep(KEYS, if form.text("keys") == "off" { "off" } else { "on" });
    }
    response
}
