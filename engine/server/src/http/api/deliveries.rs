//! Deliveries: did it get there? And: try it again.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use tocsin_policy::{HostId, Moment, NoticeId};

use super::asked::{Body, Query, id};
use super::auth::Program;
use super::json::{Object, moment, named};
use super::{Answer, reasons};
use crate::app::App;
use crate::fault::Fault;
use crate::http::pages::names::Known;
use crate::http::said::said;
use crate::store::page::FROM_NEWEST;
use crate::store::page::delivery::{self as rows, AttemptRow, DeliveryRow};
use crate::usecase::deliver::RetryDelivery;

/// Attempts of one delivery: the newest. Retries end long before.
const MAX_ATTEMPTS: i64 = 100;
const STATES: [&str; 6] = ["all", "due", "leased", "delivered", "superseded", "dead"];

pub fn routes() -> Router<App> {
    Router::new()
        .route("/deliveries", get(list))
        .route("/deliveries/{id}", get(one))
        .route("/deliveries/{id}/retry", post(retry))
}

async fn list(State(app): State<App>, who: Program, Query(asked): Query) -> Answer {
    let mut asked = asked.only(&["state", "receiver", "limit", "before"]);
    let state = Some(asked.one_of("state", &STATES)).filter(|state| *state != "all").unwrap_or("");
    let (receiver, before) = (asked.id("receiver").unwrap_or(0), asked.id("before").unwrap_or(FROM_NEWEST));
    let limit = asked.limit();
    asked.done()?;

    let one_more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut found =
        rows::before(&app.store.readers, state, receiver, before, one_more, &who.actor.reach.listed()).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let known = Known::load(&app).await?;
    let last = found.last().map(|row| row.id).filter(|_| more);
    Ok(Object::new().list("deliveries", found.iter().map(|row| whole(row, &known))).id("before", last))
}

/// A notification and where its delivery stands.
pub fn notification(row: &DeliveryRow, known: &Known) -> Object {
    Object::new()
        .id("id", row.id)
        .with("kind", row.kind.as_str())
        .with("receiver", named(row.receiver_id, row.receiver.as_str()))
        .at("at", Moment(row.created_at_ms))
        .with("reason", reasons::stored(&row.reason, known))
        .with("state", row.state.as_str())
        .with("tries", row.attempts)
        .at("due", Moment(row.due_at_ms))
        .at("finished", moment(row.finished_at_ms))
        .with("detail", row.detail.as_str())
        .with("handle", row.handle.clone())
}

/// One try.
pub fn attempt(row: &AttemptRow) -> Object {
    Object::new()
        .with("number", row.number)
        .at("started", Moment(row.started_at_ms))
        .with("took_ms", row.took_ms)
        .with("outcome", row.outcome.as_str())
        .with("detail", row.detail.as_str())
}

/// With what it is about; nothing for a test.
fn whole(row: &DeliveryRow, known: &Known) -> Object {
    let host = row.host_id.zip(row.host.as_ref()).map(|(id, name)| named(id, name.as_str()));
    notification(row, known).id("alert", row.alert_id).with("host", host).with("service", row.service.clone())
}

async fn one(State(app): State<App>, who: Program, Path(delivery): Path<String>, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    answer(&app, &who, id(&delivery, "delivery")?).await
}

async fn answer(app: &App, who: &Program, id: i64) -> Answer {
    let pool = &app.store.readers;
    // Tests and news about receivers are of no host, and for everybody.
    let is_known = |row: &DeliveryRow| row.host_id.is_none_or(|host| who.host(app, HostId(host)).is_ok());
    let row = rows::one(pool, id).await?.filter(is_known);
    let row = row.ok_or_else(|| Fault::not_found("there is no such delivery; old ones are removed"))?;
    let attempts = rows::attempts(pool, id, MAX_ATTEMPTS).await?;
    let message = said(app, &who.actor.reach, &row)
        .await?
        .map(|said| Object::new().with("title", said.title).with("text", said.text).with("was_sent", said.was_sent));
    let found = whole(&row, &Known::load(app).await?).with("message", message);
    Ok(found.list("attempts", attempts.iter().map(attempt)))
}

async fn retry(State(app): State<App>, who: Program, Path(delivery): Path<String>, Body(asked): Body) -> Answer {
    asked.only(&[]).done()?;
    let delivery = id(&delivery, "delivery")?;
    app.engine.run(RetryDelivery { actor: who.actor.clone(), id: NoticeId(delivery) }).await?;
    answer(&app, &who, delivery).await
}
