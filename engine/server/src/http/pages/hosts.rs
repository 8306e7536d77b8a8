//! All hosts: by admission, chosen by a filter, a hundred a page; many of them are acted on at once.
//!
//! - `listing`: what a page is chosen from; `window`: a page of a list that is too long to be ordered; `row`: one host.

mod listing;
mod row;
mod window;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::{Deserialize, Serialize};

use self::listing::{Listing, OF_ADMISSION};
use self::row::{Row, row};
use super::filter::{self, Filter, Seen, Surroundings};
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
    let takes = |seen: &Seen| filter.takes(seen, &around);
    let reach = &session.actor.reach;
    let mut listing = Listing::of(&app, reach, show, (!filter.is_empty()).then_some(&takes));
    // What was refused is of no group: it is shown to those who look after everything.
    let rejected = match reach.is_everything() {
        true => rejected::count(&app.store.readers, 0).await?,
        false => 0,
    };
    let last = listing.len().saturating_sub(1) / PAGE;
    let page = asked.page.min(last);
    let cells = listing.page(sort, page * PAGE, PAGE).into_iter().filter_map(|id| session.cell(&app, id));
    let rows = cells.map(|cell| row(&Seen::at(&cell), &around)).collect();

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
        tabs: tabs(&listing, show, rejected),
        saved: views.iter().any(|view| view.query == q),
        views,
        rows,
        matching: listing.len(),
        from: page * PAGE,
        here: link(sort, page),
        older: (page < last).then(|| link(sort, page + 1)),
        newer: page.checked_sub(1).map(|page| link(sort, page)),
        empty: listing.known == 0,
        q,
    };
    Ok(render::page(&app, &session, "page/hosts.html", model))
}

fn tabs(listing: &Listing, show: &str, rejected: i64) -> Vec<Tab> {
    let of_admission = OF_ADMISSION.into_iter().zip(listing.counts).map(|(name, count)| Tab {
        label: label(name),
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

fn label(tab: &str) -> &'static str {
    match tab {
        "pending" => "Pending",
        "ignored" => "Ignored",
        "blocked" => "Blocked",
        _ => "All",
    }
}

/// The list with this filter.
pub(super) fn path_of_filter(q: &str) -> String {
    format!("/hosts?{}", query(&[("q", q)]))
}
