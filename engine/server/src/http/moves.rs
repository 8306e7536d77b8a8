//! Moving receivers to another version of their connector, for pages and programs alike: each is asked first whether its
//! settings do there.

use tocsin_policy::ReceiverId;

use crate::actor::{Actor, Area, Role};
use crate::app::App;
use crate::fault::Fault;
use crate::store::receiver;
use crate::usecase::connector::{MoveReceivers, must_be_of};
use crate::usecase::receiver::settings_of;

/// What came of it.
pub struct Moved {
    pub moved: usize,
    /// Receivers that stay where they were, and why.
    pub stayed: Vec<(String, String)>,
}

/// Moves one receiver, or all that the connector has.
///
/// # Errors
/// When none can be moved at all.
pub async fn move_receivers(
    app: &App,
    actor: &Actor,
    name: &str,
    to: Option<String>,
    wanted: Option<ReceiverId>,
) -> Result<Moved, Fault> {
    actor.may(Area::Setup, Role::Admin)?;
    let catalog = app.connectors.catalog();
    // Settings are shown to no connector that they were not written for.
    if let Some(version) = to.as_deref().and_then(|digest| catalog.version(digest)) {
        must_be_of(version, name)?;
    }
    let (mut ready, mut stayed) = (Vec::new(), Vec::new());
    for row in receiver::list(&app.store.readers).await? {
        let id = ReceiverId(row.id);
        let is_wanted = row.connector == name && wanted.is_none_or(|wanted| wanted == id);
        if !is_wanted || catalog.pin(id) == to.as_deref() {
            continue;
        }
        let settings = match settings_of(&app.keys, id, &row.settings) {
            Ok(settings) => settings,
            Err(fault) => {
                stayed.push((row.name, fault.to_string()));
                continue;
            }
        };
        match app.connectors.validate_with(name, to.as_deref(), &settings).await {
            Ok(()) => ready.push(id),
            Err(errors) => {
                let words = errors.into_iter().map(|error| match error.field.as_str() {
                    "" | "connector" => error.message,
                    field => format!("{field}: {}", error.message),
                });
                stayed.push((row.name, words.collect::<Vec<_>>().join("; ")));
            }
        }
    }
    let moved = ready.len();
    let (actor, name, connectors) = (actor.clone(), name.to_owned(), app.connectors.clone());
    if moved > 0 || stayed.is_empty() {
        app.engine.run(MoveReceivers { actor, name, to, receivers: ready, connectors }).await?;
    }
    Ok(Moved { moved, stayed })
}
