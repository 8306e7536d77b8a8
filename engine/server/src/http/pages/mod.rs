//! The admin UI, one file a page. A handler reads: who asks, what is asked for, load, answer. Writes are plain form
//! posts that run one use case and go on to a page (303); what is refused is shown with its sentence.
//!
//! - `state`, `names`, `time`, `values`, `alert_row`, `open_alerts`, `strip`, `policy_words`, `timeline`: how things read;
//! - `filter`: how hosts are chosen; `together`: what is done to several of them;
//! - the others: the pages, each with its routes.

mod activity;
mod alert;
pub(super) mod alert_row;
mod checklist;
mod connect;
mod connectors;
mod dashboards;
mod deliveries;
pub(super) mod filter;
mod find;
mod guard;
mod host;
mod host_edit;
mod host_pick;
mod hosts;
mod link;
mod login;
mod login_code;
mod look;
mod manner_form;
pub(super) mod names;
mod now;
mod open_alerts;
mod policies;
pub(super) mod policy_words;
mod practice;
mod receiver_form;
mod receivers;
mod rejected;
mod saved_views;
mod schema;
mod schema_read;
pub(super) mod services;
mod settings;
mod setup;
mod silences;
mod start;
pub(super) mod state;
mod strip;
pub(super) mod timeline;
mod together;
mod values;
mod zoned;

pub(super) mod time;

use std::sync::Arc;

use axum::{Extension, Router};

use super::error::Oops;
use crate::app::App;
use crate::fault::Fault;

pub(super) use host::admission_word;
pub(super) use login::again as login_again;
pub(super) use state::tally;
pub(super) use timeline::capital;

/// All pages.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(activity::routes())
        .merge(alert::routes())
        .merge(connect::routes())
        .merge(connectors::routes())
        .merge(dashboards::routes())
        .merge(deliveries::routes())
        .merge(find::routes())
        .merge(host::routes())
        .merge(host_edit::routes())
        .merge(hosts::routes())
        .merge(link::routes())
        .merge(login::routes())
        .merge(look::routes())
        .merge(now::routes())
        .merge(policies::routes())
        .merge(practice::routes())
        .merge(receiver_form::routes())
        .merge(receivers::routes())
        .merge(rejected::routes())
        .merge(saved_views::routes())
        .merge(settings::routes())
        .merge(setup::routes())
        .merge(silences::routes())
        .merge(start::routes())
        .merge(together::routes())
        .layer(Extension(Arc::new(guard::Guard::default())))
}

/// What a page handler answers with.
type Answer = Result<axum::response::Response, Oops>;

/// The refusal in a fault, or the fault: refusals are shown in the form, failures are not.
fn refusal(fault: Fault) -> Result<crate::fault::Refusal, Oops> {
    match fault {
        Fault::Refused(refusal) => Ok(refusal),
        fault => Err(Oops::from(fault)),
    }
}

/// Encodes a query string.
fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    pairs.iter().filter(|(_, value)| !value.is_empty()).for_each(|(name, value)| {
        query.append_pair(name, value);
    });
    query.finish()
}
