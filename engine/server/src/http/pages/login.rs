//! Logging in and out. Guessing is slow: see `guard.rs`.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Deserialize;

use super::guard::Guard;
use super::{Answer, login_code};
use crate::actor::{Actor, Role};
use crate::app::App;
use crate::fault::Fault;
use crate::http::forms::Form;
use crate::http::kept::Kept;
use crate::http::render;
use crate::http::security::local_path;
use crate::http::session::{self, Origin, Session};
use crate::store::account::{self, Account, authenticator};
use crate::usecase::account::{password, session as usecase};

/// Cut before it is a key or looked up: names are shorter.
const NAME_CHARS: usize = 100;

/// What an answer that wants a login has to name; browsers know no such way by themselves, so they show the page.
const SCHEME: &str = "Form";

pub fn routes() -> Router<App> {
    Router::new()
        .route("/login", get(form).post(login))
        .route("/login/code", post(login_code::enter))
        .route("/logout", post(logout))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
}

async fn form(State(app): State<App>, Query(asked): Query<Asked>, origin: Origin) -> Answer {
    let next = local_path(&asked.next).unwrap_or("/");
    if session::find(&app, origin, None).await?.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    let fresh = account::count(&app.store.readers).await? == 0;
    Ok(page(StatusCode::OK, next, "", "", fresh, None))
}

/// Asks for the login of somebody who has sent a form without one.
pub fn again(kept: &Kept) -> Response {
    let mut response = page(StatusCode::UNAUTHORIZED, "/", "", "", false, Some(kept));
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(SCHEME));
    response
}

async fn login(State(app): State<App>, Extension(guard): Extension<Arc<Guard>>, origin: Origin, form: Form) -> Answer {
    let (next, kept) = (local_path(form.text("next")).unwrap_or("/"), Kept::sent(&form));
    let name: String = form.text("name").chars().take(NAME_CHARS).collect();
    if let Err(wait) = guard.admit(&name, &origin.address) {
        let seconds = wait.as_secs() + 1;
        let sentence = format!("There were too many tries. Wait {seconds} seconds and try again.");
        let mut response = page(StatusCode::TOO_MANY_REQUESTS, next, &name, &sentence, false, kept.as_ref());
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        return Ok(response);
    }
    let found = account::by_name(&app.store.readers, &name).await?.filter(|account| !account.disabled);
    let typed: String = form.raw("password").chars().take(password::LONGEST + 1).collect();
    let right = password::verify(typed, found.as_ref().map(|account| account.password_hash.clone())).await?;
    let (Some(account), true) = (found, right) else {
        // The same for a wrong name, a wrong password and a disabled account: it gives no name away.
        let sentence = "Name or password is wrong. Check both; an admin can make you a new account.";
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, next, &name, sentence, false, kept.as_ref()));
    };
    let there = authenticator::get(&app.store.readers, account.id).await?;
    if there.is_some_and(|there| there.confirmed_at_ms.is_some()) {
        return Ok(login_code::ask(&app, &account, next, kept.as_ref()));
    }
    begin(&app, &origin, account, next, kept).await
}

/// Begins the session of somebody who has shown everything that is asked for.
pub(super) async fn begin(app: &App, origin: &Origin, account: Account, next: &str, kept: Option<Kept>) -> Answer {
    let role = Role::parse(&account.role);
    let role = role.ok_or_else(|| Fault::Internal(format!("the account {} has no role", account.name)))?;
    let token = usecase::new_token();
    let begin = usecase::Begin {
        actor: Actor::person(&account.name, role, &origin.address),
        account: account.id,
        token: token.clone(),
        replaces: origin.token.as_deref().map(usecase::token_hash),
        client: origin.client.clone(),
    };
    app.engine.run(begin).await?;
    let goal = match kept {
        Some(kept) => kept.page(&account.name, next),
        None => Redirect::to(next).into_response(),
    };
    Ok(([(header::SET_COOKIE, session::set_cookie(origin, &token))], goal).into_response())
}

async fn logout(State(app): State<App>, session: Session) -> Answer {
    app.engine.run(usecase::End { actor: session.actor, token_hash: session.token_hash }).await?;
    Ok(([(header::SET_COOKIE, session::clear_cookie(&session.origin))], Redirect::to("/login")).into_response())
}

fn page(status: StatusCode, next: &str, name: &str, wrong: &str, fresh: bool, kept: Option<&Kept>) -> Response {
    let kept = Value::from(Serde(&kept));
    render::bare(status, "page/login.html", context! { next, name, wrong, fresh, kept })
}
