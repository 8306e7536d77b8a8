//! All dashboards that there are: one for each service, region, group and environment in use, the worst first.

use std::collections::HashMap;

use axum::extract::State;
use serde::Serialize;
use tocsin_policy::Admission;

use super::super::filter::{self, Seen};
use super::super::saved_views;
use super::super::state;
use super::super::{Answer, query};
use super::lens::path;
use crate::app::App;
use crate::http::render;
use crate::http::session::Session;

/// Entries of one kind that are shown: the worst, then the largest.
const MAX_ENTRIES: usize = 40;

#[derive(Serialize)]
struct Model {
    kinds: Vec<Kind>,
    /// Filters that this person keeps.
    views: Vec<(String, String)>,
    empty: bool,
}

#[derive(Serialize)]
struct Kind {
    name: &'static str,
    what: &'static str,
    entries: Vec<Entry>,
    more: usize,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    href: String,
    all: usize,
    bad: usize,
    /// Parts of a hundred that are well, for a bar.
    well_percent: usize,
}

#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    bad: usize,
}

impl Count {
    fn add(&mut self, is_bad: bool) {
        self.all += 1;
        self.bad += usize::from(is_bad);
    }
}

pub async fn page(State(app): State<App>, session: Session) -> Answer {
    let book = app.engine.book();
    let fleet = filter::seen(&app, &session.actor.reach).into_iter();
    let fleet: Vec<Seen> = fleet.filter(|seen| seen.host.admission == Admission::Approved).collect();
    let mut services: HashMap<&str, Count> = HashMap::new();
    let mut regions: HashMap<&str, Count> = HashMap::new();
    let mut groups: HashMap<&str, Count> = HashMap::new();
    let mut environments: HashMap<&str, Count> = HashMap::new();
    for seen in &fleet {
        let (host, profile) = (&seen.host, &seen.profile);
        let is_bad = state::of_host(host).kind == "critical";
        let down = host.liveness.down_since.is_some();
        for service in &host.services {
            // Of a host that is down nothing is known.
            services.entry(state::common_name(service)).or_default().add(!down && service.failed() != 0);
        }
        for (count, word) in [(&mut regions, &profile.region), (&mut environments, &profile.environment)] {
            if !word.is_empty() {
                count.entry(word).or_default().add(is_bad);
            }
        }
        for group in host.groups.iter().filter_map(|id| book.groups.get(id)) {
            groups.entry(&group.name).or_default().add(is_bad);
        }
    }
    let views = saved_views::of(&app, &session).await?.into_iter();
    let model = Model {
        kinds: vec![
            kind("group", "Host groups", groups),
            kind("region", "Regions", regions),
            kind("environment", "Environments", environments),
            kind("service", "Services", services),
        ],
        views: views.map(|view| (view.name, format!("/dashboards/view?{}", query(&[("q", &view.query)])))).collect(),
        empty: fleet.is_empty(),
    };
    Ok(render::page(&app, &session, "page/dashboards.html", model))
}

fn kind(what: &'static str, name: &'static str, counts: HashMap<&str, Count>) -> Kind {
    let mut counts: Vec<(&str, Count)> = counts.into_iter().collect();
    counts.sort_unstable_by(|(a, one), (b, other)| (other.bad, other.all, a).cmp(&(one.bad, one.all, b)));
    let entry = |(name, Count { all, bad }): &(&str, Count)| Entry {
        name: (*name).to_owned(),
        href: path(what, name),
        all: *all,
        bad: *bad,
        // Rounded down: a bar is full only if everything is well.
        well_percent: (all - bad) * 100 / all.max(&1),
    };
    let more = counts.len().saturating_sub(MAX_ENTRIES);
    Kind { name, what, entries: counts.iter().take(MAX_ENTRIES).map(entry).collect(), more }
}
