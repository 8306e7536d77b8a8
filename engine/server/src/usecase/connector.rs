//! Connectors are installed, granted what they ask for, limited, moved to and removed: an admin's work. Compiling is none
//! of it; `task/install.rs` does that beside the requests.

mod grant;
mod install;
mod moving;
mod publisher;
mod setting;

pub use grant::{DecideGrants, Wanted};
pub use install::{InstallConnector, LARGEST, Looked, RecordLook, RemoveConnector};
pub use moving::{MoveReceivers, must_be_of};
pub use publisher::{AddPublisher, RemovePublisher};
pub use setting::{LimitConnector, SwitchConnector};

use std::sync::Arc;

use crate::connectors::catalog::{Catalog, Version};
use crate::engine::Work;
use crate::fault::Fault;
use crate::store::connector;

/// A file as it stands in this transaction.
async fn version_of(work: &mut Work, digest: &str) -> Result<Arc<Version>, Fault> {
    let row = connector::version(&mut work.tx, digest).await?;
    let keys = connector::keys(&mut work.tx).await?;
    let catalog = Catalog::read(row.into_iter().collect(), Vec::new(), keys, std::collections::HashMap::new());
    catalog.versions.first().cloned().ok_or_else(gone)
}

/// Refuses when somebody else was faster; `None`: whatever is there.
fn check_version(shown: Option<i64>, there: i64, what: &str) -> Result<(), Fault> {
    match shown {
        Some(shown) if shown != there => {
            Err(Fault::conflict(format!("{what} was changed by somebody else meanwhile; load the page again")))
        }
        _ => Ok(()),
    }
}

/// That there is no file with this digest.
pub fn gone() -> Fault {
    Fault::not_found("there is no such connector file here: install it first; or it was removed meanwhile")
}
