//! All connectors: which there are, which of them are used, how well they work.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Serialize;

use super::super::Answer;
use super::super::state::Badge;
use super::shown::{Health, file_state, health, signed_badge, state};
use crate::app::App;
use crate::connectors::catalog::Version;
use crate::http::render;
use crate::http::session::Session;
use crate::store::page::receiver::{self, ReceiverRow};

/// Receivers looked at.
const MAX_RECEIVERS: i64 = 500;

pub fn routes() -> Router<App> {
    Router::new().route("/connectors", get(list))
}

#[derive(Serialize)]
struct Model {
    /// Those that receivers use.
    used: Vec<Card>,
    unused: Vec<Card>,
    /// Files that wait for something: to be compiled, granted or removed.
    waiting: Vec<File>,
}

#[derive(Serialize)]
struct Card {
    name: String,
    title: String,
    summary: String,
    /// Where it is from: `ships with tocsin`, `installed`.
    origin: &'static str,
    version: String,
    state: Badge,
    receivers: usize,
    health: Health,
}

#[derive(Serialize)]
struct File {
    digest: String,
    label: String,
    state: Badge,
    signed: Badge,
    at_ms: i64,
}

async fn list(State(app): State<App>, session: Session) -> Answer {
    app.connectors.foresee();
    let catalog = app.connectors.catalog();
    let mut receivers: BTreeMap<String, Vec<ReceiverRow>> = BTreeMap::new();
    for row in receiver::list(&app.store.readers, MAX_RECEIVERS).await? {
        receivers.entry(row.connector.clone()).or_default().push(row);
    }
    let names = app.connectors.names();
    let mut healths = health(&app, &session, &names).await?;
    let (mut used, mut unused) = (Vec::new(), Vec::new());
    for name in names {
        let of = receivers.remove(&name).unwrap_or_default();
        let health = healths.remove(&name).unwrap_or_default();
        let manifest = app.connectors.manifest(None, &name);
        let broken = of.iter().filter(|row| row.broken_at_ms.is_some()).count();
        let card = Card {
            title: manifest.as_ref().map_or_else(|| name.clone(), |manifest| manifest.title.clone()),
            summary: manifest.as_ref().map_or_else(String::new, |manifest| manifest.summary.clone()),
            version: manifest.map_or_else(String::new, |manifest| manifest.version),
            origin: if catalog.current(&name).is_some() { "installed" } else { "ships with tocsin" },
            state: state(&health, catalog.setting(&name), broken),
            receivers: of.len(),
            health,
            name,
        };
        if card.receivers > 0 { used.push(card) } else { unused.push(card) }
    }
    let file = |version: &Version| File {
        digest: version.digest.clone(),
        label: version.manifest().map_or_else(
            || format!("file {}", version.short()),
            |manifest| format!("{} {}", manifest.title, manifest.version),
        ),
        state: file_state(version, &catalog.signed(version)),
        signed: signed_badge(&catalog.signed(version)),
        at_ms: version.installed_at.0,
    };
    let waiting = catalog.versions.iter().filter(|version| version.granted.is_none()).map(|version| file(version));
    let model = Model { used, unused, waiting: waiting.collect() };
    Ok(render::page(&app, &session, "page/connectors.html", model))
}
