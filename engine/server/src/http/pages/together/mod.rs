//! What is done to several hosts at once, or to one: silence, downtime from now on, acknowledgement of all that is open,
//! admission. Each host is an action of its own with its own line in the audit log; what is said afterwards is one
//! sentence, with one undo.
//!
//! - `chosen`: which hosts; `deed`: what is to be done, read from the form; `doing`: does it and says so;
//! - `undoing`: takes it back; `ask`: the page that asks for how long, and says what would be held back.

mod ask;
mod chosen;
mod deed;
mod doing;
mod undoing;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::{get, post};

use self::chosen::Chosen;
use self::deed::Deed;
pub use self::deed::{until, usual};
pub use self::doing::UNDO;
use super::Answer;
use crate::actor::Role;
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::security::local_path;
use crate::http::session::Session;

pub fn routes() -> Router<App> {
    Router::new().route("/hosts/act", get(ask).post(act)).route("/hosts/act/undo", post(undo))
}

/// Asks for what is missing: how long, and why.
async fn ask(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    let form = Form::parse(query.unwrap_or_default().as_bytes());
    session.actor.must_be(Role::Operator)?;
    let chosen = Chosen::read(&app, &session, &form)?;
    ask::page(&app, &session, &form, &chosen, &Wrong::default()).await
}

async fn act(State(app): State<App>, session: Session, form: Form) -> Answer {
    let back = back(&form);
    let with_way_back = |fault: Fault| Oops::back(fault, &back);
    session.actor.must_be(Role::Operator).map_err(with_way_back)?;
    let chosen = Chosen::read(&app, &session, &form).map_err(with_way_back)?;
    match Deed::read(&form, usual(&app)) {
        Ok(deed) => Ok(doing::run(&app, &session, &chosen, deed).await.map_err(with_way_back)?.go(&app, &back)),
        // Without scripts a button of the list leads here before anything was asked.
        Err(wrong) => ask::page(&app, &session, &form, &chosen, &wrong).await,
    }
}

async fn undo(State(app): State<App>, session: Session, form: Form) -> Answer {
    let back = back(&form);
    session.must_be(Role::Operator, &back)?;
    let said = undoing::run(&app, &session, &form).await.map_err(|fault| Oops::back(fault, &back))?;
    Ok(said.go(&app, &back))
}

fn back(form: &Form) -> String {
    local_path(form.text("back")).unwrap_or("/hosts").to_owned()
}
