//! How an agent is connected: exactly what to paste, and what has arrived so far.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use tocsin_policy::Span;

use super::state::{self, Badge};
use super::{Answer, rejected};
use crate::app::App;
use crate::http::render;
use crate::http::session::Session;
use crate::settings::Settings;
use crate::store::agent_account;
use crate::store::page::rejected as rows;

/// Hosts and refusals of this time are news on this page.
const NEWS: Span = Span::hours(1);
/// Of each, so many are shown.
const MAX_NEWS: usize = 10;
/// How often the page comes again while it waits.
const REFRESH_SECONDS: &str = "5";

pub fn routes() -> Router<App> {
    Router::new().route("/connect", get(page))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    wait: String,
}

#[derive(Serialize)]
struct Model {
    accounts: Vec<String>,
    line: String,
    tls: bool,
    hosts: usize,
    waiting: bool,
    arrived: Vec<Arrived>,
    refused: Vec<Refused>,
}

#[derive(Serialize)]
struct Arrived {
    id: i64,
    name: String,
    state: Badge,
    services: usize,
    first_seen_ms: i64,
}

#[derive(Serialize)]
struct Refused {
    state: Badge,
    cure: &'static str,
    address: String,
    last_ms: i64,
}

async fn page(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let since = app.clock.now() - NEWS;
    let cells = app.engine.fleet().cells();
    let mut arrived: Vec<Arrived> = cells
        .iter()
        .filter_map(|cell| {
            let state = cell.lock();
            (state.profile.first_seen_at >= since).then(|| Arrived {
                id: cell.id.0,
                name: state.host.name.to_string(),
                state: state::of_host(&state.host),
                services: state.host.services.len(),
                first_seen_ms: state.profile.first_seen_at.0,
            })
        })
        .collect();
    arrived.sort_by_key(|host| std::cmp::Reverse(host.first_seen_ms));
    arrived.truncate(MAX_NEWS);
    let refused = rows::list(&app.store.readers, MAX_NEWS as i64).await?;
    let refused = refused.into_iter().filter(|row| row.last_at_ms >= since.0).map(|row| {
        let (state, cure) = rejected::words(&row.reason);
        Refused { state, cure, address: row.address, last_ms: row.last_at_ms }
    });
    let waiting = asked.wait == "on";
    let model = Model {
        accounts: agent_account::list(&app.store.readers).await?.into_iter().map(|account| account.name).collect(),
        line: line(&app.settings, "NAME", "PASSWORD"),
        tls: app.settings.public_url.starts_with("https://"),
        hosts: cells.len(),
        waiting,
        arrived,
        refused: refused.collect(),
    };
    let mut response = render::page(&app, &session, "page/connect.html", model);
    if waiting {
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static(REFRESH_SECONDS));
    }
    Ok(response)
}

/// The line for the agent's monitrc.
pub(super) fn line(settings: &Settings, name: &str, password: &str) -> String {
    let (scheme, rest) = settings.public_url.split_once("://").unwrap_or(("http", &settings.public_url));
    let path = settings.collector_paths.first().map_or("/collector", String::as_str);
    // Monit wants the port in the address, also the usual one.
    let has_port = rest.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let port = match (has_port, scheme) {
        (true, _) => "",
        (false, "https") => ":443",
        (false, _) => ":80",
    };
    format!("set mmonit {scheme}://{name}:{password}@{rest}{port}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_what_monit_reads() {
        let settings = |public_url: &str| Settings {
            public_url: public_url.to_owned(),
            ..Settings::in_folder(std::path::Path::new("/var/lib/tocsin"))
        };
        let http = line(&settings("http://tocsin.example.net:8080"), "web1", "s3cret");
        assert_eq!(http, "set mmonit http://web1:s3cret@tocsin.example.net:8080/collector");
        let https = line(&settings("https://tocsin.example.net"), "web1", "s3cret");
        assert_eq!(https, "set mmonit https://web1:s3cret@tocsin.example.net:443/collector");
    }
}
