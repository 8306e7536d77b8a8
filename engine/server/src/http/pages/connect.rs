//! How an agent is connected: exactly what to paste, and what has arrived so far.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use tocsin_policy::{Admission, Moment, Span};

use super::state::{self, Badge};
use super::{Answer, filter, query, rejected};
use crate::app::App;
use crate::http::render;
use crate::http::session::Session;
use crate::store::agent_account;
use crate::store::page::rejected as rows;

/// Hosts and refusals of this time are news on this page.
const NEWS: Span = Span::hours(1);
/// Nobody waits longer for a check-in.
const LONGEST: Span = Span::hours(24);
/// Longer names are no accounts.
const MAX_NAME: usize = 170;
/// Of each, so many are shown.
const MAX_NEWS: usize = 10;
/// How often the page is looked at again while it waits: refusals are no news that open pages hear of.
const LOOK_SECONDS: u32 = 5;

pub fn routes() -> Router<App> {
    Router::new().route("/connect", get(page))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    wait: String,
    /// The account that is waited for.
    #[serde(default)]
    account: String,
    /// Since when, in milliseconds.
    #[serde(default)]
    since: String,
}

#[derive(Serialize)]
struct Model {
    accounts: Vec<String>,
    line: String,
    tls: bool,
    hosts: usize,
    /// What the machine must be able to reach.
    url: String,
    /// This page with what it waits for.
    here: String,
    account: String,
    since_ms: i64,
    waiting: bool,
    every: u32,
    arrived: Vec<Arrived>,
    refused: Vec<Refused>,
}

#[derive(Serialize)]
struct Arrived {
    id: i64,
    name: String,
    state: Badge,
    services: usize,
    /// `Linux 6.1 x86_64`; may be empty.
    platform: String,
    pending: bool,
    first_seen_ms: i64,
}

#[derive(Serialize)]
struct Refused {
    state: Badge,
    cure: &'static str,
    address: String,
    account: String,
    times: i64,
    last_ms: i64,
    /// It tried the account that is waited for.
    ours: bool,
}

async fn page(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let now = app.clock.now();
    let account: String = asked.account.chars().take(MAX_NAME).collect();
    let since = asked.since.parse().map_or(now - NEWS, |since| Moment(since).max(now - LONGEST).min(now));
    let cells = session.cells(&app);
    let mut arrived: Vec<Arrived> = cells
        .iter()
        .filter_map(|cell| {
            let state = cell.lock();
            (state.profile.first_seen_at >= since).then(|| Arrived {
                id: cell.id.0,
                name: state.host.name.to_string(),
                state: state::of_host(&state.host),
                services: state.host.services.len(),
                platform: filter::platform(&state.profile),
                pending: state.host.admission == Admission::Pending,
                first_seen_ms: state.profile.first_seen_at.0,
            })
        })
        .collect();
    arrived.sort_by_key(|host| std::cmp::Reverse(host.first_seen_ms));
    arrived.truncate(MAX_NEWS);
    let refused = rows::list(&app.store.readers, MAX_NEWS as i64).await?;
    let everything = session.actor.reach.is_everything();
    let refused = refused.into_iter().filter(|row| everything && row.last_at_ms >= since.0).map(|row| {
        let (state, cure) = rejected::words(&row.reason);
        let tried = row.account.unwrap_or_default();
        let ours = row.reason == "password" && !account.is_empty() && tried == account;
        Refused { state, cure, address: row.address, account: tried, times: row.times, last_ms: row.last_at_ms, ours }
    });
    let waiting = asked.wait == "on";
    let refused: Vec<Refused> = refused.collect();
    let model = Model {
        accounts: agent_account::list(&app.store.readers).await?.into_iter().map(|account| account.name).collect(),
        line: line(&app, "NAME", "PASSWORD"),
        tls: app.engine.shared().place().public_url.starts_with("https://"),
        hosts: cells.len(),
        url: app.engine.shared().place().public_url.to_string(),
        here: wait_path(&account, since),
        since_ms: since.0,
        waiting,
        every: LOOK_SECONDS,
        arrived,
        refused,
        account,
    };
    Ok(render::page(&app, &session, "page/connect.html", model))
}

/// Where one waits for what reports with this account.
pub(super) fn wait_path(account: &str, since: Moment) -> String {
    format!("/connect?{}", query(&[("wait", "on"), ("account", account), ("since", &since.0.to_string())]))
}

/// The line for the agent's monitrc.
pub(super) fn line(app: &App, name: &str, password: &str) -> String {
    line_to(&app.engine.shared().place().public_url, &app.settings.collector_paths, name, password)
}

fn line_to(public_url: &str, paths: &[String], name: &str, password: &str) -> String {
    let (scheme, rest) = public_url.split_once("://").unwrap_or(("http", public_url));
    let path = paths.first().map_or("/collector", String::as_str);
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
        let line = |url: &str| line_to(url, &["/collector".to_owned()], "web1", "s3cret");
        let http = line("http://tocsin.example.net:8080");
        assert_eq!(http, "set mmonit http://web1:s3cret@tocsin.example.net:8080/collector");
        let https = line("https://tocsin.example.net");
        assert_eq!(https, "set mmonit https://web1:s3cret@tocsin.example.net:443/collector");
    }
}
