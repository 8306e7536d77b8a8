//! The token itself: for whoever sets a program up and wants to see what it may do.

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::Answer;
use super::asked::Query;
use super::auth::Program;
use super::json::{Object, named};
use crate::actor::Reach;
use crate::app::App;

pub fn routes() -> Router<App> {
    Router::new().route("/token", get(token))
}

async fn token(State(app): State<App>, who: Program, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    let areas: Vec<&str> = who.actor.areas.iter().map(|area| area.name()).collect();
    let answer = Object::new().with("name", who.actor.name).with("role", who.actor.role.name()).with("areas", areas);
    let Reach::Groups(groups) = &who.actor.reach else { return Ok(answer.with("groups", ())) };
    let book = app.engine.book();
    let known = groups.iter().filter_map(|id| Some((id, book.groups.get(id)?)));
    Ok(answer.list("groups", known.map(|(id, group)| named(id.0, group.name.as_str()))))
}
