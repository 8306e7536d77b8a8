//! The tokens of programs: what each may do, and when it was last used. A token is shown once.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_policy::GroupId;

use super::super::{Answer, refusal};
use super::people::{Choice as Group, choices, limit_of};
use super::{Refused, Tab, tabs};
use crate::actor::{Area, Role};
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::api_token::{self, areas_of};
use crate::usecase::api_token::{CreateApiToken, DeleteApiToken};

const PAGE: &str = "/settings/tokens";

pub fn routes() -> Router<App> {
    Router::new().route(PAGE, get(page).post(create)).route("/settings/tokens/{id}/delete", post(delete))
}

#[derive(Serialize)]
struct Model {
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    name: String,
    role: String,
    areas: Vec<Choice>,
    limited: bool,
    groups: Vec<Group>,
    refused: bool,
    #[serde(flatten)]
    wrong: Refused,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    role: String,
    may: String,
    limited: bool,
    /// Names of the groups; only counts for one that is limited.
    groups: Vec<String>,
    created_at_ms: i64,
    used_at_ms: Option<i64>,
}

#[derive(Serialize)]
struct Choice {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Serialize)]
struct Made {
    name: String,
    token: String,
    url: String,
}

/// What an area means, for the one who grants it.
fn label(area: Area) -> &'static str {
    match area {
        Area::Alerts => "alerts: acknowledge, and take it back",
        Area::Silences => "silences: silence hosts, plan downtime",
        Area::Hosts => "hosts: approve, describe, delete",
        Area::Deliveries => "deliveries: retry, withdraw, test a receiver",
        Area::Setup => "setup: policies, receivers, connectors, accounts, settings (admins only)",
    }
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    show(&app, &session, StatusCode::OK, None, Wrong::default()).await
}

async fn show(app: &App, session: &Session, status: StatusCode, typed: Option<&Form>, wrong: Wrong) -> Answer {
    session.must_be(Role::Admin, "/settings")?;
    let (pool, book) = (&app.store.readers, app.engine.book());
    let limits = api_token::all_groups(pool).await?;
    let groups_of = |id: i64| {
        let own = limits.iter().filter(|(token, _)| *token == id);
        own.filter_map(|(_, group)| book.groups.get(&GroupId(*group))).map(|group| group.name.clone()).collect()
    };
    let rows = api_token::list(pool).await?.into_iter().map(|row| Row {
        may: may(&row.role, &areas_of(&row.areas)),
        limited: row.limited,
        groups: groups_of(row.id),
        id: row.id,
        name: row.name,
        role: row.role,
        created_at_ms: row.created_at_ms,
        used_at_ms: row.used_at_ms,
    });
    // No more than is asked for.
    let chosen = |area: Area| typed.is_some_and(|form| form.all("areas").any(|sent| sent == area.name()));
    let choice = |area: Area| Choice { value: area.name(), label: label(area), chosen: chosen(area) };
    let groups = typed.into_iter().flat_map(|form| form.all("groups")).filter_map(|id| id.parse().ok().map(GroupId));
    let groups: BTreeSet<GroupId> = groups.collect();
    let model = Model {
        tabs: tabs(session, PAGE),
        rows: rows.collect(),
        name: typed.map_or_else(String::new, |form| form.text("name").to_owned()),
        role: typed.map_or_else(|| "viewer".to_owned(), |form| form.text("role").to_owned()),
        areas: Area::ALL.into_iter().map(choice).collect(),
        limited: typed.is_some_and(|form| form.text("reach") == "groups"),
        groups: choices(&book, &groups),
        refused: typed.is_some(),
        wrong: wrong.into(),
    };
    Ok(render::page_as(status, app, session, "page/settings_tokens.html", model))
}

/// What a token may do, in words.
fn may(role: &str, areas: &BTreeSet<Area>) -> String {
    if role == Role::Viewer.name() {
        return "read".to_owned();
    }
    let useful = Area::ALL.into_iter().filter(|area| *area != Area::Setup || role == Role::Admin.name());
    let (useful, held): (Vec<Area>, Vec<Area>) =
        (useful.clone().collect(), useful.filter(|a| areas.contains(a)).collect());
    match held.len() {
        0 => "read".to_owned(),
        n if n == useful.len() => format!("everything that an {role} may"),
        _ => format!("read; {}", held.iter().map(|area| area.name()).collect::<Vec<_>>().join(", ")),
    }
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    let name = form.text("name").to_owned();
    let role = Role::parse(form.text("role")).unwrap_or(Role::Viewer);
    let areas = form.all("areas").filter_map(Area::parse).collect();
    let (actor, limit) = (session.actor.clone(), limit_of(&form));
    let action = CreateApiToken { actor, name: name.clone(), role, areas, limit, token: None };
    match app.engine.run(action).await {
        Ok(token) => {
            let url = app.engine.shared().place().public_url.to_string();
            Ok(render::page(&app, &session, "page/settings_token_made.html", Made { name, token, url }))
        }
        Err(fault) => {
            let refusal = refusal(fault)?;
            if refusal.kind != RefusalKind::Invalid {
                return Err(Oops::back(Fault::Refused(refusal), PAGE));
            }
            let wrong = Wrong::from(refusal);
            show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, Some(&form), wrong).await
        }
    }
}

async fn delete(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = DeleteApiToken { actor: session.actor.clone(), id };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, PAGE))?;
    Ok(flash::go(&app, PAGE, "The token was deleted: the program that shows it is refused from now on."))
}
