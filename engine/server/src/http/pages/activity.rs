//! Who did what.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::{Deserialize, Serialize};

use super::Answer;
use crate::app::App;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::audit::{self, AuditRow};
use crate::store::page::{FROM_NEWEST, PAGE_ROWS};

pub fn routes() -> Router<App> {
    Router::new().route("/activity", get(list))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    before: String,
}

#[derive(Serialize)]
struct Model {
    rows: Vec<AuditRow>,
    older: Option<i64>,
    newest: bool,
    /// Only what the person did.
    own: bool,
}

async fn list(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let before = asked.before.parse().unwrap_or(FROM_NEWEST);
    // What others did names hosts that a limited account knows nothing of.
    let own = if session.actor.reach.is_everything() { "" } else { session.actor.name.as_str() };
    let mut rows = audit::before(&app.store.readers, before, PAGE_ROWS + 1, own).await?;
    let more = rows.len() > PAGE_ROWS as usize;
    rows.truncate(PAGE_ROWS as usize);
    let older = rows.last().map(|row| row.id).filter(|_| more);
    let model = Model { rows, older, newest: before != FROM_NEWEST, own: !own.is_empty() };
    Ok(render::page(&app, &session, "page/activity.html", model))
}
