//! What is held back, until when, by whom: silences of hosts, and downtimes, which are planned.
//!
//! - `entry`: one of them as the list shows it; `coverage`: the hosts and open alerts behind it;
//! - `acts`: end, extend; `silence_form`, `downtime_form`: a new one, seen before it is saved;
//! - `downtime_fields`, `plan_fields`: the fields of a downtime, the scope and the schedule that they mean;
//!   `downtime_preview`: what it will do.

mod acts;
mod coverage;
mod downtime_fields;
mod downtime_form;
mod downtime_preview;
mod entry;
mod plan_fields;
mod silence_form;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use tocsin_policy::{HostId, Moment, Scope};

use self::coverage::Fleet;
use self::entry::{Entry, Phase};
use super::Answer;
use super::alert_row::SILENCES;
use super::names::Known;
use crate::app::App;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::downtime::{self, Kept};
use crate::store::page::silence;

/// Silences and downtimes that are not over, read at most: each.
const MAX_OPEN: i64 = 500;
/// Of those that are over, so many are shown at once.
const ENDED_ROWS: usize = 50;
/// By how much a running one can be extended.
pub const EXTENSIONS: [&str; 5] = ["15m", "30m", "1h", "3h", "6h"];

/// Where one goes when something is done.
const LIST: &str = "/silences";

pub fn routes() -> Router<App> {
    Router::new()
        .route("/silences", get(list).post(silence_form::create))
        .merge(acts::routes())
        .merge(silence_form::routes())
        .merge(downtime_form::routes())
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    show: String,
    /// Ended ones that ended before this, in milliseconds.
    #[serde(default)]
    before: String,
}

#[derive(Serialize)]
struct Model {
    show: &'static str,
    tabs: Vec<Tab>,
    entries: Vec<Entry>,
    extensions: [&'static str; 5],
    lengths: [&'static str; 8],
    /// There has never been one.
    none_ever: bool,
    older: Option<i64>,
    newest: bool,
}

#[derive(Serialize)]
struct Tab {
    label: &'static str,
    href: &'static str,
    count: usize,
    current: bool,
}

async fn list(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let known = Known::load(&app).await?;
    let show = ["upcoming", "ended"].into_iter().find(|show| *show == asked.show).unwrap_or("active");
    let before = asked.before.parse().ok().map(Moment);

    let fleet = Fleet::of(&app, &session);
    let open = open(&app, &session, &known, &fleet).await?;
    let count = |phase: Phase| open.iter().filter(|entry| entry.phase == phase).count();
    let (active, upcoming) = (count(Phase::Running), count(Phase::Planned));
    let mut ended = ended(&app, &session, &known, &fleet, before.unwrap_or(known.now)).await?;
    let none_ever = open.is_empty() && ended.is_empty() && before.is_none();
    let older = (show == "ended" && ended.len() > ENDED_ROWS).then(|| ended[ENDED_ROWS - 1].ended_ms);
    ended.truncate(ENDED_ROWS);
    let entries = match show {
        "ended" => ended,
        "upcoming" => open.into_iter().filter(|entry| entry.phase == Phase::Planned).collect(),
        _ => open.into_iter().filter(|entry| entry.phase == Phase::Running).collect(),
    };
    let tab = |label, href, count, name: &str| Tab { label, href, count, current: show == name };
    let model = Model {
        show,
        tabs: vec![
            tab("Active", "/silences", active, "active"),
            tab("Upcoming", "/silences?show=upcoming", upcoming, "upcoming"),
            tab("Ended", "/silences?show=ended", 0, "ended"),
        ],
        entries,
        extensions: EXTENSIONS,
        lengths: SILENCES,
        none_ever,
        older,
        newest: before.is_some(),
    };
    Ok(render::page(&app, &session, "page/silences.html", model))
}

/// Those that hold, the first to end first; then those that are ahead, the next first.
async fn open(app: &App, session: &Session, known: &Known, fleet: &Fleet) -> Result<Vec<Entry>, crate::fault::Fault> {
    let (pool, wall) = (&app.store.readers, app.engine.facts().wall(known.now));
    let silences = silence::active(pool, known.now.0, MAX_OPEN).await?;
    let downtimes = downtime::open(pool, wall.0, MAX_OPEN).await?;
    let silences = silences
        .iter()
        .filter(|row| session.cell(app, HostId(row.host_id)).is_some())
        .map(|row| Entry::of_silence(row, known, fleet));
    let downtimes = downtimes.iter().filter(|kept| session.actor.reach.scope(app.engine.fleet(), &kept.scope));
    let downtimes = downtimes.map(|kept| Entry::of_downtime(kept, known, fleet, wall, may_end(app, session, kept)));
    let mut entries: Vec<Entry> = silences.chain(downtimes).collect();
    entries.sort_by_key(|entry| (entry.phase == Phase::Planned, entry.until_ms.or(entry.next_ms), entry.id));
    Ok(entries)
}

/// Those that ended before this moment, the last to end first; one more than is shown, if there are more.
async fn ended(
    app: &App,
    session: &Session,
    known: &Known,
    fleet: &Fleet,
    before: Moment,
) -> Result<Vec<Entry>, crate::fault::Fault> {
    let pool = &app.store.readers;
    let rows = i64::try_from(ENDED_ROWS + 1).unwrap_or(i64::MAX);
    let silences = silence::ended(pool, before.0, rows).await?;
    let downtimes = downtime::ended(pool, before.0, rows).await?;
    let silences = silences
        .iter()
        .filter(|row| session.cell(app, HostId(row.host_id)).is_some())
        .map(|row| Entry::of_silence(row, known, fleet));
    let downtimes = downtimes.iter().filter(|kept| session.actor.reach.scope(app.engine.fleet(), &kept.scope));
    let downtimes = downtimes.map(|kept| Entry::of_downtime(kept, known, fleet, known.now, false));
    let mut entries: Vec<Entry> = silences.chain(downtimes).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.ended_ms, entry.id)));
    entries.truncate(ENDED_ROWS + 1);
    Ok(entries)
}

/// Whether the person may end or extend it: not where it reaches beyond the groups of a limited account.
fn may_end(app: &App, session: &Session, kept: &Kept) -> bool {
    let host = match &kept.scope {
        Scope::Host(host) | Scope::Service { host, .. } => session.cell(app, *host).map(|cell| cell.host()),
        Scope::Group(_) | Scope::All => None,
    };
    session.actor.must_reach(&kept.scope, host.as_deref()).is_ok()
}
