//! Host groups: a name and a priority; the lower number decides for a host in several.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use tocsin_policy::GroupId;

use super::{Answer, policies, refusal};
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

async fn create(State(app): State<App>, session: Session, form: Form) -> Answer {
    save(&app, &session, None, &form).await
}

async fn change(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    save(&app, &session, Some(GroupId(id)), &form).await
}

async fn save(app: &App, session: &Session, id: Option<GroupId>, form: &Form) -> Answer {
    let refused = if id.is_some() { "group" } else { "new group" };
    let mut wrong = Wrong::default();
    let Some(priority) = form.number::<i32>("priority") else {
        wrong.add("priority", "Give the priority as a whole number; the lower one decides.");
        return policies::show(app, session, StatusCode::UNPROCESSABLE_ENTITY, refused, form, &wrong).await;
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
            policies::show(app, session, StatusCode::UNPROCESSABLE_ENTITY, refused, form, &wrong).await
        }
    }
}

async fn delete(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let action = DeleteGroup { actor: session.actor.clone(), id: GroupId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, "/policies"))?;
    Ok(flash::go(&app, "/policies", "The group was deleted with its policy; its hosts stay."))
}
