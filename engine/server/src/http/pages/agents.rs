//! The accounts that agents report with. A password is shown once, with the very line to paste.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Serialize;

use super::{Answer, accounts, connect, refusal};
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::usecase::agent_account::{CreateAgentAccount, DeleteAgentAccount, SetAgentPassword};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/accounts/agents", post(create))
        .route("/accounts/agents/{id}/password", post(renew))
        .route("/accounts/agents/{id}/delete", post(delete))
}

#[derive(Serialize)]
struct Made {
    name: String,
    line: String,
    renewed: bool,
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    let name = form.text("agent_name").to_owned();
    let action = CreateAgentAccount { actor: session.actor.clone(), name: name.clone(), password: None };
    match app.engine.run(action).await {
        Ok(password) => Ok(made(&app, &session, &name, &password, false)),
        Err(fault) => {
            let refusal = refusal(fault)?;
            if refusal.kind != RefusalKind::Invalid {
                return Err(Oops::back(Fault::Refused(refusal), "/accounts"));
            }
            let mut wrong = Wrong { sentence: String::new(), ..Wrong::default() };
            for error in refusal.fields {
                wrong.add("agent_name", error.message);
            }
            accounts::show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, "agent", &name, &wrong).await
        }
    }
}

async fn renew(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    let action = SetAgentPassword { actor: session.actor.clone(), id, password: None };
    let password = app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/accounts"))?;
    Ok(made(&app, &session, form.text("name"), &password, true))
}

fn made(app: &App, session: &Session, name: &str, password: &str, renewed: bool) -> axum::response::Response {
    let line = connect::line(&app.settings, name, password);
    render::page(app, session, "page/agent_made.html", Made { name: name.to_owned(), line, renewed })
}

async fn delete(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    app.engine
        .run(DeleteAgentAccount { actor: session.actor.clone(), id })
        .await
        .map_err(|fault| Oops::back(fault, "/accounts"))?;
    Ok(flash::go(&app, "/accounts", "The agent account was deleted: agents that use it are refused from now on."))
}
