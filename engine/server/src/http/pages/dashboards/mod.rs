//! One service on all hosts, one region, one host group, one environment, or whatever a filter chooses: how it stands,
//! and the worst first. A dashboard is an address, so it can be sent to somebody; each has a variant for a wall.
//!
//! - `lens`: what is looked at; `index`: all that there are; `view`: one of them; `wall`: the same, large.

mod index;
mod lens;
mod view;
mod wall;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub use lens::path;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/dashboards", get(index::page))
        .route("/dashboards/view", get(view::page))
        .route("/wall", get(wall::page))
}
