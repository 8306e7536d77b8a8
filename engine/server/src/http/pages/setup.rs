//! The first page of all: whoever holds the link that the program printed becomes its admin.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use minijinja::context;
use minijinja::value::{Serde, Value};

use super::{Answer, refusal};
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::render;
use crate::http::session::{self, Origin};
use crate::usecase::account::{password, session as usecase, setup};

pub fn routes() -> Router<App> {
    Router::new().route("/setup/{token}", get(form).post(set_up))
}

async fn form(State(app): State<App>, Path(token): Path<String>) -> Answer {
    setup::check_token(&app, &token).await?;
    Ok(page(StatusCode::OK, &token, "", &Wrong::default()))
}

async fn set_up(State(app): State<App>, Path(token): Path<String>, origin: Origin, form: Form) -> Answer {
    setup::check_token(&app, &token).await?;
    let name = form.text("name").to_owned();
    let mut wrong = Wrong::default();
    if name.is_empty() {
        wrong.add("name", "Give a name to log in with.");
    }
    wrong.extend(password::check(form.raw("password"), form.raw("repeated"), "password"));
    if !wrong.is_empty() {
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &token, &name, &wrong));
    }
    let session_token = usecase::new_token();
    let set_up = setup::SetUp {
        token: token.clone(),
        name: name.clone(),
        password_hash: password::hash(form.raw("password").to_owned()).await?,
        session_token: session_token.clone(),
        address: origin.address.clone(),
        client: origin.client.clone(),
    };
    match app.engine.run(set_up).await {
        Ok(()) => {
            let cookie = session::set_cookie(&origin, &session_token);
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/start")).into_response())
        }
        Err(fault) => {
            let refusal = refusal(fault)?;
            if refusal.kind != RefusalKind::Invalid {
                return Err(Oops::from(Fault::Refused(refusal)));
            }
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &token, &name, &Wrong::from(refusal)))
        }
    }
}

fn page(status: StatusCode, token: &str, name: &str, wrong: &Wrong) -> Response {
    let errors = Value::from(Serde(&wrong.fields));
    let shortest = password::SHORTEST;
    render::bare(
        status,
        "page/setup.html",
        context! { token, name, errors, sentence => wrong.sentence.as_str(), shortest },
    )
}
