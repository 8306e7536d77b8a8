//! The second step of a login: the code of an authenticator, or a recovery code. Between the two steps the browser
//! holds a ticket that says that the password was right; it lasts a few minutes and dies with that password.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use minijinja::context;
use minijinja::value::{Serde, Value};
use subtle::ConstantTimeEq;
use tocsin_policy::{Moment, Span};

use super::Answer;
use super::guard::Guard;
use super::login;
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::forms::Form;
use crate::http::kept::Kept;
use crate::http::render;
use crate::http::security::local_path;
use crate::http::session::Origin;
use crate::store::account::{self, Account};
use crate::usecase::account::authenticator::TakeCode;

/// Long enough to find the phone.
const LASTS: Span = Span::minutes(5);
const PURPOSE: &str = "login-ticket";
/// Cut before it is looked at: codes are shorter.
const CODE_CHARS: usize = 40;

/// Asks for the code.
pub fn ask(app: &App, account: &Account, next: &str, kept: Option<&Kept>) -> Response {
    page(StatusCode::OK, &account.name, next, &ticket(app, account), "", kept)
}

/// `POST /login/code`
pub async fn enter(
    State(app): State<App>,
    Extension(guard): Extension<Arc<Guard>>,
    origin: Origin,
    form: Form,
) -> Answer {
    let (next, kept) = (local_path(form.text("next")).unwrap_or("/"), Kept::sent(&form));
    let Some(account) = holder(&app, form.text("ticket")).await? else {
        let sentence = "this login took too long, or the password was changed meanwhile; log in again";
        return Err(Oops::back(Fault::conflict(sentence), "/login"));
    };
    if let Err(wait) = guard.admit_code(account.id) {
        let seconds = wait.as_secs() + 1;
        let sentence = format!("There were too many tries. Wait {seconds} seconds and type the newest code.");
        let ticket = ticket(&app, &account);
        let status = StatusCode::TOO_MANY_REQUESTS;
        let mut response = page(status, &account.name, next, &ticket, &sentence, kept.as_ref());
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        return Ok(response);
    }
    let code: String = form.text("code").chars().take(CODE_CHARS).collect();
    if app.engine.run(TakeCode { account: account.id, code }).await? {
        return login::begin(&app, &origin, account, next, kept).await;
    }
    let sentence = "This code is not right, or it was used already. Type the one that the app shows now.";
    let ticket = form.text("ticket");
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &account.name, next, ticket, sentence, kept.as_ref()))
}

/// `ACCOUNT.UNTIL.SEAL`
fn ticket(app: &App, account: &Account) -> String {
    let until = app.clock.now() + LASTS;
    format!("{}.{}.{}", account.id, until.0, seal(app, account, until))
}

fn seal(app: &App, account: &Account, until: Moment) -> String {
    app.keys.fingerprint(PURPOSE, &format!("{} {} {}", account.id, until.0, account.password_hash))
}

/// The account whose password was right, while the ticket lasts.
async fn holder(app: &App, ticket: &str) -> Result<Option<Account>, Fault> {
    let mut parts = ticket.splitn(3, '.');
    let (Some(id), Some(until), Some(given)) = (parts.next(), parts.next(), parts.next()) else { return Ok(None) };
    let (Ok(id), Ok(until)) = (id.parse(), until.parse().map(Moment)) else { return Ok(None) };
    let found = account::by_id(&app.store.readers, id).await?.filter(|account| !account.disabled);
    let Some(account) = found.filter(|_| app.clock.now() < until) else { return Ok(None) };
    let genuine: bool = seal(app, &account, until).as_bytes().ct_eq(given.as_bytes()).into();
    Ok(genuine.then_some(account))
}

fn page(status: StatusCode, name: &str, next: &str, ticket: &str, wrong: &str, kept: Option<&Kept>) -> Response {
    let kept = Value::from(Serde(&kept));
    render::bare(status, "page/login_code.html", context! { name, next, ticket, wrong, kept })
}
