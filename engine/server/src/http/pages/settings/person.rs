//! One account: role, reach, and what to do when its owner has forgotten the password or lost the phone.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;

use super::super::{Answer, refusal};
use super::people::{Choice, choices, limit_of};
use super::{Refused, Tab, tabs};
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::account::{self, authenticator, session as sessions};
use crate::usecase::account::authenticator::RemoveAuthenticator;
use crate::usecase::account::{ChangeAccount, EndSessions, ResetPassword, password};

const LIST: &str = "/settings/people";
/// Sessions listed.
const MAX_SESSIONS: i64 = 50;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/settings/people/{id}", get(page).post(change))
        .route("/settings/people/{id}/password", post(reset_password))
        .route("/settings/people/{id}/sessions/end", post(end_sessions))
        .route("/settings/people/{id}/authenticator/remove", post(remove_authenticator))
}

#[derive(Serialize)]
struct Model {
    tabs: Vec<Tab>,
    id: i64,
    is_me: bool,
    name: String,
    role: String,
    disabled: bool,
    limited: bool,
    groups: Vec<Choice>,
    has_authenticator: bool,
    sessions: Vec<sessions::Listed>,
    /// Which of the forms was refused.
    refused: &'static str,
    #[serde(flatten)]
    wrong: Refused,
    shortest: usize,
}

async fn page(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    show(&app, &session, StatusCode::OK, id, "", None, Wrong::default()).await
}

async fn show(
    app: &App,
    session: &Session,
    status: StatusCode,
    id: i64,
    refused: &'static str,
    typed: Option<&Form>,
    wrong: Wrong,
) -> Answer {
    session.must_be(Role::Admin, "/settings")?;
    let pool = &app.store.readers;
    let person = account::by_id(pool, id).await?;
    let person = person.ok_or_else(|| Oops::back(Fault::not_found("there is no such account"), LIST))?;
    let chosen = match typed {
        Some(form) => form.all("groups").filter_map(|id| id.parse().ok()).map(tocsin_policy::GroupId).collect(),
        None => account::groups(pool, id).await?,
    };
    let there = authenticator::get(pool, id).await?;
    let model = Model {
        tabs: tabs(session, LIST),
        id,
        is_me: id == session.account,
        name: person.name,
        role: typed.map_or(person.role, |form| form.text("role").to_owned()),
        disabled: typed.map_or(person.disabled, |form| form.text("state") == "disabled"),
        limited: typed.map_or(person.limited, |form| form.text("reach") == "groups"),
        groups: choices(&app.engine.book(), &chosen),
        has_authenticator: there.is_some_and(|there| there.confirmed_at_ms.is_some()),
        sessions: sessions::of(pool, id, MAX_SESSIONS).await?,
        refused,
        wrong: wrong.into(),
        shortest: password::SHORTEST,
    };
    Ok(render::page_as(status, app, session, "page/settings_person.html", model))
}

async fn change(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    session.must_be(Role::Admin, LIST)?;
    let role = Role::parse(form.text("role"));
    let role = role.ok_or_else(|| Oops::back(Fault::invalid("choose a role"), LIST))?;
    let (actor, disabled, limit) = (session.actor.clone(), form.text("state") == "disabled", limit_of(&form));
    match app.engine.run(ChangeAccount { actor, account: id, role, disabled, limit }).await {
        Ok(()) => Ok(flash::go(&app, LIST, "Saved. What the account may do counts at once; it logs in anew.")),
        Err(fault) => {
            let refusal = refusal(fault)?;
            if refusal.kind != RefusalKind::Invalid {
                return Err(Oops::back(Fault::Refused(refusal), LIST));
            }
            let wrong = Wrong::from(refusal);
            show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, id, "account", Some(&form), wrong).await
        }
    }
}

async fn reset_password(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    session.must_be(Role::Admin, LIST)?;
    let mut wrong = Wrong::default();
    wrong.extend(password::check(form.raw("password"), form.raw("repeated"), "password"));
    if !wrong.is_empty() {
        return show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, id, "password", None, wrong).await;
    }
    let password_hash = password::hash(form.raw("password").to_owned()).await?;
    let action = ResetPassword { actor: session.actor.clone(), account: id, password_hash };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, LIST))?;
    Ok(flash::go(
        &app,
        &format!("{LIST}/{id}"),
        "The password is set; tell it over another way. Old sessions have ended.",
    ))
}

async fn end_sessions(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = EndSessions { actor: session.actor.clone(), account: id };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, LIST))?;
    Ok(flash::go(&app, &format!("{LIST}/{id}"), "All sessions of this account have ended."))
}

async fn remove_authenticator(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = RemoveAuthenticator { actor: session.actor.clone(), account: id, own: None };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, LIST))?;
    Ok(flash::go(&app, &format!("{LIST}/{id}"), "The authenticator is off; the password alone logs in now."))
}
