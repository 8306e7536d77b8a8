//! The connectors behind the receivers: which there are, how well they work, what they may do; and installing one.
//!
//! - `list`, `one`: all of them, and one with its versions and limits; `shown`: how they read;
//! - `install`, `upload`: a file comes; `file`: what it is, asks for and gets, and who moves to it;
//! - `publishers`: the keys of those who sign.

mod file;
mod install;
mod list;
mod one;
mod publishers;
pub mod shown;
mod upload;

use axum::Router;

use crate::app::App;

pub fn routes() -> Router<App> {
    Router::new()
        .merge(file::routes())
        .merge(install::routes())
        .merge(list::routes())
        .merge(one::routes())
        .merge(publishers::routes())
}
