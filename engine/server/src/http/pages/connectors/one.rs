//! One connector: its versions and who uses which, its health, its limits.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_connector_host::Ability;
use tocsin_policy::ReceiverId;

use super::super::state::{Badge, badge};
use super::super::{Answer, refusal};
use super::shown::{Choice, Health, ability_words, choices, file_state, granted_words, health, signed_badge, state};
use crate::app::App;
use crate::connectors::catalog::grants;
use crate::connectors::limits::{BOUNDS, Limits};
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::receiver;
use crate::usecase::connector::{LimitConnector, SwitchConnector};

const MAX_RECEIVERS: i64 = 500;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/connectors/of/{name}", get(page))
        .route("/connectors/of/{name}/limits", post(limit))
        .route("/connectors/of/{name}/switch", post(switch))
}

#[derive(Serialize)]
struct Model {
    name: String,
    title: String,
    summary: String,
    author: Option<String>,
    homepage: Option<String>,
    state: Badge,
    disabled: bool,
    health: Health,
    versions: Vec<Row>,
    receivers: Vec<Receiver>,
    choices: Vec<Choice>,
    limits: Vec<Limit>,
    setting_version: i64,
    refused: bool,
    sentence: String,
    errors: std::collections::BTreeMap<String, String>,
}

/// One version of it.
#[derive(Serialize)]
struct Row {
    /// Missing for what ships with the program.
    digest: Option<String>,
    version: String,
    state: Badge,
    signed: Badge,
    may: Vec<String>,
    receivers: usize,
    at_ms: Option<i64>,
}

#[derive(Serialize)]
struct Receiver {
    id: i64,
    name: String,
    state: Badge,
    reason: String,
    /// Empty: what ships with the program.
    pin: String,
}

#[derive(Serialize)]
struct Limit {
    key: &'static str,
    label: String,
    hint: String,
    value: String,
}

async fn page(State(app): State<App>, session: Session, Path(name): Path<String>) -> Answer {
    show(&app, &session, &name, None, Wrong::default()).await
}

async fn show(app: &App, session: &Session, name: &str, typed: Option<&Form>, wrong: Wrong) -> Answer {
    let unknown = || Oops::back(Fault::not_found(format!("there is no connector “{name}”")), "/connectors");
    let catalog = app.connectors.catalog();
    let ships = app.connectors.ships(name);
    let newest = catalog.of_name(name).find_map(|version| version.manifest().cloned());
    let bundled = if ships { Some(app.connectors.version(name, None).await) } else { None };
    let bundled = bundled.and_then(Result::ok).map(|usable| usable.connector.manifest().clone());
    let manifest = newest.or_else(|| bundled.clone()).ok_or_else(unknown)?;
    let setting = catalog.setting(name);

    let rows = receiver::list(&app.store.readers, MAX_RECEIVERS).await?;
    let receivers: Vec<Receiver> = rows
        .into_iter()
        .filter(|row| row.connector == name)
        .map(|row| Receiver {
            pin: catalog.pin(ReceiverId(row.id)).unwrap_or_default().to_owned(),
            state: match () {
                () if !row.enabled => badge("paused", "disabled"),
                () if row.broken_at_ms.is_some() => badge("critical", "broken"),
                () => badge("ok", "in use"),
            },
            reason: row.broken_reason.unwrap_or_default(),
            id: row.id,
            name: row.name,
        })
        .collect();
    let pinned = |digest: &str| receivers.iter().filter(|receiver| receiver.pin == digest).count();
    let mut versions: Vec<Row> = catalog
        .of_name(name)
        .map(|version| {
            let signed = catalog.signed(version);
            let granted = |ability: &Ability| {
                let grant = version.granted.as_ref().filter(|grant| grants(grant, ability));
                grant.map(|grant| granted_words(grant, ability))
            };
            let asked = version.manifest().map(|manifest| manifest.abilities.iter());
            Row {
                digest: Some(version.digest.clone()),
                version: version.manifest().map_or_else(String::new, |manifest| manifest.version.clone()),
                state: file_state(version, &signed),
                signed: signed_badge(&signed),
                may: asked.into_iter().flatten().filter_map(granted).collect(),
                receivers: pinned(&version.digest),
                at_ms: Some(version.installed_at.0),
            }
        })
        .collect();
    versions.extend(bundled.map(|manifest| Row {
        digest: None,
        state: badge("ok", "ready"),
        signed: badge("ok", "ships with tocsin"),
        may: manifest.abilities.iter().map(ability_words).collect(),
        version: manifest.version,
        receivers: pinned(""),
        at_ms: None,
    }));

    let names = [name.to_owned()];
    let health = health(app, session, &names).await?.remove(name).unwrap_or_default();
    let broken = receivers.iter().filter(|receiver| receiver.state.word == "broken").count();
    let limits = BOUNDS.iter().map(|bound| Limit {
        key: bound.key,
        label: match bound.unit {
            "" => bound.label.to_owned(),
            unit => format!("{} ({unit})", bound.label),
        },
        hint: format!("From {} to {}. Usual: {}.", bound.least, bound.most, bound.usual),
        value: match typed {
            Some(form) => form.text(bound.key).to_owned(),
            None => bound.of(&setting.limits).map(|value| value.to_string()).unwrap_or_default(),
        },
    });
    let model = Model {
        name: name.to_owned(),
        title: manifest.title,
        summary: manifest.summary,
        author: manifest.author,
        homepage: manifest.homepage.map(String::from),
        state: state(&health, setting, broken),
        disabled: setting.disabled,
        health,
        versions,
        choices: choices(app, &catalog, name),
        receivers,
        limits: limits.collect(),
        setting_version: setting.version,
        refused: typed.is_some(),
        sentence: wrong.sentence,
        errors: wrong.fields,
    };
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render::page_as(status, app, session, "page/connector.html", model))
}

async fn limit(State(app): State<App>, session: Session, Path(name): Path<String>, form: Form) -> Answer {
    let (mut limits, mut wrong) = (Limits::default(), Wrong::default());
    for bound in &BOUNDS {
        match form.text(bound.key) {
            "" => {}
            text => match text.parse() {
                Ok(value) => bound.set(&mut limits, Some(value)),
                Err(_) => wrong.add(bound.key, bound.sentence()),
            },
        }
    }
    wrong.extend(limits.wrong());
    let here = format!("/connectors/of/{name}");
    if wrong.is_empty() {
        let (actor, connectors) = (session.actor.clone(), app.connectors.clone());
        let action = LimitConnector { actor, name: name.clone(), limits, version: form.number("version"), connectors };
        match app.engine.run(action).await {
            Ok(()) => {
                let said = "Saved. Calls that begin from now on go by it.";
                return Ok(flash::go(&app, &here, said));
            }
            Err(fault) => {
                let refusal = refusal(fault)?;
                if refusal.kind != RefusalKind::Invalid {
                    return Err(Oops::back(Fault::Refused(refusal), &here));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    show(&app, &session, &name, Some(&form), wrong).await
}

async fn switch(State(app): State<App>, session: Session, Path(name): Path<String>, form: Form) -> Answer {
    let here = format!("/connectors/of/{name}");
    let (disabled, connectors) = (form.text("to") == "disabled", app.connectors.clone());
    let action = SwitchConnector { actor: session.actor.clone(), name, disabled, connectors };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &here))?;
    let said = match disabled {
        true => "Disabled: policies pass over its receivers, and what was decided before waits.",
        false => "Enabled: what waited goes out now.",
    };
    Ok(flash::go(&app, &here, said))
}
