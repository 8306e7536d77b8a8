//! The instance: its name, its clock, the address that links begin with, and what it knows of itself.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde::Serialize;
use tocsin_policy::Zone;

use super::super::{Answer, refusal};
use super::{Refused, Tab, tabs};
use crate::actor::Role;
use crate::app::App;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::usecase::instance::SaveInstance;
use crate::version;

const PAGE: &str = "/settings/instance";

pub fn routes() -> Router<App> {
    Router::new().route(PAGE, get(page).post(save))
}

#[derive(Serialize)]
struct Model {
    tabs: Vec<Tab>,
    name: String,
    zone: String,
    zones: Vec<String>,
    public_url: String,
    /// What counts while nothing is typed.
    own_url: String,
    /// Why messages have no links to acknowledge and to silence.
    no_links: Option<&'static str>,
    facts: Vec<(&'static str, String)>,
    #[serde(flatten)]
    wrong: Refused,
}

async fn page(State(app): State<App>, session: Session) -> Answer {
    show(&app, &session, StatusCode::OK, None, Wrong::default())
}

fn show(app: &App, session: &Session, status: StatusCode, typed: Option<&Form>, wrong: Wrong) -> Answer {
    session.must_be(Role::Admin, "/settings")?;
    let (facts, place) = (app.engine.shared().instance(), app.engine.shared().place());
    let text = |name: &str, stored: &str| typed.map_or_else(|| stored.to_owned(), |form| form.text(name).to_owned());
    let known = vec![
        ("Version", version::IN_FULL.to_owned()),
        ("Database", app.settings.database.words()),
        ("Data folder", app.settings.data_dir.display().to_string()),
        ("Listens on", app.settings.listen.to_string()),
        ("Agents post to", app.settings.collector_paths.join(", ")),
        ("Behind a proxy", if app.settings.trust_proxy { "yes, its headers are believed" } else { "no" }.to_owned()),
        ("This node", app.node.to_string()),
        ("Number of this installation", place.instance.to_string()),
    ];
    let model = Model {
        tabs: tabs(session, PAGE),
        name: text("name", &facts.name),
        zone: text("zone", facts.zone.name()),
        zones: Zone::names(),
        public_url: text("public_url", facts.public_url.as_deref().unwrap_or("")),
        own_url: app.settings.public_url.clone(),
        no_links: app.engine.shared().why_no_links(),
        facts: known,
        wrong: wrong.into(),
    };
    Ok(render::page_as(status, app, session, "page/settings_instance.html", model))
}

async fn save(State(app): State<App>, session: Session, form: Form) -> Answer {
    session.must_be(Role::Admin, "/settings")?;
    let mut wrong = Wrong::default();
    let zone = form.text("zone").parse::<Zone>().map_err(|error| wrong.add("zone", error.to_string())).ok();
    if let Some(zone) = zone {
        let (name, public_url) = (form.text("name").to_owned(), form.text("public_url").to_owned());
        let action = SaveInstance { actor: session.actor.clone(), name, zone, public_url };
        match app.engine.run(action).await {
            Ok(()) => return Ok(flash::go(&app, PAGE, "Saved.")),
            Err(fault) => {
                let refusal = refusal(fault)?;
                if refusal.kind != RefusalKind::Invalid {
                    return Err(Oops::back(Fault::Refused(refusal), PAGE));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    show(&app, &session, StatusCode::UNPROCESSABLE_ENTITY, Some(&form), wrong)
}
