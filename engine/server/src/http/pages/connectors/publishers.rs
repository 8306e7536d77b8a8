//! The keys of those whose connectors are known to be theirs.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;

use super::super::{Answer, refusal};
use crate::actor::Role;
use crate::app::App;
use crate::connectors::signature::number_of;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::connector;
use crate::usecase::connector::{AddPublisher, RemovePublisher};

const PAGE: &str = "/connectors/keys";

pub fn routes() -> Router<App> {
    Router::new().route(PAGE, get(page).post(add)).route("/connectors/keys/{id}/delete", post(remove))
}

#[derive(Serialize)]
struct Model {
    rows: Vec<Row>,
    name: String,
    key: String,
    refused: bool,
    sentence: String,
    errors: std::collections::BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    number: String,
    at_ms: i64,
    /// Files that were signed with it.
    files: usize,
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    show(&app, &session, None, Wrong::default()).await
}

async fn show(app: &App, session: &Session, typed: Option<&Form>, wrong: Wrong) -> Answer {
    session.actor.must_be(Role::Admin).map_err(|fault| Oops::back(fault, "/connectors"))?;
    let catalog = app.connectors.catalog();
    let files =
        |key: &str| catalog.versions.iter().filter(|version| version.signed_with.as_deref() == Some(key)).count();
    let rows = connector::read_keys(&app.store.readers).await?.into_iter().map(|key| Row {
        id: key.id,
        files: files(&key.public_key),
        number: number_of(&key.public_key).unwrap_or_default(),
        name: key.name,
        at_ms: key.created_at_ms,
    });
    let text = |name: &str| typed.map_or_else(String::new, |form| form.text(name).to_owned());
    let model = Model {
        rows: rows.collect(),
        name: text("name"),
        key: text("key"),
        refused: typed.is_some(),
        sentence: wrong.sentence,
        errors: wrong.fields,
    };
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render::page_as(status, app, session, "page/connector_keys.html", model))
}

async fn add(State(app): State<App>, session: Session, form: Form) -> Answer {
    let (name, key) = (form.text("name").to_owned(), form.text("key").to_owned());
    match app.engine.run(AddPublisher { actor: session.actor.clone(), name, key }).await {
        Ok(()) => Ok(flash::go(&app, PAGE, "Listed. Files that were signed with it say so from now on.")),
        Err(fault) => {
            let refusal = refusal(fault)?;
            if refusal.kind != RefusalKind::Invalid {
                return Err(Oops::back(Fault::Refused(refusal), PAGE));
            }
            show(&app, &session, Some(&form), Wrong::from(refusal)).await
        }
    }
}

async fn remove(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = RemovePublisher { actor: session.actor.clone(), id };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    Ok(flash::go(&app, PAGE, "Removed. What was signed with it counts as signed by somebody unknown."))
}
