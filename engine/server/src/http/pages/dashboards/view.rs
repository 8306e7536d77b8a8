//! One dashboard: counts, a strip, the open alerts, the worst hosts first.

use axum::extract::{Query, State};
use serde::Serialize;

use super::super::Answer;
use super::super::alert_row;
use super::super::filter::{self, Seen, Surroundings};
use super::super::names::Known;
use super::super::open_alerts::{self, Group};
use super::super::state::{self, Badge, Standing};
use super::super::strip::{self, Strip};
use super::lens::{Asked, Lens};
use crate::app::App;
use crate::fault::Fault;
use crate::http::render;
use crate::http::session::Session;

/// Open alerts shown.
const MAX_ALERTS: usize = 50;
/// Hosts in the list of the worst.
const MAX_WORST: usize = 30;

#[derive(Serialize)]
struct Model {
    by: &'static str,
    here: String,
    hosts_path: String,
    wall_path: String,
    #[serde(flatten)]
    standing: Sight,
    worst: Vec<Worst>,
}

/// How it stands with what is looked at.
#[derive(Serialize)]
pub(super) struct Sight {
    pub name: String,
    pub hosts: usize,
    pub firing: usize,
    pub acknowledged: usize,
    pub held: usize,
    pub down: usize,
    pub well: usize,
    pub groups: Vec<Group>,
    pub shown: usize,
    pub matching: usize,
    pub strip: Strip,
}

#[derive(Serialize)]
struct Worst {
    id: i64,
    name: String,
    state: Badge,
    detail: String,
    seen_ms: Option<i64>,
}

pub async fn page(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let lens = Lens::read(&asked);
    let (known, fleet) = (Known::load(&app).await?, fleet(&app, &session, &lens));
    let worst = worst(&lens, &fleet);
    let model = Model {
        by: lens.by,
        here: lens.path(),
        hosts_path: lens.hosts_path(),
        wall_path: lens.wall_path(),
        standing: sight(&app, &known, &lens, fleet, MAX_ALERTS).await?,
        worst,
    };
    Ok(render::page(&app, &session, "page/dashboard.html", model))
}

/// The hosts that are looked at: of those that the person knows of.
pub(super) fn fleet(app: &App, session: &Session, lens: &Lens) -> Vec<Seen> {
    let book = app.engine.book();
    let around = Surroundings { book: &book, engine: app.engine.facts(), now: app.clock.now() };
    filter::seen(app, &session.actor.reach).into_iter().filter(|seen| lens.takes(seen, &around)).collect()
}

pub(super) async fn sight(
    app: &App,
    known: &Known,
    lens: &Lens,
    fleet: Vec<Seen>,
    most: usize,
) -> Result<Sight, Fault> {
    let cell =
        |seen: &Seen| strip::Cell { id: seen.host.id.0, name: seen.host.name.to_string(), state: lens.state(seen) };
    let cells: Vec<strip::Cell> = fleet.iter().map(cell).collect();
    let (hosts, well) = (cells.len(), cells.iter().filter(|cell| cell.state.kind == "ok").count());
    let down = fleet.iter().filter(|seen| seen.host.liveness.down_since.is_some()).count();
    let (mut firing, mut acknowledged, mut held) = (0, 0, 0);
    let found = open_alerts::find(app, known, fleet.into_iter(), |host, alert, _| lens.shows(host, alert));
    for found in &found {
        match found.standing() {
            Standing::Firing => firing += 1,
            Standing::Acknowledged => acknowledged += 1,
            Standing::Held(_) => held += 1,
        }
    }
    let matching = found.len();
    let groups = open_alerts::grouped(app, known, &alert_row::marks(app).await?, found, most);
    Ok(Sight {
        name: lens.name.clone(),
        hosts,
        firing,
        acknowledged,
        held,
        down,
        well,
        shown: groups.iter().map(|group| group.rows.len()).sum(),
        groups,
        matching,
        strip: strip::of(cells),
    })
}

/// The worst first; hosts that are well are a number, not rows.
fn worst(lens: &Lens, fleet: &[Seen]) -> Vec<Worst> {
    let mut bad: Vec<(&Seen, Badge)> = fleet.iter().map(|seen| (seen, lens.state(seen))).collect();
    bad.retain(|(_, state)| state.kind != "ok");
    bad.sort_by(|(a, _), (b, _)| {
        let failed = |seen: &Seen| std::cmp::Reverse(seen.host.services.iter().filter(|it| it.failed() != 0).count());
        (filter::order(&a.host), failed(a), &a.host.name).cmp(&(filter::order(&b.host), failed(b), &b.host.name))
    });
    bad.truncate(MAX_WORST);
    bad.into_iter().map(|(seen, state)| worst_row(lens, seen, state)).collect()
}

fn worst_row(lens: &Lens, seen: &Seen, state: Badge) -> Worst {
    let host = &seen.host;
    let failed: Vec<&str> =
        host.services.iter().filter(|service| service.failed() != 0).map(|service| &*service.name).collect();
    let service = lens.service(host);
    let alert = host.alerts.iter().find(|alert| service.is_some_and(|it| state::subject_is(&alert.subject, &it.name)));
    let detail = match (lens.by, alert) {
        ("service", Some(alert)) => alert.message.clone(),
        ("service", None) => String::new(),
        _ => failed.join(", "),
    };
    Worst {
        id: host.id.0,
        name: host.name.to_string(),
        state,
        detail,
        seen_ms: host.liveness.last_seen_at.map(|at| at.0),
    }
}
