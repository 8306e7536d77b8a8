//! Setting up an authenticator: a picture to scan, a first code to show that it was, recovery codes for the worst day.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;

use super::super::guard::Guard;
use super::super::{Answer, refusal};
use super::{Refused, own, renewed};
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::account::authenticator;
use crate::totp;
use crate::usecase::account::authenticator::{
    BeginAuthenticator, ConfirmAuthenticator, NewRecoveryCodes, RemoveAuthenticator, secret_of,
};
use crate::usecase::account::session::new_token;

const PAGE: &str = "/settings";
const SET_UP: &str = "/settings/authenticator";
/// Light modules around the picture, as its standard asks.
const QUIET: i32 = 4;

pub fn routes() -> Router<App> {
    Router::new()
        .route(SET_UP, get(page).post(begin))
        .route("/settings/authenticator/confirm", post(confirm))
        .route("/settings/authenticator/codes", post(codes))
        .route("/settings/authenticator/remove", post(remove))
}

#[derive(Serialize)]
struct Model {
    /// The path of the picture, and its width in modules.
    picture: String,
    width: i32,
    secret: String,
    uri: String,
    #[serde(flatten)]
    wrong: Refused,
}

#[derive(Serialize)]
struct Codes {
    codes: Vec<String>,
    first: bool,
}

async fn begin(State(app): State<App>, session: Session) -> Answer {
    let action = BeginAuthenticator { actor: session.actor.clone(), account: session.account };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    Ok(Redirect::to(SET_UP).into_response())
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    show(&app, &session, StatusCode::OK, Wrong::default()).await
}

async fn show(app: &App, session: &Session, status: StatusCode, wrong: Wrong) -> Answer {
    let there = authenticator::get(&app.store.readers, session.account).await?;
    // One that is confirmed is never shown again.
    let Some(there) = there.filter(|there| there.confirmed_at_ms.is_none()) else {
        return Ok(Redirect::to(PAGE).into_response());
    };
    let secret = secret_of(&app.keys, session.account, &there.secret).map_err(|fault| Oops::back(fault, PAGE))?;
    let name = app.engine.shared().instance().name.clone();
    let issuer = if name.is_empty() { "tocsin".to_owned() } else { format!("tocsin {name}") };
    let uri = totp::uri(&issuer, &session.actor.name, &secret);
    let (picture, width) = picture(&uri)?;
    let model = Model { picture, width, secret: grouped(&totp::base32(&secret)), uri, wrong: wrong.into() };
    Ok(render::page_as(status, app, session, "page/settings_authenticator.html", model))
}

async fn confirm(State(app): State<App>, session: Session, form: Form) -> Answer {
    let fresh = new_token();
    let action = ConfirmAuthenticator {
        actor: session.actor.clone(),
        account: session.account,
        code: form.text("code").to_owned(),
        kept: session.token_hash.clone(),
        fresh: fresh.clone(),
    };
    match app.engine.run(action).await {
        Ok(codes) => Ok(renewed(codes_page(&app, &session, codes, true), &session, &fresh)),
        Err(fault) => {
            let refusal = refusal(fault)?;
            if refusal.kind != RefusalKind::Invalid {
                return Err(Oops::back(Fault::Refused(refusal), PAGE));
            }
            show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, Wrong::from(refusal)).await
        }
    }
}

async fn codes(
    State(app): State<App>,
    Extension(guard): Extension<Arc<Guard>>,
    session: Session,
    form: Form,
) -> Answer {
    if let Some(sentence) = own::wrong_password(&app, &session, &guard, form.raw("codes_password")).await? {
        let mut wrong = Wrong::default();
        wrong.add("codes_password", sentence);
        return own::show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, "codes", wrong).await;
    }
    let action = NewRecoveryCodes { actor: session.actor.clone(), account: session.account };
    let codes = app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    Ok(codes_page(&app, &session, codes, false))
}

fn codes_page(app: &App, session: &Session, codes: Vec<String>, first: bool) -> Response {
    render::page(app, session, "page/settings_codes.html", Codes { codes, first })
}

async fn remove(
    State(app): State<App>,
    Extension(guard): Extension<Arc<Guard>>,
    session: Session,
    form: Form,
) -> Answer {
    if let Some(sentence) = own::wrong_password(&app, &session, &guard, form.raw("remove_password")).await? {
        let mut wrong = Wrong::default();
        wrong.add("remove_password", sentence);
        return own::show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, "remove", wrong).await;
    }
    let fresh = new_token();
    let kept = Some((session.token_hash.clone(), fresh.clone()));
    let action = RemoveAuthenticator { actor: session.actor.clone(), account: session.account, own: kept };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    let said = flash::go(&app, PAGE, "The authenticator is off: the password alone logs you in from now on.");
    Ok(renewed(said, &session, &fresh))
}

/// The picture as the path of an SVG: a square for each run of dark modules.
fn picture(text: &str) -> Result<(String, i32), Fault> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium);
    let code = code.map_err(|_| Fault::Internal("the address of an authenticator is too long to draw".to_owned()))?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            let run = i32::try_from(run).unwrap_or_default();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
            }
            x += run.max(1);
        }
    }
    Ok((path, code.size() + 2 * QUIET))
}

/// In groups of four, to be typed.
fn grouped(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(4).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_the_three_corners_that_cameras_look_for() {
        let (path, width) = picture("otpauth://totp/tocsin:anna?secret=GEZDGNBVGY3TQOJQ").expect("drawn");
        let far = width - QUIET - 7;
        for corner in
            [format!("M{QUIET} {QUIET}h7v1h-7z"), format!("M{far} {QUIET}h7v1h-7z"), format!("M{QUIET} {far}h7v1h-7z")]
        {
            assert!(path.contains(&corner), "{corner}");
        }
        assert_eq!(grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }
}
