//! The accounts that agents report with. A password is shown once, with the very line to paste.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;

use super::super::{Answer, connect, refusal};
use super::{Refused, Tab, tabs};
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::agent_account::{self, Listed};
use crate::usecase::agent_account::{CreateAgentAccount, DeleteAgentAccount, SetAgentPassword};

const PAGE: &str = "/settings/agents";
/// Lets the agent keep events while this server is away.
const QUEUE: &str = "set eventqueue basedir /var/lib/monit/events slots 100";

pub fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(page).post(create))
        .route("/settings/agents/{id}/password", post(renew))
        .route("/settings/agents/{id}/delete", post(delete))
}

#[derive(Serialize)]
struct Model {
    tabs: Vec<Tab>,
    agents: Vec<Listed>,
    typed: String,
    #[serde(flatten)]
    wrong: Refused,
}

#[derive(Serialize)]
struct Made {
    name: String,
    line: String,
    renewed: bool,
    /// Where it is waited for.
    wait: String,
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    show(&app, &session, StatusCode::OK, "", Wrong::default()).await
}

async fn show(app: &App, session: &Session, status: StatusCode, typed: &str, wrong: Wrong) -> Answer {
    session.must_be(Role::Admin, "/settings")?;
    let agents = agent_account::list(&app.store.readers).await?;
    let model = Model { tabs: tabs(session, PAGE), agents, typed: typed.to_owned(), wrong: wrong.into() };
    Ok(render::page_as(status, app, session, "page/settings_agents.html", model))
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    let name = form.text("agent_name").to_owned();
    let action = CreateAgentAccount { actor: session.actor.clone(), name: name.clone(), password: None };
    match app.engine.run(action).await {
        Ok(password) => Ok(made(&app, &session, &name, &password, false)),
        Err(fault) => {
            let refusal = refusal(fault)?;
            if refusal.kind != RefusalKind::Invalid {
                return Err(Oops::back(Fault::Refused(refusal), PAGE));
            }
            let mut wrong = Wrong::default();
            for error in refusal.fields {
                wrong.add("agent_name", error.message);
            }
            show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, &name, wrong).await
        }
    }
}

async fn renew(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    let action = SetAgentPassword { actor: session.actor.clone(), id, password: None };
    let password = app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    Ok(made(&app, &session, form.text("name"), &password, true))
}

fn made(app: &App, session: &Session, name: &str, password: &str, renewed: bool) -> axum::response::Response {
    let line = format!("{}\n{QUEUE}", connect::line(app, name, password));
    let (name, wait) = (name.to_owned(), connect::wait_path(name, app.clock.now()));
    render::page(app, session, "page/agent_made.html", Made { name, line, renewed, wait })
}

async fn delete(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = DeleteAgentAccount { actor: session.actor.clone(), id };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    Ok(flash::go(&app, PAGE, "The agent account was deleted: agents that use it are refused from now on."))
}
