//! Receivers: which there are, making one, and sending it a test. Settings hold secrets and are never shown.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tocsin_policy::ReceiverId;

use super::Answer;
use super::asked::{Body, Query, id};
use super::auth::Program;
use super::errors::Refused;
use super::json::{Object, named};
use crate::actor::{Area, Role};
use crate::app::App;
use crate::fault::{Fault, FieldError};
use crate::store::page::receiver::{self as rows, ReceiverRow};
use crate::usecase::receiver::{SaveReceiver, TestReceiver};

const MAX_RECEIVERS: i64 = 500;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/receivers", get(list).post(make))
        .route("/receivers/{id}", get(one))
        .route("/receivers/{id}/test", post(test))
}

fn whole(app: &App, row: ReceiverRow) -> Object {
    let pin = app.connectors.catalog().pin(ReceiverId(row.id)).map(str::to_owned);
    named(row.id, row.name)
        .with("connector", row.connector)
        .with("digest", pin)
        .with("private_network", row.private_network)
        .with("enabled", row.enabled)
        .with("broken", row.broken_reason)
}

async fn list(State(app): State<App>, _: Program, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    let rows = rows::list(&app.store.readers, MAX_RECEIVERS).await?;
    Ok(Object::new().list("receivers", rows.into_iter().map(|row| whole(&app, row))))
}

async fn one(State(app): State<App>, _: Program, Path(receiver): Path<String>, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    let id = known(&app, &receiver).await?;
    answer(&app, id).await
}

/// The id of a receiver that is named by its id or its name.
async fn known(app: &App, text: &str) -> Result<i64, Fault> {
    let rows = rows::list(&app.store.readers, MAX_RECEIVERS).await?;
    let meant = rows.iter().find(|row| row.name == text).map(|row| row.id);
    meant.map_or_else(|| id(text, "receiver"), Ok)
}

async fn answer(app: &App, id: i64) -> Answer {
    let row = rows::one(&app.store.readers, id).await?;
    let row = row.ok_or_else(|| Fault::not_found("there is no such receiver; it may have been deleted"))?;
    Ok(whole(app, row))
}

async fn make(State(app): State<App>, who: Program, Body(asked): Body) -> Result<Response, Refused> {
    who.actor.may(Area::Setup, Role::Admin)?;
    let mut asked = asked.only(&["name", "connector", "settings", "private_network", "disabled"]);
    let (name, connector) = (asked.text("name"), asked.text("connector"));
    for (key, value) in [("name", &name), ("connector", &connector)] {
        if value.is_none() {
            asked.wrong(key, "it is needed");
        }
    }
    let settings = asked.object("settings");
    let (private_network, disabled) = (asked.flag("private_network"), asked.flag("disabled"));
    asked.done()?;

    let connector = connector.unwrap_or_default();
    let said = app.connectors.validate(None, &connector, &settings, private_network).await;
    said.map_err(|errors| Fault::fields(errors.into_iter().map(in_body).collect()))?;
    let action = SaveReceiver {
        actor: who.actor,
        id: None,
        name: name.unwrap_or_default(),
        connector,
        settings,
        private_network,
        enabled: !disabled,
        version: None,
        connectors: app.connectors.clone(),
    };
    let made = app.engine.run(action).await?;
    Ok((StatusCode::CREATED, answer(&app, made.0).await?).into_response())
}

/// What is wrong with a setting, under its key in the body.
fn in_body(error: FieldError) -> FieldError {
    match error.field.as_str() {
        "connector" => error,
        pointer => FieldError { field: format!("settings{}", pointer.replace('/', ".")), ..error },
    }
}

async fn test(State(app): State<App>, who: Program, Path(receiver): Path<String>, Body(asked): Body) -> Answer {
    asked.only(&[]).done()?;
    let id = ReceiverId(known(&app, &receiver).await?);
    let action = TestReceiver { actor: who.actor, id };
    let notice = app.engine.run(action).await?;
    Ok(Object::new().id("delivery", notice.0))
}
