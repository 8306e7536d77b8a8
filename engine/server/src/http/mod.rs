//! The doors: agents, people, and whoever watches the watcher. Only this folder knows HTTP.
//!
//! - `listener`: connections; `collector`: the agents' door; `health`: liveness, readiness, metrics;
//! - `api`: the door for scripts and other programs;
//! - `pages`: the admin UI; `live`: what changed, for open pages;
//! - `moves`: receivers move to another version of their connector; `said`: what a delivery says;
//! - `kept`: forms that come when the login has expired;
//! - `session`, `viewer`, `forms`, `flash`, `render`, `turned`, `error`, `security`, `assets`: what its pages share.

mod api;
pub mod assets;
pub mod collector;
pub mod error;
pub mod flash;
pub mod forms;
pub mod health;
pub mod kept;
pub mod listener;
pub mod live;
mod moves;
mod pages;
pub mod render;
mod said;
pub mod security;
pub mod session;
mod turned;
pub mod viewer;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::response::Response;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::app::App;

/// Everything that can be asked for.
pub fn router(app: App) -> Router {
    Router::new()
        .merge(ui(&app))
        .merge(collector::routes(&app.settings.collector_paths))
        .merge(health::routes())
        .merge(api::routes())
        .with_state(app)
}

/// Pages, with what protects people: agents, programs and probes are no browsers, and pass beside it.
fn ui(app: &App) -> Router<App> {
    let own_origin = url::Url::parse(&app.settings.public_url).map(|url| url.origin().ascii_serialization());
    let refuse = |_: ProtectionError| -> Response { error::cross_site() };
    let csrf = CsrfLayer::new();
    // A proxy may give us another Host than the one in the address bar; what the operator says is ours, is.
    let csrf = match own_origin.map(|origin| csrf.clone().add_trusted_origin(origin)) {
        Ok(Ok(trusting)) => trusting,
        _ => csrf,
    };
    pages::routes()
        .merge(live::routes())
        .merge(assets::routes())
        .fallback(error::not_found)
        .layer(middleware::map_response(error::in_words))
        .layer(middleware::from_fn(kept::keep))
        .layer(middleware::from_fn(viewer::surround))
        .layer(DefaultBodyLimit::max(forms::MAX_FORM_BYTES))
        .layer(csrf.with_rejection_response(refuse))
        .layer(middleware::from_fn(security::headers))
        // Never the stream of changes, which would be gathered instead of sent.
        .layer(CompressionLayer::new())
}
