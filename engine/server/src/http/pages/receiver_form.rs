//! Making and changing a receiver: the form is drawn from what its connector says of its settings.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde::Serialize;
use serde_json::{Value, json};
use tocsin_connector_host::Ability;
use tocsin_policy::ReceiverId;

use super::connectors::shown::{ability_words, granted_words};
use super::schema::{self, Field, Source};
use super::{Answer, manner_form, refusal, schema_read};
use crate::actor::Role;
use crate::app::App;
use crate::connectors::catalog::grants;
use crate::connectors::{Usable, keep_secrets};
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::manner::Manner;
use crate::store::receiver::{self, ReceiverRow};
use crate::usecase::manner::SaveManner;
use crate::usecase::receiver::{SaveReceiver, settings_of};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/receivers/new/{connector}", get(new).post(create))
        .route("/receivers/{id}", get(edit).post(change))
}

#[derive(Serialize)]
struct Model {
    /// Missing for a new one.
    id: Option<i64>,
    name: String,
    connector: String,
    summary: String,
    /// What the connector may do for it.
    may: Vec<String>,
    /// What it asks for beside that.
    may_not: Vec<String>,
    fields: Vec<Field>,
    private_network: bool,
    enabled: bool,
    version: String,
    broken: Option<String>,
    action: String,
    manner: manner_form::Model,
    sentence: String,
    errors: std::collections::BTreeMap<String, String>,
}

/// A receiver as the form shows it.
struct Shown {
    row: Option<ReceiverRow>,
    connector: String,
    stored: Value,
    manner: Manner,
}

impl Shown {
    fn fresh(connector: String) -> Shown {
        Shown { row: None, connector, stored: json!({}), manner: Manner::default() }
    }

    fn id(&self) -> Option<ReceiverId> {
        self.row.as_ref().map(|row| ReceiverId(row.id))
    }

    async fn usable(&self, app: &App) -> Result<Usable, Oops> {
        let usable = match self.id() {
            Some(id) => app.connectors.of(id, &self.connector).await,
            None => app.connectors.of_new(&self.connector).await,
        };
        Ok(usable.map_err(|error| Fault::not_found(error.to_string()))?)
    }
}

async fn stored(app: &App, session: &Session, id: i64) -> Result<Shown, Oops> {
    // Also what is no secret of a receiver (who is told, through which server) is for admins.
    session.actor.must_be(Role::Admin).map_err(|fault| Oops::back(fault, "/receivers"))?;
    let row = receiver::read(&app.store.readers, ReceiverId(id)).await?;
    let row = row.ok_or_else(|| {
        Oops::back(Fault::not_found("there is no such receiver; it may have been deleted"), "/receivers")
    })?;
    // Settings that cannot be opened are entered again.
    let stored = settings_of(&app.keys, ReceiverId(id), &row.settings).unwrap_or_else(|_| json!({}));
    let manner = manner_form::stored(app, Some(ReceiverId(id))).await?;
    Ok(Shown { connector: row.connector.clone(), row: Some(row), stored, manner })
}

async fn new(State(app): State<App>, session: Session, Path(connector): Path<String>) -> Answer {
    session.actor.must_be(Role::Admin).map_err(|fault| Oops::back(fault, "/receivers"))?;
    let shown = Shown::fresh(connector);
    show(&app, &session, &shown, None, &Wrong::default()).await
}

async fn edit(State(app): State<App>, session: Session, Path(id): Path<i64>) -> Answer {
    let shown = stored(&app, &session, id).await?;
    show(&app, &session, &shown, None, &Wrong::default()).await
}

async fn create(State(app): State<App>, session: Session, Path(connector): Path<String>, form: Form) -> Answer {
    let shown = Shown::fresh(connector);
    save(&app, &session, &shown, &form).await
}

async fn change(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    let shown = stored(&app, &session, id).await?;
    save(&app, &session, &shown, &form).await
}

async fn save(app: &App, session: &Session, shown: &Shown, form: &Form) -> Answer {
    session.actor.must_be(Role::Admin).map_err(|fault| Oops::back(fault, "/receivers"))?;
    let connector = shown.usable(app).await?.connector;
    let schema = &connector.manifest().settings_schema;
    let fields = schema::fields(schema, Source::Stored(&shown.stored));
    let mut wrong = Wrong::default();
    if form.text("name").is_empty() {
        wrong.add("name", "Name: give the receiver a name, such as #db-alerts or ops mail.");
    }
    let settings = schema_read::read(&fields, form, &shown.stored, &mut wrong);
    let mut complete = settings.clone();
    keep_secrets(schema, &shown.stored, &mut complete);
    let private_network = form.has("private_network");
    let said = app.connectors.validate(shown.id(), &shown.connector, &complete, private_network).await;
    if let Err(errors) = said {
        schema_read::place(&fields, errors, &mut wrong);
    }
    let manner = manner_form::read(form);
    manner_form::check_into(&manner, &mut wrong);
    if form.has("preview") {
        let previews = manner_form::with_previews(app, session, shown.id(), &manner).await?;
        return show_with(app, session, shown, Some(form), &wrong, previews).await;
    }
    if wrong.is_empty() {
        let action = SaveReceiver {
            actor: session.actor.clone(),
            id: shown.id(),
            name: form.text("name").to_owned(),
            connector: shown.connector.clone(),
            settings,
            private_network,
            enabled: form.has("enabled"),
            version: form.number("version"),
            connectors: app.connectors.clone(),
        };
        match app.engine.run(action).await {
            Ok(receiver) => {
                app.engine.run(SaveManner { actor: session.actor.clone(), receiver, manner }).await?;
                return Ok(flash::go(app, "/receivers", "Saved. Send a test to see whether it arrives."));
            }
            Err(fault) => {
                let refusal = refusal(fault)?;
                if refusal.kind == RefusalKind::NotFound {
                    return Err(Oops::back(Fault::Refused(refusal), "/receivers"));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    show(app, session, shown, Some(form), &wrong).await
}

async fn show(app: &App, session: &Session, shown: &Shown, typed: Option<&Form>, wrong: &Wrong) -> Answer {
    let manner = typed.map_or_else(|| shown.manner.clone(), manner_form::read);
    show_with(app, session, shown, typed, wrong, manner_form::model(&manner)).await
}

async fn show_with(
    app: &App,
    session: &Session,
    shown: &Shown,
    typed: Option<&Form>,
    wrong: &Wrong,
    manner: manner_form::Model,
) -> Answer {
    let Usable { connector, grant, .. } = shown.usable(app).await?;
    let manifest = connector.manifest();
    let (may, may_not): (Vec<&Ability>, Vec<&Ability>) =
        manifest.abilities.iter().partition(|ability| grants(&grant, ability));
    let source = match (typed, &shown.row) {
        (Some(form), _) => Source::Typed(form, &shown.stored),
        (None, Some(_)) => Source::Stored(&shown.stored),
        (None, None) => Source::Defaults,
    };
    let row = shown.row.as_ref();
    let switch = |name: &str, stored: bool| typed.map_or(stored, |form| form.has(name));
    let model = Model {
        id: row.map(|row| row.id),
        name: typed
            .map_or_else(|| row.map(|row| row.name.clone()).unwrap_or_default(), |form| form.text("name").to_owned()),
        connector: shown.connector.clone(),
        summary: manifest.summary.clone(),
        may: may.into_iter().map(|ability| granted_words(&grant, ability)).collect(),
        may_not: may_not.into_iter().map(ability_words).collect(),
        fields: schema::fields(&manifest.settings_schema, source),
        private_network: switch("private_network", row.is_some_and(|row| row.private_network)),
        enabled: switch("enabled", row.is_none_or(|row| row.enabled)),
        version: match (typed, row) {
            (Some(form), _) => form.text("version").to_owned(),
            (None, row) => row.map(|row| row.version.to_string()).unwrap_or_default(),
        },
        broken: row.and_then(|row| row.broken_reason.clone()),
        action: row
            .map_or_else(|| format!("/receivers/new/{}", shown.connector), |row| format!("/receivers/{}", row.id)),
        manner,
        sentence: wrong.sentence.clone(),
        errors: wrong.fields.clone(),
    };
    let status = if typed.is_some() && !wrong.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render::page_as(status, app, session, "page/receiver.html", model))
}
