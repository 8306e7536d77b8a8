//! The own account: password, authenticator, sessions.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::Serialize;

use super::super::Answer;
use super::super::guard::Guard;
use super::{Refused, Tab, renewed, tabs};
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::account::{self, authenticator, session as sessions};
use crate::usecase::account::session::{End, EndOthers, new_token};
use crate::usecase::account::{ChangePassword, password};

/// Own sessions listed.
const MAX_SESSIONS: i64 = 50;
/// Digits of a session's hash that name it: it is found among the own ones only.
const SESSION_DIGITS: usize = 16;
const PAGE: &str = "/settings";

pub fn routes() -> Router<App> {
    Router::new()
        .route("/settings", get(page))
        .route("/settings/password", post(change_password))
        .route("/settings/sessions/end-others", post(end_others))
        .route("/settings/sessions/{session}/end", post(end_session))
}

#[derive(Serialize)]
struct Model {
    tabs: Vec<Tab>,
    groups: Option<Vec<String>>,
    sessions: Vec<Open>,
    /// When the authenticator was set up; missing while there is none.
    authenticator_ms: Option<i64>,
    codes_left: i64,
    /// Which of the forms was refused.
    refused: &'static str,
    #[serde(flatten)]
    wrong: Refused,
    shortest: usize,
}

#[derive(Serialize)]
struct Open {
    digits: String,
    current: bool,
    #[serde(flatten)]
    row: sessions::Listed,
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    show(&app, &session, StatusCode::OK, "", Wrong::default()).await
}

/// The page, with what is wrong with one of its forms.
pub(super) async fn show(
    app: &App,
    session: &Session,
    status: StatusCode,
    refused: &'static str,
    wrong: Wrong,
) -> Answer {
    let pool = &app.store.readers;
    let open = sessions::of(pool, session.account, MAX_SESSIONS).await?.into_iter().map(|row| Open {
        digits: row.token_hash[..SESSION_DIGITS].to_owned(),
        current: row.token_hash == session.token_hash,
        row,
    });
    let authenticator = authenticator::get(pool, session.account).await?;
    let book = app.engine.book();
    let groups = match &session.actor.reach {
        crate::actor::Reach::Everything => None,
        crate::actor::Reach::Groups(groups) => {
            Some(groups.iter().filter_map(|id| book.groups.get(id)).map(|group| group.name.clone()).collect())
        }
    };
    let model = Model {
        tabs: tabs(session, PAGE),
        groups,
        sessions: open.collect(),
        authenticator_ms: authenticator.and_then(|there| there.confirmed_at_ms),
        codes_left: authenticator::codes_left(pool, session.account).await?,
        refused,
        wrong: wrong.into(),
        shortest: password::SHORTEST,
    };
    Ok(render::page_as(status, app, session, "page/settings_own.html", model))
}

/// What is wrong with the password by which somebody shows to be the one of the session; guessing is slow here as well.
pub(super) async fn wrong_password(
    app: &App,
    session: &Session,
    guard: &Guard,
    typed: &str,
) -> Result<Option<String>, Fault> {
    if let Err(wait) = guard.admit_password(session.account) {
        return Ok(Some(format!("There were too many tries. Wait {} seconds and try again.", wait.as_secs() + 1)));
    }
    let account = account::by_id(&app.store.readers, session.account).await?;
    let typed: String = typed.chars().take(password::LONGEST + 1).collect();
    let right = password::verify(typed, account.map(|account| account.password_hash)).await?;
    Ok((!right).then(|| "This is not your present password.".to_owned()))
}

async fn change_password(
    State(app): State<App>,
    Extension(guard): Extension<Arc<Guard>>,
    session: Session,
    form: Form,
) -> Answer {
    let mut wrong = Wrong::default();
    if let Some(sentence) = wrong_password(&app, &session, &guard, form.raw("old")).await? {
        wrong.add("old", sentence);
    }
    wrong.extend(password::check(form.raw("new"), form.raw("repeated"), "new"));
    if !wrong.is_empty() {
        return show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, "password", wrong).await;
    }
    let fresh = new_token();
    let action = ChangePassword {
        actor: session.actor.clone(),
        account: session.account,
        password_hash: password::hash(form.raw("new").to_owned()).await?,
        kept: session.token_hash.clone(),
        fresh: fresh.clone(),
    };
    app.engine.run(action).await?;
    let said = flash::go(&app, PAGE, "Your password was changed; your other sessions have ended.");
    Ok(renewed(said, &session, &fresh))
}

async fn end_others(State(app): State<App>, session: Session) -> Answer {
    let action = EndOthers { actor: session.actor.clone(), account: session.account, kept: session.token_hash.clone() };
    let ended = app.engine.run(action).await?;
    let words = if ended == 1 { "1 other session has".to_owned() } else { format!("{ended} other sessions have") };
    Ok(flash::go(&app, PAGE, &format!("{words} ended.")))
}

async fn end_session(State(app): State<App>, session: Session, Path(digits): Path<String>) -> Answer {
    let own = sessions::of(&app.store.readers, session.account, MAX_SESSIONS).await?;
    let found = own.into_iter().find(|row| digits.len() == SESSION_DIGITS && row.token_hash.starts_with(&digits));
    let found = found.ok_or_else(|| Oops::back(Fault::not_found("this session has ended already"), PAGE))?;
    app.engine.run(End { actor: session.actor.clone(), token_hash: found.token_hash }).await?;
    Ok(flash::go(&app, PAGE, "The session has ended."))
}
