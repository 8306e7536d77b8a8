//! The JSON API for scripts and other programs, below `/api/v1`. `docs/api.md` describes it for those who use it.
//!
//! A handler reads like that of a page: who asks, what is asked for, load, answer. What is done is done by the same use
//! cases, which enforce the roles; what is read is read from the same places, so that page and program are told alike.
//! Whoever asks shows a token with each request. No cookie is looked at here, so nothing that a browser sends by itself
//! has any effect, and the guard against forms from other sites is not needed.
//!
//! - `auth`: who asks; `asked`: what is asked for, with strangers among the keys refused; `errors`: refusals;
//! - `json`, `reasons`: how ids, moments and reasons are written;
//! - the others: one file for each kind of thing, with its routes.

mod alert;
mod alerts;
mod asked;
mod auth;
mod connectors;
mod deliveries;
mod downtimes;
mod errors;
mod host;
mod hosts;
mod json;
mod policies;
mod reasons;
mod receivers;
mod silences;
mod token;

use axum::{Router, middleware};

use self::errors::Refused;
use self::json::Object;
use super::security;
use crate::app::App;

/// What a handler answers with.
type Answer = Result<Object, Refused>;

/// Everything below `/api`.
pub fn routes() -> Router<App> {
    let v1 = Router::new()
        .merge(alerts::routes())
        .merge(hosts::routes())
        .merge(silences::routes())
        .merge(downtimes::routes())
        .merge(deliveries::routes())
        .merge(receivers::routes())
        .merge(connectors::routes())
        .merge(policies::routes())
        .merge(token::routes());
    let api = Router::new()
        .nest("/v1", v1)
        .fallback(errors::no_route)
        .method_not_allowed_fallback(errors::other_method)
        .layer(middleware::from_fn(security::headers));
    Router::new().nest("/api", api)
}
