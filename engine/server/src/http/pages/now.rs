//! Now: is something burning, is somebody on it, is tocsin itself well?

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use tocsin_policy::{Admission, Alert, Every, Host, Moment, Names, Say, Span, Subject, deciding, outlook};

use super::Answer;
use super::names::Known;
use super::state::{self, Badge, Standing, Tally};
use crate::app::App;
use crate::engine::Cell;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::{alert, rejected};

/// Open alerts shown; beyond it the counts still say how many there are.
const MAX_ALERTS: usize = 100;
/// Hosts in the strip.
const MAX_STRIP: usize = 1_000;
/// Delivery marks read: some for each alert shown.
const MAX_MARKS: i64 = 2_000;
/// Rejected check-ins older than this are history.
const REJECTED_FOR: Span = Span::hours(24);
/// How often the page comes again by itself, where that was asked for.
const REFRESH_SECONDS: &str = "30";

/// Presets of S5.
pub const SILENCES: [&str; 8] = ["15m", "30m", "45m", "1h", "3h", "6h", "12h", "24h"];

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
    alerts: Vec<Row>,
    /// Open alerts that match, also those beyond the bound.
    matching: usize,
    strip: Vec<StripHost>,
    rejected: i64,
    silences: [&'static str; 8],
}

#[derive(Serialize)]
pub(super) struct Row {
    pub id: i64,
    pub host_id: i64,
    pub host: String,
    pub service: Option<String>,
    pub state: Badge,
    /// `firing`, `held`, `quietly`
    pub class: &'static str,
    pub urgency: Option<u8>,
    pub message: String,
    pub since_ms: i64,
    pub acknowledgement: Option<Acknowledged>,
    pub told: Vec<Told>,
    pub next: Vec<Step>,
    pub silenced: bool,
}

#[derive(Serialize)]
pub(super) struct Acknowledged {
    pub by: String,
    pub note: String,
    /// Missing: until recovery.
    pub until_ms: Option<i64>,
}

#[derive(Serialize)]
pub(super) struct Told {
    pub receiver: String,
    pub mark: Badge,
}

#[derive(Serialize)]
pub(super) struct Step {
    pub what: &'static str,
    pub receivers: String,
    /// Missing: only an event brings it about.
    pub at_ms: Option<i64>,
    pub held_by: Option<String>,
    pub awaits_check_in: bool,
}

#[derive(Serialize)]
struct StripHost {
    id: i64,
    name: String,
    state: Badge,
}

async fn now(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let (known, tally) = (Known::load(&app).await?, state::tally(&app));
    let marks = marks(&app).await?;
    let show = ["firing", "acknowledged", "held"].into_iter().find(|show| *show == asked.show).unwrap_or("");
    let mut cells = app.engine.fleet().cells();
    cells.sort_by_cached_key(|cell| cell.host().name.clone());

    let mut alerts = rows(&app, &cells, show, &known, &marks);
    let matching = alerts.len();
    alerts.sort_by_key(|row| {
        (row.state.word == "acknowledged", row.class != "firing", row.urgency.unwrap_or(u8::MAX), row.since_ms)
    });
    alerts.truncate(MAX_ALERTS);
    let strip = cells.iter().map(|cell| cell.host()).filter(|host| host.admission == Admission::Approved);
    let strip = strip.take(MAX_STRIP).map(|host| StripHost {
        id: host.id.0,
        name: host.name.to_string(),
        state: state::of_host(&host),
    });
    let refreshing = asked.refresh == "on";
    let query = super::query(&[("show", show), ("refresh", if refreshing { "on" } else { "" })]);
    let model = Model {
        tally,
        show,
        refreshing,
        here: if query.is_empty() { "/".to_owned() } else { format!("/?{query}") },
        alerts,
        matching,
        strip: strip.collect(),
        rejected: rejected::count(&app.store.readers, (known.now - REJECTED_FOR).0).await?,
        silences: SILENCES,
    };
    let mut response = render::page(&app, &session, "page/now.html", model);
    if refreshing {
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static(REFRESH_SECONDS));
    }
    Ok(response)
}

fn rows(app: &App, cells: &[std::sync::Arc<Cell>], show: &str, known: &Known, marks: &Marks) -> Vec<Row> {
    let mut rows = Vec::new();
    for cell in cells {
        let host = cell.host();
        if host.admission != Admission::Approved {
            continue;
        }
        for alert in &host.alerts {
            let standing = state::standing(&host, &known.book, &app.engine.facts(), alert, known.now);
            let class = match standing {
                Standing::Firing => "firing",
                Standing::Acknowledged => "acknowledged",
                Standing::Held(_) => "held",
            };
            if show.is_empty() || show == class {
                rows.push(row(app, &host, alert, &standing, known, marks));
            }
        }
    }
    rows
}

/// One open alert, as rows and its own page show it.
pub(super) fn row(app: &App, host: &Host, alert: &Alert, standing: &Standing, known: &Known, marks: &Marks) -> Row {
    let held = alert.acknowledgement.as_ref().filter(|held| known.now < held.until);
    let told = alert.told.iter().map(|told| Told {
        receiver: known.receiver(told.receiver),
        mark: state::of_delivery(marks.get(&(alert.id.0, told.receiver.0)).map_or("delivered", String::as_str)),
    });
    let steps = outlook(host, &known.book, &app.engine.facts(), alert, known.now);
    let next = steps.into_iter().map(|step| Step {
        what: match step.what {
            tocsin_policy::NoticeKind::Problem => "first notice",
            tocsin_policy::NoticeKind::Change => "notice of the change",
            tocsin_policy::NoticeKind::Reminder => "reminder",
            tocsin_policy::NoticeKind::Recovery => "end of it",
        },
        receivers: known.receivers(&step.receivers),
        at_ms: (step.at < Moment::FAR).then_some(step.at.0),
        held_by: step.held_by.map(|by| by.sentence(known)),
        awaits_check_in: step.awaits_check_in,
    });
    Row {
        id: alert.id.0,
        host_id: host.id.0,
        host: host.name.to_string(),
        service: match &alert.subject {
            Subject::Host => None,
            Subject::Service(name) => Some(name.to_string()),
        },
        state: state::of_alert(alert, standing),
        class: match standing {
            Standing::Firing => "firing",
            Standing::Acknowledged => "quietly",
            Standing::Held(_) => "held",
        },
        urgency: urgency(host, alert, known),
        message: alert.message.clone(),
        since_ms: alert.opened_at.0,
        acknowledgement: held.map(|held| Acknowledged {
            by: held.by.clone(),
            note: held.note.clone(),
            until_ms: (held.until < Moment::FAR).then_some(held.until.0),
        }),
        told: told.collect(),
        next: next.collect(),
        silenced: host.silences.iter().any(|silence| silence.in_force(known.now)),
    }
}

/// The highest urgency of the rules that decide.
fn urgency(host: &Host, alert: &Alert, known: &Known) -> Option<u8> {
    let Say::Rules(rules) = &deciding(&known.book, host.facts(), &alert.subject)?.say else { return None };
    let level = |every: &Every| match every {
        Every::Urgency(level) => Some(*level),
        Every::Interval(_) => None,
    };
    rules.iter().filter_map(|rule| level(&rule.every)).min()
}

/// The state of the newest delivery for each alert and receiver.
pub(super) type Marks = HashMap<(i64, i64), String>;

pub(super) async fn marks(app: &App) -> sqlx::Result<Marks> {
    let rows = alert::marks(&app.store.readers, MAX_MARKS).await?;
    Ok(rows.into_iter().map(|row| ((row.alert_id, row.receiver_id), row.state)).collect())
}
