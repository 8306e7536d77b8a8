//! One installed file: how far it is, what it says of itself, who vouches for it, what it asks for and gets, and which
//! receivers use it.

use axum::Router;
use axum::extract::{Path, State as Extract};
use axum::routing::{get, post};
use serde::Serialize;
use tocsin_connector_host::Ability;
use tocsin_policy::ReceiverId;

use super::super::Answer;
use super::super::state::Badge;
use super::shown::{Ask, ability_field, ability_words, below, file_state, signed_badge};
use crate::app::App;
use crate::connectors::catalog::{State, grants};
use crate::connectors::signature::Signed;
use crate::fault::Fault;
use crate::http::error::Oops;
use crate::http::forms::Form;
use crate::http::moves::{Moved, move_receivers};
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::store::page::receiver;
use crate::usecase::connector::{DecideGrants, RemoveConnector, Wanted};

const MAX_RECEIVERS: i64 = 500;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/connectors/files/{digest}", get(page))
        .route("/connectors/files/{digest}/grant", post(grant))
        .route("/connectors/files/{digest}/remove", post(remove))
        .route("/connectors/move", post(go))
}

#[derive(Serialize)]
struct Model {
    digest: String,
    state: Badge,
    compiling: bool,
    refusal: Option<String>,
    /// A wrong signature: nothing can be granted.
    wrong: bool,
    name: Option<String>,
    title: String,
    version: String,
    summary: String,
    author: Option<String>,
    homepage: Option<String>,
    imports: Vec<String>,
    size: String,
    signed: Badge,
    installed_at_ms: i64,
    installed_by: String,
    decided: bool,
    asks: Vec<Ask>,
    /// Whether another version was decided about before this one.
    upgrade: bool,
    /// It asks for more than that one.
    grew: bool,
    /// It has the name of another one that ships with tocsin.
    stands_in: bool,
    row_version: i64,
    here: Vec<Receiver>,
    /// On other versions of the same connector.
    elsewhere: Vec<Receiver>,
}

#[derive(Serialize)]
struct Receiver {
    id: i64,
    name: String,
}

async fn page(Extract(app): Extract<App>, session: Session, Path(digest): Path<String>) -> Answer {
    let gone = || Fault::not_found("there is no such file; it may have been removed meanwhile");
    let catalog = app.connectors.catalog();
    let version = catalog.version(&digest).ok_or_else(|| Oops::back(gone(), "/connectors"))?;
    let (manifest, signed) = (version.manifest(), catalog.signed(version));
    let before = catalog.before(version);
    // What ships with the program is the version before the first that is installed; it was granted all it asks for.
    let bundled = match manifest {
        Some(manifest) if app.connectors.ships(&manifest.name) => {
            app.connectors.version(&manifest.name, None).await.ok().map(|usable| usable.connector)
        }
        _ => None,
    };
    let asked_before = before
        .and_then(|before| before.manifest())
        .or_else(|| bundled.as_ref().filter(|_| before.is_none()).map(|connector| connector.manifest()))
        .map(|manifest| &manifest.abilities);
    let granted_before = before.and_then(|before| before.granted.as_ref());
    let ask = |ability: &Ability| {
        let (field, value) = ability_field(ability);
        // Once decided, as decided; for an upgrade, what the version before was granted is proposed; for others nothing.
        let granted = version.granted.as_ref().or(granted_before);
        Ask {
            words: ability_words(ability),
            field,
            value,
            granted: granted.is_some_and(|grant| grants(grant, ability)),
            below: match (ability, granted) {
                (Ability::Http(asked), Some(grant)) => below(grant, asked).join("\n"),
                _ => String::new(),
            },
            is_new: asked_before.is_some_and(|asked| !asked.contains(ability)),
        }
    };
    let asks: Vec<Ask> = manifest.into_iter().flat_map(|manifest| manifest.abilities.iter()).map(ask).collect();
    let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
    for row in receiver::list(&app.store.readers, MAX_RECEIVERS).await? {
        if manifest.is_some_and(|manifest| manifest.name == row.connector) {
            let is_here = catalog.pin(ReceiverId(row.id)) == Some(digest.as_str());
            if is_here { &mut here } else { &mut elsewhere }.push(Receiver { id: row.id, name: row.name });
        }
    }
    let model = Model {
        state: file_state(version, &signed),
        compiling: matches!(version.state, State::Compiling),
        refusal: match &version.state {
            State::Refused(sentence) => Some(sentence.clone()),
            _ => None,
        },
        wrong: matches!(signed, Signed::Wrong(_)),
        name: manifest.map(|manifest| manifest.name.clone()),
        title: manifest.map_or_else(|| format!("File {}", version.short()), |manifest| manifest.title.clone()),
        version: manifest.map_or_else(String::new, |manifest| manifest.version.clone()),
        summary: manifest.map_or_else(String::new, |manifest| manifest.summary.clone()),
        author: manifest.and_then(|manifest| manifest.author.clone()),
        homepage: manifest.and_then(|manifest| manifest.homepage.as_ref()).map(ToString::to_string),
        imports: version.imports.clone(),
        size: size(version.file_bytes),
        signed: signed_badge(&signed),
        installed_at_ms: version.installed_at.0,
        installed_by: version.installed_by.clone(),
        decided: version.granted.is_some(),
        stands_in: bundled.as_ref().is_some_and(|bundled| bundled.digest() != digest),
        upgrade: asked_before.is_some(),
        grew: asks.iter().any(|ask| ask.is_new),
        asks,
        row_version: version.version,
        here,
        elsewhere,
        digest,
    };
    Ok(render::page(&app, &session, "page/connector_file.html", model))
}

/// `178 KiB`
fn size(bytes: i64) -> String {
    match bytes {
        bytes if bytes < 10 << 20 => format!("{} KiB", (bytes + 1_023) >> 10),
        bytes => format!("{} MiB", bytes >> 20),
    }
}

async fn grant(Extract(app): Extract<App>, session: Session, Path(digest): Path<String>, form: Form) -> Answer {
    let here = format!("/connectors/files/{digest}");
    let wanted = Wanted {
        http: form.all("http").flat_map(|asked| addresses(&form, asked)).collect(),
        http_from_settings: form.has("http_from_settings"),
        smtp_from_settings: form.has("smtp_from_settings"),
        kv: form.has("kv"),
    };
    let action = DecideGrants { actor: session.actor.clone(), digest, wanted, version: form.number("version") };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &here))?;
    Ok(flash::go(&app, &here, "Decided. It can do what is marked, and nothing else."))
}

/// What is typed below a marked address, one a line; the whole of it if nothing is.
fn addresses(form: &Form, asked: &str) -> Vec<String> {
    let typed = form.raw(&format!("below/{asked}")).lines().map(str::trim).filter(|line| !line.is_empty());
    let typed: Vec<String> = typed.map(str::to_owned).collect();
    if typed.is_empty() { vec![asked.to_owned()] } else { typed }
}

async fn remove(Extract(app): Extract<App>, session: Session, Path(digest): Path<String>) -> Answer {
    let here = format!("/connectors/files/{digest}");
    let action = RemoveConnector { actor: session.actor.clone(), digest };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &here))?;
    Ok(flash::go(&app, "/connectors", "The file was removed."))
}

/// Moves one receiver, or all, to a version: `to` is empty for what ships with the program.
async fn go(Extract(app): Extract<App>, session: Session, form: Form) -> Answer {
    let name = form.text("name").to_owned();
    let here = format!("/connectors/of/{name}");
    let to = Some(form.text("to").to_owned()).filter(|to| !to.is_empty());
    let wanted = form.number("receiver").map(ReceiverId);
    let moved = move_receivers(&app, &session.actor, &name, to, wanted).await;
    let Moved { moved, stayed } = moved.map_err(|fault| Oops::back(fault, &here))?;
    let count = |n: usize| if n == 1 { "1 receiver".to_owned() } else { format!("{n} receivers") };
    if stayed.is_empty() {
        return Ok(flash::go(&app, &here, &format!("Moved {}. Send a test to see whether it arrives.", count(moved))));
    }
    let why: Vec<String> = stayed.iter().map(|(name, why)| format!("{name}: {why}")).collect();
    let said = format!("Moved {}; these stay where they were: {}", count(moved), why.join("; "));
    Ok(flash::go_with_warning(&app, &here, &said))
}
