//! People: accounts and roles, the own password, own sessions. The accounts of agents stand on the same page.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;

use super::{Answer, refusal};
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::account::{self, Person, session as sessions};
use crate::store::agent_account;
use crate::usecase::account::session::{End, EndOthers};
use crate::usecase::account::{ChangeAccount, ChangePassword, CreateAccount, password};

/// People listed.
const MAX_PEOPLE: i64 = 500;
/// Own sessions listed.
const MAX_SESSIONS: i64 = 50;
/// Digits of a session's hash that name it: it is found among the own ones only.
const SESSION_DIGITS: usize = 16;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/accounts", get(page).post(create))
        .route("/accounts/{id}", post(change))
        .route("/accounts/password", post(change_password))
        .route("/accounts/sessions/end-others", post(end_others))
        .route("/accounts/sessions/{session}/end", post(end_session))
}

#[derive(Serialize)]
struct Model {
    me: i64,
    people: Vec<Person>,
    agents: Vec<agent_account::Listed>,
    sessions: Vec<Open>,
    typed_name: String,
    sentence: String,
    errors: BTreeMap<String, String>,
    /// Which of the forms was refused.
    refused: &'static str,
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
    show(&app, &session, StatusCode::OK, "", "", &Wrong::default()).await
}

pub(super) async fn show(
    app: &App,
    session: &Session,
    status: StatusCode,
    refused: &'static str,
    typed_name: &str,
    wrong: &Wrong,
) -> Answer {
    let pool = &app.store.readers;
    let open = sessions::of(pool, session.account, MAX_SESSIONS).await?.into_iter().map(|row| Open {
        digits: row.token_hash[..SESSION_DIGITS].to_owned(),
        current: row.token_hash == session.token_hash,
        row,
    });
    let admin = session.administers();
    let model = Model {
        me: session.account,
        people: if admin { account::list(pool, MAX_PEOPLE).await? } else { Vec::new() },
        agents: if admin { agent_account::list(pool).await? } else { Vec::new() },
        sessions: open.collect(),
        typed_name: typed_name.to_owned(),
        sentence: wrong.sentence.clone(),
        errors: wrong.fields.clone(),
        refused,
        shortest: password::SHORTEST,
    };
    Ok(render::page_as(status, app, session, "page/accounts.html", model))
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    session.actor.must_be(Role::Admin).map_err(|fault| Oops::back(fault, "/accounts"))?;
    let name = form.text("name").to_owned();
    let mut wrong = Wrong::default();
    wrong.extend(password::check(form.raw("password"), form.raw("repeated"), "password"));
    let role = Role::parse(form.text("role")).unwrap_or(Role::Viewer);
    if wrong.is_empty() {
        let password_hash = password::hash(form.raw("password").to_owned()).await?;
        let action = CreateAccount { actor: session.actor.clone(), name: name.clone(), role, password_hash };
        match app.engine.run(action).await {
            Ok(_) => return Ok(flash::go(&app, "/accounts", &format!("{name} can log in now, as {}.", role.name()))),
            Err(fault) => {
                let refusal = refusal(fault)?;
                if refusal.kind != RefusalKind::Invalid {
                    return Err(Oops::back(Fault::Refused(refusal), "/accounts"));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, "person", &name, &wrong).await
}

async fn change(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    let role = Role::parse(form.text("role"));
    let role = role.ok_or_else(|| Oops::back(Fault::invalid("choose a role"), "/accounts"))?;
    let action =
        ChangeAccount { actor: session.actor.clone(), account: id, role, disabled: form.text("state") == "disabled" };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/accounts"))?;
    Ok(flash::go(&app, "/accounts", "Saved."))
}

async fn change_password(State(app): State<App>, session: Session, form: Form) -> Answer {
    let account = account::by_id(&app.store.readers, session.account).await?;
    let old: String = form.raw("old").chars().take(password::LONGEST + 1).collect();
    let mut wrong = Wrong::default();
    if !password::verify(old, account.map(|account| account.password_hash)).await? {
        wrong.add("old", "This is not your present password.");
    }
    wrong.extend(password::check(form.raw("new"), form.raw("repeated"), "new"));
    if !wrong.is_empty() {
        return show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, "password", "", &wrong).await;
    }
    let action = ChangePassword {
        actor: session.actor.clone(),
        account: session.account,
        password_hash: password::hash(form.raw("new").to_owned()).await?,
        kept: session.token_hash.clone(),
    };
    app.engine.run(action).await?;
    Ok(flash::go(&app, "/accounts", "Your password was changed; your other sessions have ended."))
}

async fn end_others(State(app): State<App>, session: Session) -> Answer {
    let action = EndOthers { actor: session.actor.clone(), account: session.account, kept: session.token_hash.clone() };
    let ended = app.engine.run(action).await?;
    Ok(flash::go(&app, "/accounts", &format!("{ended} other sessions have ended.")))
}

async fn end_session(State(app): State<App>, session: Session, Path(digits): Path<String>) -> Answer {
    let own = sessions::of(&app.store.readers, session.account, MAX_SESSIONS).await?;
    let found = own.into_iter().find(|row| digits.len() == SESSION_DIGITS && row.token_hash.starts_with(&digits));
    let found = found.ok_or_else(|| Oops::back(Fault::not_found("this session has ended already"), "/accounts"))?;
    app.engine.run(End { actor: session.actor.clone(), token_hash: found.token_hash }).await?;
    Ok(flash::go(&app, "/accounts", "The session has ended."))
}
