//! A provision file: a TOML document in which accounts, groups, receivers, policies and more are laid down, applied at
//! each start. It is applied whole or not at all, and what is as the file says already is left alone, so that a second
//! start changes nothing. What is taken out of the file stays as it is.

mod newcomers;
pub mod plan;
mod prepare;
mod read;
mod secret;

use std::path::Path;
use std::sync::Arc;

use tocsin_policy::HostId;

use crate::app::App;
use crate::engine::fleet::Cell;
use crate::fault::Fault;
use crate::settings::document::listing;
use crate::usecase::provision::Apply;

pub use newcomers::follow;
pub use plan::Plan;
pub use secret::Sources;

/// No file that people write is larger.
const MOST_BYTES: u64 = 4 << 20;

/// Why a file was not applied; nothing of it was then.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    #[error("cannot read the provision file {path}: {source}")]
    Read { path: String, source: std::io::Error },
    /// Everything that is wrong, one sentence a line.
    #[error("{0}\nnothing of the provision file was applied")]
    Wrong(String),
    #[error("the provision file was not applied: {0}")]
    Failed(Fault),
}

/// A file that was applied, for the hosts that are still to come.
pub struct Applied {
    pub plan: Arc<Plan>,
    pub file: String,
    /// How many things were changed.
    pub changes: usize,
    /// The hosts that its entries were applied to.
    pub hosts: Vec<HostId>,
}

/// Reads a file and applies it.
pub async fn apply_file(app: &App, path: &Path) -> Result<Applied, ProvisionError> {
    let shown = path.display().to_string();
    let read = |source| ProvisionError::Read { path: shown.clone(), source };
    let text = std::fs::metadata(path).and_then(|file| match file.len() {
        ..=MOST_BYTES => std::fs::read_to_string(path),
        _ => Err(std::io::Error::other("it is larger than 4 MiB; is this the right file?")),
    });
    let folder = path.parent().unwrap_or(Path::new("."));
    let sources = Sources { variable: &|name| std::env::var(name).ok(), folder };
    let applied = apply(app, &shown, &text.map_err(read)?, &sources).await?;
    applied.plan.hurries().iter().for_each(|warning| tracing::warn!("{shown}, {warning}"));
    Ok(applied)
}

/// Applies the text of a file; `file` is its name for error messages.
pub async fn apply(app: &App, file: &str, text: &str, sources: &Sources<'_>) -> Result<Applied, ProvisionError> {
    let wrong = |problems: Vec<_>| ProvisionError::Wrong(listing(file, &problems));
    let plan = Arc::new(read::read(text, sources).map_err(wrong)?);
    let passwords = prepare::prepare(app, &plan).await.map_err(ProvisionError::Failed)?.map_err(wrong)?;
    let hosts: Vec<HostId> =
        app.engine.fleet().cells().iter().filter(|cell| concerns(&plan, cell)).map(|cell| cell.id).collect();
    let apply = Apply {
        plan: plan.clone(),
        file: file.to_owned(),
        passwords,
        connectors: app.connectors.clone(),
        whole: true,
        hosts: hosts.clone(),
    };
    match app.engine.run(apply).await {
        Ok(changes) => Ok(Applied { plan, file: file.to_owned(), changes, hosts }),
        Err(Fault::Refused(refusal)) => Err(ProvisionError::Wrong(refusal.sentence)),
        Err(other) => Err(ProvisionError::Failed(other)),
    }
}

/// Whether some entry is about this host.
fn concerns(plan: &Plan, cell: &Cell) -> bool {
    let host = cell.host();
    let policies = plan.policies.iter().filter_map(|policy| policy.aim.hosts());
    let downtimes = plan.downtimes.iter().filter_map(|downtime| downtime.aim.hosts());
    let mut all = plan.hosts.iter().map(|host| &host.hosts).chain(policies).chain(downtimes);
    all.any(|hosts| hosts.include(&host.name, &host.agent_id))
}
