//! Installing a connector by uploading its file. What it is is found out beside the request; the page of the file shows how
//! far that is.

use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde::Serialize;

use super::super::{Answer, refusal};
use super::upload::{self, AROUND};
use crate::actor::{Area, Role};
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::Wrong;
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::usecase::connector::{InstallConnector, LARGEST};

const PAGE: &str = "/connectors/install";

pub fn routes() -> Router<App> {
    let limit = DefaultBodyLimit::max(LARGEST + AROUND);
    Router::new().route(PAGE, get(form).post(install)).layer(limit)
}

#[derive(Serialize)]
struct Model {
    largest_mib: usize,
    sentence: String,
    errors: std::collections::BTreeMap<String, String>,
}

async fn form(State(app): State<App>, session: Session) -> Answer {
    show(&app, &session, StatusCode::OK, Wrong::default())
}

fn show(app: &App, session: &Session, status: StatusCode, wrong: Wrong) -> Answer {
    session.actor.must_be(Role::Admin).map_err(|fault| Oops::back(fault, "/connectors"))?;
    let model = Model { largest_mib: LARGEST >> 20, sentence: wrong.sentence, errors: wrong.fields };
    Ok(render::page_as(status, app, session, "page/connector_install.html", model))
}

async fn install(State(app): State<App>, session: Session, form: Result<Multipart, MultipartRejection>) -> Answer {
    // Before anything of it is read.
    session.actor.may(Area::Setup, Role::Admin).map_err(|fault| Oops::back(fault, "/connectors"))?;
    let wrong_form = |_| Oops::back(Fault::invalid("a file is expected here; use the form"), PAGE);
    let form = form.map_err(wrong_form)?;
    let taken = async {
        let upload = upload::read(form).await?;
        let action = InstallConnector::new(session.actor.clone(), upload.wasm, upload.signature);
        app.engine.run(action).await
    };
    match taken.await {
        Ok(digest) => {
            let said = "The file was taken. It is compiled now; then decide what it may do.";
            Ok(flash::go(&app, &format!("/connectors/files/{digest}"), said))
        }
        Err(fault) => {
            let refusal = refusal(fault)?;
            let status = match refusal.kind {
                RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                RefusalKind::Conflict => StatusCode::CONFLICT,
                _ => return Err(Oops::back(Fault::Refused(refusal), PAGE)),
            };
            show(&app, &session, status, Wrong::from(refusal))
        }
    }
}
