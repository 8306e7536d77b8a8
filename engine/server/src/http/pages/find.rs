//! Everything by its name: hosts, services, dashboards, pages, and what can be done. One list, ranked here; scripts show
//! it as one types (Ctrl and k), without them it is a page with a search field.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::{Deserialize, Serialize};

use super::state::{self, Badge};
use super::{Answer, dashboards, query};
use crate::app::App;
use crate::http::render;
use crate::http::session::Session;

/// Longer texts are no names.
const MAX_CHARS: usize = 100;
/// Rows of one answer: what fits under the field.
const MAX_ROWS: usize = 14;

/// Pages with the words by which people look for them.
const PAGES: [(&str, &str, &str); 14] = [
    ("Now", "/", "open alerts firing burning"),
    ("Hosts", "/hosts", "machines list"),
    ("Hosts that wait for approval", "/hosts?show=pending", "pending new approve"),
    ("Rejected check-ins", "/hosts/rejected", "password unknown missing why"),
    ("Dashboards", "/dashboards", "service region group environment"),
    ("Wall", "/wall", "screen office tv"),
    ("Silences and downtimes", "/silences", "mute quiet maintenance planned"),
    ("Policies", "/policies", "rules tiers urgency groups"),
    ("Receivers", "/receivers", "e-mail slack webhook channels"),
    ("Connectors", "/connectors", "install upgrade grants limits webassembly"),
    ("Deliveries", "/deliveries", "sent notifications receipts"),
    ("Activity", "/activity", "audit log who did what"),
    ("Settings", "/settings", "people accounts tokens password sessions authenticator retention"),
    ("Connect an agent", "/connect", "new host monitrc install"),
];

/// What can be done to a host, by the words that people type first.
const DEEDS: [(&str, &str, &[&str]); 3] = [
    ("silence", "Silence", &["silence", "mute", "quiet"]),
    ("downtime", "Downtime of", &["downtime", "maintenance"]),
    ("acknowledge", "Acknowledge all of", &["acknowledge", "ack"]),
];

pub fn routes() -> Router<App> {
    Router::new().route("/find", get(find))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct Model {
    q: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    kind: &'static str,
    label: String,
    href: String,
    state: Option<Badge>,
    /// It opens a form in front of the page.
    asks: bool,
    #[serde(skip)]
    rank: (u8, u8, usize),
}

async fn find(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let q: String = asked.q.trim().chars().take(MAX_CHARS).collect();
    let mut rows = Vec::new();
    let wanted = q.to_lowercase();
    if session.operates() {
        rows.extend(deeds(&app, &session, &wanted));
    }
    rows.extend(hosts(&app, &session, &wanted).into_iter().map(|(id, name, state, rank)| Row {
        kind: "Host",
        href: format!("/hosts/{id}"),
        label: name,
        state: Some(state),
        asks: false,
        rank: (rank, 1, 0),
    }));
    rows.extend(boards(&app, &session, &wanted));
    rows.extend(pages(&wanted));
    rows.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
    rows.truncate(MAX_ROWS);
    Ok(render::page(&app, &session, "page/find.html", Model { q, rows }))
}

/// How well a name fits: 0 is the name itself, none is not at all.
fn fits(name: &str, wanted: &str) -> Option<u8> {
    let name = name.to_lowercase();
    match name.find(wanted)? {
        0 if name.len() == wanted.len() => Some(0),
        0 => Some(1),
        at if !name[..at].ends_with(char::is_alphanumeric) => Some(2),
        _ => Some(3),
    }
}

fn hosts(app: &App, session: &Session, wanted: &str) -> Vec<(i64, String, Badge, u8)> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let cells = session.cells(app);
    let mut found: Vec<_> = cells
        .iter()
        .filter_map(|cell| {
            let host = cell.host();
            fits(&host.name, wanted).map(|rank| (rank, host))
        })
        .collect();
    found.sort_unstable_by(|(a, one), (b, other)| (a, &one.name).cmp(&(b, &other.name)));
    found.truncate(MAX_ROWS);
    found.into_iter().map(|(rank, host)| (host.id.0, host.name.to_string(), state::of_host(&host), rank)).collect()
}

/// `silence web1`: the deed, then the host.
fn deeds(app: &App, session: &Session, wanted: &str) -> Vec<Row> {
    let Some((verb, rest)) = wanted.split_once(' ') else { return Vec::new() };
    let Some((deed, label, _)) = DEEDS.iter().find(|(_, _, words)| words.contains(&verb)) else { return Vec::new() };
    let row = |(id, name, state, rank): (i64, String, Badge, u8)| Row {
        kind: "Do",
        label: format!("{label} {name}"),
        href: format!("/hosts/act?{}", query(&[("do", deed), ("host", &id.to_string())])),
        state: Some(state),
        asks: true,
        rank: (rank, 0, 0),
    };
    hosts(app, session, rest.trim()).into_iter().map(row).collect()
}

/// Dashboards of services, regions, groups and environments.
fn boards(app: &App, session: &Session, wanted: &str) -> Vec<Row> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut names: std::collections::BTreeSet<(&'static str, &'static str, String)> = std::collections::BTreeSet::new();
    let mut add = |by, kind, name: &str| {
        if !name.is_empty() && fits(name, wanted).is_some() {
            names.insert((by, kind, name.to_owned()));
        }
    };
    for cell in session.cells(app) {
        let (host, profile) = {
            let state = cell.lock();
            (state.host.clone(), state.profile.clone())
        };
        host.services.iter().for_each(|service| add("service", "Service", state::common_name(service)));
        add("region", "Region", &profile.region);
        add("environment", "Environment", &profile.environment);
    }
    let book = app.engine.book();
    let groups = book.groups.iter().filter(|(id, _)| session.actor.reach.group(**id));
    groups.for_each(|(_, group)| add("group", "Host group", &group.name));
    let row = |(by, kind, name): (&'static str, &'static str, String)| {
        let rank = (fits(&name, wanted).unwrap_or(u8::MAX), 2, name.len());
        Row { kind, href: dashboards::path(by, &name), label: name, state: None, asks: false, rank }
    };
    names.into_iter().map(row).collect()
}

/// All of them while nothing is typed.
fn pages(wanted: &str) -> Vec<Row> {
    let row = |(at, (label, href, words)): (usize, &(&'static str, &'static str, &str))| {
        let by_word = || words.split(' ').any(|word| word.starts_with(wanted)).then_some(3);
        let rank = if wanted.is_empty() { 0 } else { fits(label, wanted).or_else(by_word)? };
        let (label, href) = ((*label).to_owned(), (*href).to_owned());
        Some(Row { kind: "Page", label, href, state: None, asks: false, rank: (rank, 3, at) })
    };
    PAGES.iter().enumerate().filter_map(row).collect()
}
