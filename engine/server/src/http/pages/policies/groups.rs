//! Host groups: a name and a priority; the lower number decides for a host in several.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Serialize;
use tocsin_policy::{GroupId, Target};

use super::super::names::Known;
use super::super::{Answer, refusal};
use super::coverage::Coverage;
use super::{Step, show};
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::flash;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::usecase::group::{DeleteGroup, SaveGroup};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/policies/groups", post(create))
        .route("/policies/groups/{id}", post(change))
        .route("/policies/groups/{id}/delete", post(delete))
}

/// A group as the list shows it.
#[derive(Serialize)]
pub struct Group {
    id: i64,
    name: String,
    priority: i32,
    hosts: usize,
    tied: bool,
    step: Step,
}

/// All groups, the deciding ones first.
pub fn listed(app: &App, session: &Session, known: &Known, coverage: &Coverage) -> Vec<Group> {
    let mut sizes: BTreeMap<GroupId, usize> = BTreeMap::new();
    for cell in session.cells(app) {
        for group in &cell.host().groups {
            *sizes.entry(*group).or_default() += 1;
        }
    }
    let book = &known.book;
    let group = |(id, group): (&GroupId, &tocsin_policy::Group)| {
        let target = Target::Group(*id);
        let tied = book.groups.iter().any(|(other, there)| other != id && there.priority == group.priority);
        Group {
            id: id.0,
            name: group.name.clone(),
            priority: group.priority,
            hosts: sizes.get(id).copied().unwrap_or(0),
            tied,
            step: Step::of(known, coverage, &target),
        }
    };
    let known_groups = book.groups.iter().filter(|(id, _)| session.actor.reach.group(**id));
    let mut groups: Vec<Group> = known_groups.map(group).collect();
    groups.sort_by(|a, b| (a.priority, &a.name).cmp(&(b.priority, &b.name)));
    groups
}

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    save(&app, &session, None, &form).await
}

async fn change(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    save(&app, &session, Some(GroupId(id)), &form).await
}

async fn save(app: &App, session: &Session, id: Option<GroupId>, form: &Form) -> Answer {
    session.must_be(Role::Admin, "/policies")?;
    let refused = if id.is_some() { "group" } else { "new group" };
    let mut wrong = Wrong::default();
    let Some(priority) = form.number::<i32>("priority") else {
        wrong.add("priority", "Give the priority as a whole number; the lower one decides.");
        return show(app, session, StatusCode::UNPROCESSABLE_ENTITY, refused, form, &wrong).await;
    };
    let name = form.text("name").to_owned();
    let action = SaveGroup { actor: session.actor.clone(), id, name: name.clone(), priority };
    match app.engine.run(action).await {
        Ok(_) => Ok(flash::go(app, "/policies", &format!("Group {name} was saved."))),
        Err(fault) => {
            let refusal = refusal(fault)?;
            if refusal.kind != RefusalKind::Invalid {
                return Err(Oops::back(Fault::Refused(refusal), "/policies"));
            }
            let wrong = Wrong::from(refusal);
            show(app, session, StatusCode::UNPROCESSABLE_ENTITY, refused, form, &wrong).await
        }
    }
}

async fn delete(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = DeleteGroup { actor: session.actor.clone(), id: GroupId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/policies"))?;
    Ok(flash::go(&app, "/policies", "The group was deleted with its policy; its hosts stay."))
}
