//! What everything shares: made once by `cli/serve.rs`, handed to handlers and tasks.

use std::sync::Arc;

use tocsin_connector_host::ConnectorHost;

use crate::clock::Clock;
use crate::connectors::Connectors;
use crate::engine::Engine;
use crate::ids::Ids;
use crate::metrics::Metrics;
use crate::refusals::Refusals;
use crate::secret::Keys;
use crate::settings::Settings;
use crate::store::Store;

/// The running instance.
#[derive(Clone)]
pub struct App {
    pub settings: Arc<Settings>,
    /// This process among the nodes of a database: the same after a restart (see [`node_name`]).
    pub node: Arc<str>,
    pub clock: Clock,
    pub ids: Arc<Ids>,
    pub keys: Arc<Keys>,
    pub store: Arc<Store>,
    pub engine: Engine,
    pub connector_host: Arc<ConnectorHost>,
    /// The connectors that can be used, by name.
    pub connectors: Arc<Connectors>,
    pub metrics: Arc<Metrics>,
    /// Refused check-ins that are not written down yet.
    pub refusals: Arc<Refusals>,
}

/// Names this node: the machine, the address it listens on and its data folder. A node that is started again finds what
/// it held when it ended, and takes it up at once.
pub fn node_name(settings: &Settings) -> Arc<str> {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let folder = std::fs::canonicalize(&settings.data_dir).unwrap_or_else(|_| settings.data_dir.clone());
    format!("{}/{}/{}", machine.trim(), settings.listen, folder.display()).into()
}
