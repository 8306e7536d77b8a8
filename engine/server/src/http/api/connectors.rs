//! Connectors: which there are, how well they work; installing one, granting what it asks for, moving receivers to it.

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tocsin_connector_host::Ability;
use tocsin_policy::ReceiverId;
use url::Url;

use super::Answer;
use super::asked::{Body, Query, id};
use super::auth::Program;
use super::errors::Refused;
use super::json::{Object, named};
use crate::actor::{Area, Role};
use crate::app::App;
use crate::connectors::catalog::{Catalog, State as Stage, Version, grants, prefixes};
use crate::connectors::limits::{BOUNDS, Limits};
use crate::fault::Fault;
use crate::http::moves::move_receivers;
use crate::store::page::{connector as rows, receiver};
use crate::usecase::connector::{
    DecideGrants, InstallConnector, LARGEST, LimitConnector, RemoveConnector, SwitchConnector, Wanted, gone,
};
use tocsin_policy::Span;

/// What the numbers cover.
const LATELY: Span = Span::hours(24);
const MAX_RECEIVERS: i64 = 500;
/// A minisign signature in base64, since it has several lines.
const SIGNATURE: &str = "tocsin-signature";

pub fn routes() -> Router<App> {
    let upload = Router::new().route("/connectors", post(install)).layer(DefaultBodyLimit::max(LARGEST));
    Router::new()
        .route("/connectors", get(list))
        .merge(upload)
        .route("/connectors/files/{digest}", get(file).delete(remove))
        .route("/connectors/files/{digest}/grant", post(grant))
        .route("/connectors/{name}", get(one))
        .route("/connectors/{name}/limits", post(limit))
        .route("/connectors/{name}/disable", post(disable))
        .route("/connectors/{name}/enable", post(enable))
        .route("/connectors/{name}/move", post(go))
}

async fn list(State(app): State<App>, _: Program, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    let mut found = Vec::new();
    for name in app.connectors.names() {
        found.push(summary(&app, &name).await?);
    }
    let catalog = app.connectors.catalog();
    let files = catalog.versions.iter().map(|version| whole(version, &catalog));
    Ok(Object::new().list("connectors", found).list("files", files))
}

async fn one(State(app): State<App>, who: Program, Path(name): Path<String>, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    answer(&app, &who, &name).await
}

async fn answer(app: &App, who: &Program, name: &str) -> Answer {
    let catalog = app.connectors.catalog();
    if !app.connectors.ships(name) && catalog.of_name(name).next().is_none() {
        return Err(Fault::not_found(format!("there is no connector “{name}”")).into());
    }
    let since = (app.clock.now() - LATELY).0;
    let trouble = rows::trouble(&app.store.readers, name, since, &who.actor.reach.listed()).await?;
    let trouble = trouble.map(|trouble| {
        Object::new()
            .id("delivery", trouble.delivery)
            .with("receiver", trouble.receiver)
            .with("outcome", trouble.outcome)
            .with("detail", trouble.detail)
    });
    let receivers = receiver::list(&app.store.readers, MAX_RECEIVERS).await?;
    let receivers = receivers.into_iter().filter(|row| row.connector == name).map(|row| {
        let pin = catalog.pin(ReceiverId(row.id)).map(str::to_owned);
        named(row.id, row.name).with("enabled", row.enabled).with("broken", row.broken_reason).with("digest", pin)
    });
    let files = catalog.of_name(name).map(|version| whole(version, &catalog));
    Ok(summary(app, name)
        .await?
        .with("last_trouble", trouble.map(Value::from))
        .list("receivers", receivers)
        .list("files", files))
}

/// A connector and how well it worked in the last day.
async fn summary(app: &App, name: &str) -> Result<Object, Fault> {
    let (pool, since) = (&app.store.readers, (app.clock.now() - LATELY).0);
    let catalog = app.connectors.catalog();
    let setting = catalog.setting(name);
    let tallies = rows::tally(pool, since).await?;
    let count = |state: &str| {
        tallies.iter().filter(|tally| tally.connector == name && tally.state == state).map(|tally| tally.n).sum::<i64>()
    };
    let delivered = count("delivered");
    let median = match delivered {
        0 => None,
        n => rows::median_ms(pool, name, since, n).await?,
    };
    let limits = BOUNDS.iter().fold(Object::new(), |limits, bound| limits.with(bound.key, bound.of(&setting.limits)));
    Ok(Object::new()
        .with("name", name)
        .with("bundled", app.connectors.ships(name))
        .with("current", catalog.current(name).map(|version| version.digest.clone()))
        .with("disabled", setting.disabled)
        .with("limits", Value::from(limits))
        .with("delivered", delivered)
        .with("failed", count("dead"))
        .with("median_ms", median))
}

/// One installed file.
fn whole(version: &Version, catalog: &Catalog) -> Object {
    let signed = catalog.signed(version);
    let (state, refusal) = match &version.state {
        Stage::Compiling => ("compiling", None),
        Stage::Ready(_) => ("ready", None),
        Stage::Refused(sentence) => ("refused", Some(sentence.clone())),
    };
    let manifest = version.manifest();
    let asks = manifest.into_iter().flat_map(|manifest| manifest.abilities.iter()).map(|ability| {
        let (what, at) = match ability {
            Ability::Http(prefix) => ("http", Some(prefix.to_string())),
            Ability::HttpFromSettings(pointer) => ("http_from_settings", Some(pointer.clone())),
            Ability::SmtpFromSettings(pointer) => ("smtp_from_settings", Some(pointer.clone())),
            Ability::Kv => ("kv", None),
        };
        let granted = version.granted.as_ref().is_some_and(|grant| grants(grant, ability));
        let asks = Object::new().with("ability", what).with("at", at).with("granted", granted);
        match ability {
            Ability::Http(asked) => {
                let granted = version.granted.as_ref().map(|grant| prefixes(grant, asked)).unwrap_or_default();
                asks.with("prefixes", granted.into_iter().map(Url::to_string).collect::<Vec<_>>())
            }
            _ => asks,
        }
    });
    Object::new()
        .with("digest", version.digest.as_str())
        .with("state", state)
        .with("refusal", refusal)
        .with("name", manifest.map(|manifest| manifest.name.clone()))
        .with("version", manifest.map(|manifest| manifest.version.clone()))
        .with("signature", signed.word())
        .with("signature_words", signed.sentence())
        .with("imports", version.imports.clone())
        .with("bytes", version.file_bytes)
        .with("decided", version.granted.is_some())
        .list("asks", asks)
        .at("installed", version.installed_at)
        .with("installed_by", version.installed_by.as_str())
}

async fn file(State(app): State<App>, _: Program, Path(digest): Path<String>, Query(asked): Query) -> Answer {
    asked.only(&[]).done()?;
    found(&app, &digest)
}

fn found(app: &App, digest: &str) -> Answer {
    let catalog = app.connectors.catalog();
    let version = catalog.version(digest);
    Ok(whole(version.ok_or_else(gone)?, &catalog))
}

/// The body is the file itself.
async fn install(State(app): State<App>, request: Request) -> Answer {
    let (mut parts, body) = request.into_parts();
    let who = Program::from_request_parts(&mut parts, &app).await?;
    // Before anything of it is read.
    who.actor.may(Area::Setup, Role::Admin)?;
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    if kind != "application/wasm" {
        let sentence = "send the file itself, and say so: Content-Type: application/wasm";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
    }
    let signature = signature(&parts.headers)?;
    let wasm = to_bytes(body, LARGEST).await.map_err(|_| {
        let sentence = format!("the file did not arrive whole, or is larger than {} MiB", LARGEST >> 20);
        Refused::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
    })?;
    let digest = app.engine.run(InstallConnector::new(who.actor, wasm, signature)).await?;
    found(&app, &digest)
}

fn signature(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let Some(line) = headers.get(SIGNATURE) else { return Ok(None) };
    let text = STANDARD.decode(line.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let sentence = "the header Tocsin-Signature holds the .minisig file in base64";
    text.map(Some).ok_or_else(|| Refused::from(Fault::invalid(sentence)))
}

async fn grant(State(app): State<App>, who: Program, Path(digest): Path<String>, Body(asked): Body) -> Answer {
    let mut asked = asked.only(&["http", "http_from_settings", "smtp_from_settings", "kv"]);
    let wanted = Wanted {
        http: asked.texts("http"),
        http_from_settings: asked.flag("http_from_settings"),
        smtp_from_settings: asked.flag("smtp_from_settings"),
        kv: asked.flag("kv"),
    };
    asked.done()?;
    app.engine.run(DecideGrants { actor: who.actor, digest: digest.clone(), wanted, version: None }).await?;
    found(&app, &digest)
}

async fn remove(State(app): State<App>, who: Program, Path(digest): Path<String>, Body(asked): Body) -> Answer {
    asked.only(&[]).done()?;
    app.engine.run(RemoveConnector { actor: who.actor, digest: digest.clone() }).await?;
    Ok(Object::new().with("digest", digest).with("removed", true))
}

async fn limit(State(app): State<App>, who: Program, Path(name): Path<String>, Body(asked): Body) -> Answer {
    let keys = BOUNDS.map(|bound| bound.key);
    let mut asked = asked.only(&keys);
    let mut limits = Limits::default();
    for bound in &BOUNDS {
        bound.set(&mut limits, asked.number(bound.key));
    }
    asked.done()?;
    let (actor, connectors) = (who.actor.clone(), app.connectors.clone());
    app.engine.run(LimitConnector { actor, name: name.clone(), limits, version: None, connectors }).await?;
    answer(&app, &who, &name).await
}

async fn disable(State(app): State<App>, who: Program, Path(name): Path<String>, Body(asked): Body) -> Answer {
    asked.only(&[]).done()?;
    switch(&app, &who, name, true).await
}

async fn enable(State(app): State<App>, who: Program, Path(name): Path<String>, Body(asked): Body) -> Answer {
    asked.only(&[]).done()?;
    switch(&app, &who, name, false).await
}

async fn switch(app: &App, who: &Program, name: String, disabled: bool) -> Answer {
    let (actor, connectors) = (who.actor.clone(), app.connectors.clone());
    app.engine.run(SwitchConnector { actor, name: name.clone(), disabled, connectors }).await?;
    answer(app, who, &name).await
}

/// Moves one receiver, or all: `to` is a digest, or left out for what ships with the program.
async fn go(State(app): State<App>, who: Program, Path(name): Path<String>, Body(asked): Body) -> Answer {
    let mut asked = asked.only(&["to", "receiver"]);
    let (to, receiver) = (asked.text("to"), asked.text("receiver"));
    asked.done()?;
    let receiver = receiver.map(|text| id(&text, "receiver")).transpose()?;
    let moved = move_receivers(&app, &who.actor, &name, to, receiver.map(ReceiverId)).await?;
    let stayed = moved.stayed.into_iter().map(|(name, why)| Object::new().with("receiver", name).with("why", why));
    Ok(Object::new().with("moved", moved.moved).list("stayed", stayed))
}
