//! Who did what: the log page by page, chosen by a word, and as a file to keep.

mod file;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::{Deserialize, Serialize};

use super::{Answer, query};
use crate::app::App;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::audit::{self, AuditRow, Wanted};
use crate::store::page::{FROM_NEWEST, PAGE_ROWS};

/// What is looked for is a word or two.
const MAX_CHARS: usize = 100;

pub fn routes() -> Router<App> {
    Router::new().route("/activity", get(list)).route("/activity.csv", get(file::download))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    before: String,
    /// Somewhere in the line.
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct Model {
    rows: Vec<AuditRow>,
    q: String,
    older: Option<String>,
    newest: Option<String>,
    file: String,
    /// Only what the person did.
    own: bool,
}

impl Asked {
    fn words(&self) -> String {
        self.q.trim().chars().take(MAX_CHARS).collect()
    }
}

/// The lines that somebody may see. What others did names hosts that a limited account knows nothing of.
fn wanted<'a>(session: &'a Session, words: &'a str) -> Wanted<'a> {
    let own = !session.actor.reach.is_everything();
    Wanted { actor: if own { &session.actor.name } else { "" }, words }
}

async fn list(State(app): State<App>, session: Session, Query(asked): Query<Asked>) -> Answer {
    let (before, q) = (asked.before.parse().unwrap_or(FROM_NEWEST), asked.words());
    let wanted = wanted(&session, &q);
    let mut rows = audit::before(&app.store.readers, before, PAGE_ROWS + 1, wanted).await?;
    let more = rows.len() > PAGE_ROWS as usize;
    rows.truncate(PAGE_ROWS as usize);
    let older = rows.last().map(|row| row.id.to_string()).filter(|_| more);
    let model = Model {
        older: older.map(|id| path("/activity", &q, &id)),
        newest: (before != FROM_NEWEST).then(|| path("/activity", &q, "")),
        file: path("/activity.csv", &q, ""),
        own: !wanted.actor.is_empty(),
        rows,
        q: q.clone(),
    };
    Ok(render::page(&app, &session, "page/activity.html", model))
}

fn path(page: &str, q: &str, before: &str) -> String {
    let query = query(&[("q", q), ("before", before)]);
    if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
}
