//! The part of a receiver's form that says how it is spoken to, and what a message then looks like.

use serde::Serialize;
use tocsin_policy::{ReceiverId, Span};

use crate::app::App;
use crate::content::sample::{KINDS, sample};
use crate::content::{Content, DEFAULT_BUNDLE_TEXT, DEFAULT_BUNDLE_TITLE, DEFAULT_TEXT, DEFAULT_TITLE};
use crate::fault::Fault;
use crate::http::forms::{Form, Wrong};
use crate::http::session::Session;
use crate::store;
use crate::store::manner::Manner;
use crate::store::page::delivery;
use crate::usecase::manner::{check, preview, preview_bundle};

/// What the form shows of it.
#[derive(Serialize)]
pub struct Model {
    tells_acknowledged: bool,
    title: String,
    text: String,
    bundle_title: String,
    bundle_text: String,
    bundle_for: String,
    per_minute: String,
    default_title: &'static str,
    default_text: &'static str,
    default_bundle_title: &'static str,
    default_bundle_text: &'static str,
    previews: Vec<Preview>,
}

/// One message as it would be sent.
#[derive(Serialize)]
struct Preview {
    kind: &'static str,
    /// Of which alert.
    of: String,
    title: String,
    text: String,
    troubles: Vec<String>,
}

/// What was typed.
pub fn read(form: &Form) -> Manner {
    let words = |name: &str| Some(form.raw(name).to_owned()).filter(|text| !text.trim().is_empty());
    Manner {
        tells_acknowledged: form.has("tells_acknowledged"),
        title: words("title_template"),
        text: words("text_template"),
        bundle_title: words("bundle_title_template"),
        bundle_text: words("bundle_text_template"),
        // What is no length is refused below.
        bundle_for: match form.text("bundle_for") {
            "" => Span::ZERO,
            text => Span::read(text).unwrap_or(Span(-1)),
        },
        per_minute: match form.text("per_minute") {
            "" => None,
            text => Some(text.parse().unwrap_or(0)),
        },
    }
}

/// Adds what is wrong with it.
pub fn check_into(manner: &Manner, wrong: &mut Wrong) {
    if let Err(Fault::Refused(refusal)) = check(manner) {
        wrong.extend(refusal.fields);
    }
}

/// The manner of a receiver, for its form.
pub async fn stored(app: &App, id: Option<ReceiverId>) -> Result<Manner, Fault> {
    match id {
        Some(id) => Ok(store::manner::read(&app.store.readers, id).await?),
        None => Ok(Manner::default()),
    }
}

pub fn model(manner: &Manner) -> Model {
    Model {
        tells_acknowledged: manner.tells_acknowledged,
        title: manner.title.clone().unwrap_or_default(),
        text: manner.text.clone().unwrap_or_default(),
        bundle_title: manner.bundle_title.clone().unwrap_or_default(),
        bundle_text: manner.bundle_text.clone().unwrap_or_default(),
        bundle_for: match manner.bundle_for {
            Span::ZERO => String::new(),
            wait => wait.exactly(),
        },
        per_minute: manner.per_minute.map(|pace| pace.to_string()).unwrap_or_default(),
        default_title: DEFAULT_TITLE,
        default_text: DEFAULT_TEXT,
        default_bundle_title: DEFAULT_BUNDLE_TITLE,
        default_bundle_text: DEFAULT_BUNDLE_TEXT,
        previews: Vec::new(),
    }
}

/// The same with messages in it: of the newest alert that this receiver was told of, or of a made-up one.
pub async fn with_previews(
    app: &App,
    session: &Session,
    id: Option<ReceiverId>,
    manner: &Manner,
) -> Result<Model, Fault> {
    let told = match id {
        // Somebody who looks after some host groups is shown a made-up one.
        Some(id) if session.actor.reach.is_everything() => delivery::newest_content(&app.store.readers, id.0).await?,
        _ => None,
    };
    let told: Option<Content> = told.and_then(|json| serde_json::from_str(&json).ok());
    let shown = |kind: &'static str| {
        let real = told.as_ref().filter(|content| content.kind == kind);
        let content = real.cloned().unwrap_or_else(|| sample(kind));
        let (title, text, troubles) = preview(manner, &content);
        let of = if real.is_some() { "of the newest this receiver was told" } else { "of a made-up alert" };
        Preview { kind, of: of.to_owned(), title, text, troubles }
    };
    let (title, text, troubles) = preview_bundle(manner);
    let bundle = Preview { kind: "several in one", of: "of made-up alerts".to_owned(), title, text, troubles };
    let previews = KINDS.into_iter().filter(|kind| *kind != "test").map(shown).chain([bundle]).collect();
    Ok(Model { previews, ..model(manner) })
}
