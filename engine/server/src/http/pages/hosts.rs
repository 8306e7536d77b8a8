//! All hosts: by admission, chosen by a filter, a hundred a page; many of them are acted on at once.
//!
//! - `row`: one of them; `window`: a page of a list that is too long to be ordered.

mod row;
mod window;

use std::cmp::Ordering;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::{Deserialize, Serialize};

use self::row::{Row, row};
use self::window::window;
use super::filter::{self, Filter, Seen, Surroundings, shows};
use super::saved_views::{self, View};
use super::{Answer, query};
use crate::app::App;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::rejected;

/// Hosts on one page.
const PAGE: usize = 100;

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
    sort: String,
    #[serde(default)]
    page: usize,
}

#[derive(Serialize)]
struct Model {
    show: &'static str,
    q: String,
    /// How the filter was read.
    read_as: String,
    sort: &'static str,
    sorts: Vec<(&'static str, String)>,
    tabs: Vec<Tab>,
    views: Vec<View>,
    /// The filter is one of the saved views.
    saved: bool,
    rows: Vec<Row>,
    matching: usize,
    from: usize,
    here: String,
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

async fn list(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let (book, engine, now) = (app.engine.book(), app.engine.facts(), app.clock.now());
    let around = Surroundings { book: &book, engine, now };
    let show = ["pending", "ignored", "blocked"].into_iter().find(|show| *show == asked.show).unwrap_or("");
    let sort = ["name", "seen"].into_iter().find(|sort| *sort == asked.sort).unwrap_or("");
    let q: String = asked.q.trim().chars().take(filter::MAX_CHARS).collect();
    let filter = Filter::read(&q);
    let fleet = filter::seen(&app, &session.actor.reach);
    // What was refused is of no group: it is shown to those who look after everything.
    let rejected = match session.actor.reach.is_everything() {
        true => rejected::count(&app.store.readers, 0).await?,
        false => 0,
    };
    let tabs = tabs(&fleet, show, rejected);

    let takes = |seen: &&Seen| shows(show, seen.host.admission) && (filter.is_empty() || filter.takes(seen, &around));
    let mut matching: Vec<(u8, &Seen)> =
        fleet.iter().filter(takes).map(|seen| (filter::order(&seen.host), seen)).collect();
    let last = matching.len().saturating_sub(1) / PAGE;
    let page = asked.page.min(last);
    let found = matching.len();
    let window = window(&mut matching, page * PAGE, PAGE, |a, b| in_order(sort, a, b));
    let rows = window.iter().map(|(_, seen)| row(seen, &around)).collect();

    let link = |sort: &str, page: usize| {
        let page = if page == 0 { String::new() } else { page.to_string() };
        let query = query(&[("show", show), ("q", &q), ("sort", sort), ("page", &page)]);
        if query.is_empty() { "/hosts".to_owned() } else { format!("/hosts?{query}") }
    };
    let views = saved_views::of(&app, &session).await?;
    let model = Model {
        show,
        read_as: filter.words(),
        sorts: ["", "name", "seen"].map(|sort| (sort, link(sort, 0))).to_vec(),
        sort,
        tabs,
        saved: views.iter().any(|view| view.query == q),
        views,
        rows,
        matching: found,
        from: page * PAGE,
        here: link(sort, page),
        older: (page < last).then(|| link(sort, page + 1)),
        newer: page.checked_sub(1).map(|page| link(sort, page)),
        empty: fleet.is_empty(),
        q,
    };
    Ok(render::page(&app, &session, "page/hosts.html", model))
}

/// Trouble first, or by name, or by the last check-in, the longest ago first; then by name.
fn in_order(sort: &str, a: &(u8, &Seen), b: &(u8, &Seen)) -> Ordering {
    let by_name = || (&a.1.host.name, a.1.host.id).cmp(&(&b.1.host.name, b.1.host.id));
    match sort {
        "name" => by_name(),
        "seen" => a.1.host.liveness.last_seen_at.cmp(&b.1.host.liveness.last_seen_at).then_with(by_name),
        _ => a.0.cmp(&b.0).then_with(by_name),
    }
}

fn tabs(fleet: &[Seen], show: &str, rejected: i64) -> Vec<Tab> {
    const OF_ADMISSION: [(&str, &str); 4] =
        [("All", ""), ("Pending", "pending"), ("Ignored", "ignored"), ("Blocked", "blocked")];
    // Ten thousand hosts lie all over the memory: they are gone through once.
    let mut counts = [0; OF_ADMISSION.len()];
    for seen in fleet {
        for (count, (_, tab)) in counts.iter_mut().zip(OF_ADMISSION) {
            *count += usize::from(shows(tab, seen.host.admission));
        }
    }
    let of_admission = OF_ADMISSION.into_iter().zip(counts).map(|((label, name), count)| Tab {
        label,
        href: if name.is_empty() { "/hosts".to_owned() } else { format!("/hosts?show={name}") },
        count,
        current: name == show,
    });
    let rejected = Tab {
        label: "Rejected check-ins",
        href: "/hosts/rejected".to_owned(),
        count: usize::try_from(rejected).unwrap_or_default(),
        current: false,
    };
    of_admission.chain([rejected]).collect()
}

/// The list with this filter.
pub(super) fn path_of_filter(q: &str) -> String {
    format!("/hosts?{}", query(&[("q", q)]))
}
