//! Now: is something burning, is somebody on it, is tocsin itself well?

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use tocsin_policy::{Admission, Span};

use super::Answer;
use super::alert_row::{self, Marks, Row, SILENCES};
use super::checklist::{self, Checklist};
use super::names::Known;
use super::state::{self, Badge, Standing, Tally};
use crate::app::App;
use crate::engine::Cell;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::rejected;

/// Open alerts shown; beyond it the counts still say how many there are.
const MAX_ALERTS: usize = 100;
/// Hosts in the strip.
const MAX_STRIP: usize = 1_000;
/// Rejected check-ins older than this are history.
const REJECTED_FOR: Span = Span::hours(24);
/// How often the page comes again by itself, where that was asked for.
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
    alerts: Vec<Row>,
    /// Open alerts that match, also those beyond the bound.
    matching: usize,
    strip: Vec<StripHost>,
    rejected: i64,
    silences: [&'static str; 8],
    /// The first steps, while some are left.
    checklist: Option<Checklist>,
}

#[derive(Serialize)]
struct StripHost {
    id: i64,
    name: String,
    state: Badge,
}

async fn now(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let (known, tally) = (Known::load(&app).await?, state::tally(&app, &session));
    let marks = alert_row::marks(&app).await?;
    let show = ["firing", "acknowledged", "held"].into_iter().find(|show| *show == asked.show).unwrap_or("");
    let mut cells = session.cells(&app);
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
        rejected: match session.actor.reach.is_everything() {
            true => rejected::count(&app.store.readers, (known.now - REJECTED_FOR).0).await?,
            false => 0,
        },
        silences: SILENCES,
        checklist: checklist::of(&app, &session).await?,
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
                rows.push(alert_row::row(app, &host, alert, &standing, known, marks));
            }
        }
    }
    rows
}
