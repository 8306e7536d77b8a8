//! For a screen in the office: what burns, large, without controls. It says itself how fresh it is.

use axum::extract::{Query, State};
use serde::Serialize;

use super::super::Answer;
use super::super::names::Known;
use super::super::now::{Own, own};
use super::super::state;
use super::lens::{Asked, Lens};
use super::view::{Sight, fleet, sight};
use crate::app::App;
use crate::http::render;
use crate::http::session::Session;

/// Alerts on the wall: what can be read from across a room.
const MAX_ALERTS: usize = 24;

#[derive(Serialize)]
struct Model {
    by: &'static str,
    #[serde(flatten)]
    standing: Sight,
    own: Own,
    /// Where one comes from, to go there.
    leave_path: String,
}

pub async fn page(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let lens = Lens::read(&asked);
    let known = Known::load(&app).await?;
    let hosts = fleet(&app, &session, &lens);
    let model = Model {
        by: lens.by,
        standing: sight(&app, &known, &lens, hosts, MAX_ALERTS).await?,
        own: own(&app, &session, &known, state::tally(&app, &session).last_seen_ms).await?,
        leave_path: if lens.by.is_empty() { "/".to_owned() } else { lens.path() },
    };
    Ok(render::page(&app, &session, "page/wall.html", model))
}
