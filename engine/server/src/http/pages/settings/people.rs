//! People: who has an account, with which role and for which host groups; making a new one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde::Serialize;
use tocsin_policy::{Book, GroupId};

use super::super::{Answer, refusal};
use super::{Refused, Tab, tabs};
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::account::{self, Person};
use crate::usecase::account::{CreateAccount, Limit, password};

/// People listed.
const MAX_PEOPLE: i64 = 500;
const PAGE: &str = "/settings/people";

pub fn routes() -> Router<App> {
    Router::new().route(PAGE, get(page).post(create))
}

#[derive(Serialize)]
struct Model {
    tabs: Vec<Tab>,
    me: i64,
    people: Vec<Row>,
    typed: BTreeMap<&'static str, String>,
    groups: Vec<Choice>,
    refused: bool,
    #[serde(flatten)]
    wrong: Refused,
    shortest: usize,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    person: Person,
    /// Names of the groups; only counts for one who is limited.
    groups: Vec<String>,
}

/// A host group that an account can be limited to.
#[derive(Serialize)]
pub(super) struct Choice {
    pub id: i64,
    pub name: String,
    pub chosen: bool,
}

/// All groups by name.
pub(super) fn choices(book: &Book, chosen: &BTreeSet<GroupId>) -> Vec<Choice> {
    let choice = |(id, group): (&GroupId, &tocsin_policy::Group)| Choice {
        id: id.0,
        name: group.name.clone(),
        chosen: chosen.contains(id),
    };
    let mut choices: Vec<Choice> = book.groups.iter().map(choice).collect();
    choices.sort_by(|a, b| a.name.cmp(&b.name));
    choices
}

/// What a form says of the reach of an account.
pub(super) fn limit_of(form: &Form) -> Limit {
    let groups = form.all("groups").filter_map(|id| id.parse().ok()).map(GroupId).collect();
    if form.text("reach") == "groups" { Limit::Groups(groups) } else { Limit::Everything }
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    show(&app, &session, StatusCode::OK, None, Wrong::default()).await
}

async fn show(app: &App, session: &Session, status: StatusCode, typed: Option<&Form>, wrong: Wrong) -> Answer {
    session.must_be(Role::Admin, "/settings")?;
    let (pool, book) = (&app.store.readers, app.engine.book());
    let mut groups: HashMap<i64, Vec<String>> = HashMap::new();
    for (account, group) in account::all_groups(pool).await? {
        let name = book.groups.get(&GroupId(group)).map(|group| group.name.clone());
        groups.entry(account).or_default().extend(name);
    }
    let people = account::list(pool, MAX_PEOPLE).await?.into_iter().map(|person| {
        let mut groups = groups.remove(&person.id).unwrap_or_default();
        groups.sort();
        Row { groups, person }
    });
    let text = |name| typed.map_or_else(String::new, |form| form.text(name).to_owned());
    let chosen = typed.map(|form| form.all("groups").filter_map(|id| id.parse().ok()).map(GroupId).collect());
    let model = Model {
        tabs: tabs(session, PAGE),
        me: session.account,
        people: people.collect(),
        typed: ["name", "role", "reach"].into_iter().map(|name| (name, text(name))).collect(),
        groups: choices(&book, &chosen.unwrap_or_default()),
        refused: typed.is_some(),
        wrong: wrong.into(),
        shortest: password::SHORTEST,
    };
    Ok(render::page_as(status, app, session, "page/settings_people.html", model))
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    session.must_be(Role::Admin, PAGE)?;
    let name = form.text("name").to_owned();
    let mut wrong = Wrong::default();
    wrong.extend(password::check(form.raw("password"), form.raw("repeated"), "password"));
    let role = Role::parse(form.text("role")).unwrap_or(Role::Viewer);
    if wrong.is_empty() {
        let password_hash = password::hash(form.raw("password").to_owned()).await?;
        let (actor, limit) = (session.actor.clone(), limit_of(&form));
        let action = CreateAccount { actor, name: name.clone(), role, password_hash, limit };
        match app.engine.run(action).await {
            Ok(_) => return Ok(flash::go(&app, PAGE, &format!("{name} can log in now, as {}.", role.name()))),
            Err(fault) => {
                let refusal = refusal(fault)?;
                if refusal.kind != RefusalKind::Invalid {
                    return Err(Oops::back(Fault::Refused(refusal), PAGE));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, Some(&form), wrong).await
}
