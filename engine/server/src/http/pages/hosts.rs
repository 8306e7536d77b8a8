//! All hosts: by admission, filtered by words, a hundred a page; new ones are approved here.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use tocsin_policy::{Book, Moment};

use super::host_filter::{Seen, matches, order, platform, shows};
use super::state::{self, Badge};
use super::{Answer, query};
use crate::app::App;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::rejected;

/// Hosts on one page.
const PAGE: usize = 100;
/// Words of the filter beyond these narrow nothing.
const MAX_WORDS: usize = 8;

pub fn routes() -> Router<App> {
    Router::new().route("/hosts", get(list))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: usize,
}

#[derive(Serialize)]
struct Model {
    show: &'static str,
    q: String,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    matching: usize,
    from: usize,
    older: Option<String>,
    newer: Option<String>,
    /// None at all yet.
    empty: bool,
}

#[derive(Serialize)]
pub(super) struct Tab {
    pub label: &'static str,
    pub href: String,
    pub count: usize,
    pub current: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    state: Badge,
    /// `Linux`
    system: String,
    platform: String,
    version: String,
    failed: usize,
    services: usize,
    seen_ms: Option<i64>,
    groups: Vec<String>,
    region: String,
    environment: String,
    flags: Vec<&'static str>,
}

async fn list(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let (book, now) = (app.engine.book(), app.clock.now());
    let show = ["pending", "ignored", "blocked"].into_iter().find(|show| *show == asked.show).unwrap_or("");
    let q: String = asked.q.chars().take(200).collect();
    let cells = session.cells(&app);
    let seen: Vec<Seen> = cells.iter().map(|cell| Seen::at(cell)).collect();
    // What was refused is of no group: it is shown to those who look after everything.
    let rejected = match session.actor.reach.is_everything() {
        true => rejected::list(&app.store.readers, PAGE as i64).await?.len(),
        false => 0,
    };
    let tabs = tabs(&seen, show, rejected);

    let words: Vec<String> = q.split_whitespace().take(MAX_WORDS).map(str::to_lowercase).collect();
    let mut matching: Vec<&Seen> =
        seen.iter().filter(|seen| shows(show, seen.host.admission) && matches(seen, &words, &book)).collect();
    matching.sort_by(|a, b| (order(&a.host), &a.host.name, a.host.id).cmp(&(order(&b.host), &b.host.name, b.host.id)));
    let last = matching.len().saturating_sub(1) / PAGE;
    let page = asked.page.min(last);
    let rows = matching.iter().skip(page * PAGE).take(PAGE).map(|seen| row(seen, &book, now)).collect();
    let link = |page: usize| format!("/hosts?{}", query(&[("show", show), ("q", &q), ("page", &page.to_string())]));
    let model = Model {
        show,
        tabs,
        rows,
        matching: matching.len(),
        from: page * PAGE,
        older: (page < last).then(|| link(page + 1)),
        newer: page.checked_sub(1).map(link),
        empty: seen.is_empty(),
        q,
    };
    Ok(render::page(&app, &session, "page/hosts.html", model))
}

fn tabs(seen: &[Seen], show: &str, rejected: usize) -> Vec<Tab> {
    let count = |show: &str| seen.iter().filter(|seen| shows(show, seen.host.admission)).count();
    let tab = |label, name: &str| Tab {
        label,
        href: if name.is_empty() { "/hosts".to_owned() } else { format!("/hosts?show={name}") },
        count: count(name),
        current: name == show,
    };
    vec![
        tab("All", ""),
        tab("Pending", "pending"),
        tab("Ignored", "ignored"),
        tab("Blocked", "blocked"),
        Tab { label: "Rejected check-ins", href: "/hosts/rejected".to_owned(), count: rejected, current: false },
    ]
}

fn row(seen: &Seen, book: &Book, now: Moment) -> Row {
    let Seen { host, profile } = seen;
    let mut flags = Vec::new();
    if host.silences.iter().any(|silence| silence.in_force(now)) {
        flags.push("silenced");
    }
    if host.twin.is_some() {
        flags.push("two agents, one id");
    }
    Row {
        id: host.id.0,
        name: host.name.to_string(),
        state: state::of_host(host),
        system: platform(profile).split(' ').next().unwrap_or_default().to_owned(),
        platform: platform(profile),
        version: profile.agent_version.to_string(),
        failed: host.services.iter().filter(|service| service.failed() != 0).count(),
        services: host.services.len(),
        seen_ms: host.liveness.last_seen_at.map(|at| at.0),
        groups: host.groups.iter().filter_map(|id| book.groups.get(id)).map(|group| group.name.clone()).collect(),
        region: profile.region.to_string(),
        environment: profile.environment.to_string(),
        flags,
    }
}
