//! Settings: the own account, and what admins lay down beside policies. One page for each kind, with the same tabs.
//!
//! - `own`, `authenticator`: password, second factor, sessions of the one who asks;
//! - `people`, `person`: accounts; `agents`: what agents log in with; `tokens`: what programs show;
//! - `alerting`: urgencies, when a host is down; `instance`: name, clock, address; `retention`: how long things are kept.

mod agents;
mod alerting;
mod authenticator;
mod instance;
mod own;
mod people;
mod person;
mod retention;
mod tokens;

use axum::Router;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::app::App;
use crate::http::forms::Wrong;
use crate::http::session::{self, Session};

pub fn routes() -> Router<App> {
    Router::new()
        .merge(agents::routes())
        .merge(alerting::routes())
        .merge(authenticator::routes())
        .merge(instance::routes())
        .merge(own::routes())
        .merge(people::routes())
        .merge(person::routes())
        .merge(retention::routes())
        .merge(tokens::routes())
}

/// A tab of the settings.
#[derive(Serialize)]
struct Tab {
    label: &'static str,
    href: &'static str,
    current: bool,
    count: usize,
}

/// The tabs that this person may open.
fn tabs(session: &Session, current: &str) -> Vec<Tab> {
    let all = [
        ("Your account", "/settings", false),
        ("People", "/settings/people", true),
        ("Agents", "/settings/agents", true),
        ("API tokens", "/settings/tokens", true),
        ("Alerting", "/settings/alerting", true),
        ("Instance", "/settings/instance", true),
        ("Retention", "/settings/retention", true),
    ];
    let open = all.into_iter().filter(|(_, _, admin)| !admin || session.administers());
    open.map(|(label, href, _)| Tab { label, href, current: href == current, count: 0 }).collect()
}

/// What is wrong with the form on a page, for its template.
#[derive(Default, Serialize)]
struct Refused {
    sentence: String,
    errors: std::collections::BTreeMap<String, String>,
}

impl From<Wrong> for Refused {
    fn from(wrong: Wrong) -> Refused {
        Refused { sentence: wrong.sentence, errors: wrong.fields }
    }
}

/// The same answer, with the session under a new token.
fn renewed(response: Response, session: &Session, token: &str) -> Response {
    let mut response = response.into_response();
    response.headers_mut().append(axum::http::header::SET_COOKIE, session::set_cookie(&session.origin, token));
    response
}
