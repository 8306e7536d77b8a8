//! Filters of the list of hosts that somebody keeps under a name.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use serde::Serialize;

use super::Answer;
use super::hosts::path_of_filter;
use crate::app::App;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::flash;
use crate::http::forms::Form;
use crate::http::session::Session;
use crate::store::saved_view;
use crate::usecase::saved_view::{ForgetView, KeepView, MOST_VIEWS};

pub fn routes() -> Router<App> {
    Router::new().route("/hosts/views", post(keep)).route("/hosts/views/{id}/forget", post(forget))
}

/// One of them, as a link.
#[derive(Serialize)]
pub struct View {
    pub id: i64,
    pub name: String,
    pub query: String,
    pub href: String,
}

/// Those of the person who asks, by name.
pub async fn of(app: &App, session: &Session) -> Result<Vec<View>, Fault> {
    let rows = saved_view::of(&app.store.readers, session.account, MOST_VIEWS).await?;
    let view = |row: saved_view::SavedView| View {
        id: row.id,
        href: path_of_filter(&row.query),
        name: row.name,
        query: row.query,
    };
    Ok(rows.into_iter().map(view).collect())
}

async fn keep(State(app): State<App>, session: Session, form: Form) -> Answer {
    let (name, query) = (form.text("name").to_owned(), form.text("q").to_owned());
    let back = path_of_filter(&query);
    let action = KeepView { account: session.account, name: name.clone(), query };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    Ok(flash::go(&app, &back, &format!("Kept as {name}; only you see it.")))
}

async fn forget(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = ForgetView { account: session.account, id };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/hosts"))?;
    Ok(flash::go(&app, "/hosts", "The view is gone; the hosts are not."))
}
