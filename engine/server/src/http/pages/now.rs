//! Now: is something burning, is somebody on it, is tocsin itself well?

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use tocsin_policy::{Admission, Span};

use super::checklist::{self, Checklist};
use super::filter;
use super::names::Known;
use super::open_alerts::{self, Group};
use super::state::{self, Tally};
use super::strip::{self, Strip};
use super::{Answer, alert_row};
use crate::app::App;
use crate::fault::Fault;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::{pulse, rejected};

/// Open alerts shown; beyond it the counts still say how many there are.
const MAX_ALERTS: usize = 100;
/// Rejected check-ins older than this are history.
const REJECTED_FOR: Span = Span::hours(24);
/// How often the page comes again by itself, where that was asked for and no script does it.
const REFRESH_SECONDS: &str = "30";

pub fn routes() -> Router<App> {
    Router::new().route("/", get(now))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    show: String,
    /// `on`: the page comes again by itself.
    #[serde(default)]
    refresh: String,
}

#[derive(Serialize)]
struct Model {
    tally: Tally,
    show: &'static str,
    refreshing: bool,
    here: String,
    groups: Vec<Group>,
    shown: usize,
    /// Open alerts that match, also those beyond the bound.
    matching: usize,
    strip: Strip,
    own: Own,
    /// The first steps, while some are left.
    checklist: Option<Checklist>,
}

/// How tocsin itself is.
#[derive(Debug, Serialize)]
pub(super) struct Own {
    pub last_seen_ms: Option<i64>,
    /// Deliveries that wait or are under way, and since when the oldest of them is due.
    pub waiting: i64,
    pub oldest_due_ms: Option<i64>,
    /// The oldest should have gone out by now.
    pub late: bool,
    pub broken_receivers: i64,
    pub rejected: i64,
    pub started_ms: i64,
    /// The database takes no changes: what to do about it.
    pub outage: Option<&'static str>,
}

/// A delivery that is due for longer than this waits for something.
const LATE: Span = Span::minutes(2);

async fn now(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let (known, tally) = (Known::load(&app).await?, state::tally(&app, &session));
    let show = ["firing", "acknowledged", "held"].into_iter().find(|show| *show == asked.show).unwrap_or("");
    let fleet = filter::seen(&app, &session.actor.reach);
    let cells = fleet.iter().filter(|seen| seen.host.admission == Admission::Approved).map(|seen| strip::Cell {
        id: seen.host.id.0,
        name: seen.host.name.to_string(),
        state: state::of_host(&seen.host),
    });
    let strip = strip::of(cells.collect());
    let found = open_alerts::find(&app, &known, fleet.into_iter(), |_, _, standing| {
        show.is_empty() || show == open_alerts::word(standing)
    });
    let matching = found.len();
    let groups = open_alerts::grouped(&app, &known, &alert_row::marks(&app).await?, found, MAX_ALERTS);
    let refreshing = asked.refresh == "on";
    let query = super::query(&[("show", show), ("refresh", if refreshing { "on" } else { "" })]);
    let model = Model {
        show,
        refreshing,
        here: if query.is_empty() { "/".to_owned() } else { format!("/?{query}") },
        shown: groups.iter().map(|group| group.rows.len()).sum(),
        groups,
        matching,
        strip,
        own: own(&app, &session, &known, tally.last_seen_ms).await?,
        checklist: checklist::of(&app, &session).await?,
        tally,
    };
    let mut response = render::page(&app, &session, "page/now.html", model);
    if refreshing {
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static(REFRESH_SECONDS));
    }
    Ok(response)
}

pub(super) async fn own(app: &App, session: &Session, known: &Known, last_seen_ms: Option<i64>) -> Result<Own, Fault> {
    let (pool, reach) = (&app.store.readers, &session.actor.reach);
    let (waiting, oldest_due_ms) = pulse::waiting(pool, &reach.listed()).await?;
    // What was refused is of no group: it is shown to those who look after everything.
    let rejected = match reach.is_everything() {
        true => rejected::count(pool, (known.now - REJECTED_FOR).0).await?,
        false => 0,
    };
    Ok(Own {
        last_seen_ms,
        waiting,
        oldest_due_ms,
        late: oldest_due_ms.is_some_and(|due| due < (known.now - LATE).0),
        broken_receivers: pulse::broken_receivers(pool).await?,
        rejected,
        started_ms: app.engine.facts().started_at.0,
        outage: app.engine.shared().outage(),
    })
}
