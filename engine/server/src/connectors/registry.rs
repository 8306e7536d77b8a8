//! From a name, or a receiver, to code that can be called, with the grant and the limits that hold for it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tocsin_bundled::Bundled;
use tocsin_connector_host::{
    ChannelLimits, Connector, ConnectorHost, Grant, LoadError, Manifest, PrivateAddresses, out_of_reach,
};
use tocsin_policy::ReceiverId;
use tokio::sync::OnceCell;

use super::catalog::{Catalog, short};
use super::limits::Limits;
use crate::engine::Shared;
use crate::engine::laid_down::Receivers;
use crate::fault::FieldError;
use crate::store;

/// The connectors of this instance.
pub struct Connectors {
    host: Arc<ConnectorHost>,
    shared: Arc<Shared>,
    bundled: BTreeMap<&'static str, (&'static Bundled, Slot)>,
    /// By digest.
    installed: Mutex<HashMap<String, Slot>>,
}

/// Code that is compiled when it is asked for.
type Slot = Arc<OnceCell<Code>>;

/// Compiled code, and the same under the limits that hold at present.
struct Code {
    plain: Arc<Connector>,
    limited: Mutex<(Limits, Arc<Connector>)>,
}

/// A connector that can be called, and what it may do.
#[derive(Clone, Debug)]
pub struct Usable {
    /// Whoever holds it goes on with it, whatever is installed, limited or removed meanwhile.
    pub connector: Arc<Connector>,
    pub grant: Grant,
    /// Messages a minute for each receiver.
    pub per_minute: Option<u32>,
}

/// A connector that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectorError {
    #[error("there is no connector “{name}”; there are {known}")]
    Unknown { name: String, known: String },
    #[error("the connector {name} cannot be loaded: {source}")]
    Load { name: String, source: LoadError },
    #[error("version {digest} of the connector {name} is not installed any more")]
    Gone { name: String, digest: String },
    #[error(
        "nobody has decided what version {digest} of the connector {name} may do; an admin does so on its page, or with tocsin connector grant"
    )]
    Undecided { name: String, digest: String },
    #[error("version {digest} of the connector {name} cannot be read from the database: {reason}")]
    File { name: String, digest: String, reason: String },
}

impl Connectors {
    /// Those that ship with the program, and those that are installed; none is compiled yet.
    pub fn new(host: Arc<ConnectorHost>, shared: Arc<Shared>) -> Connectors {
        let slot = |bundled: &'static Bundled| (bundled.name, (bundled, Slot::default()));
        let bundled = tocsin_bundled::BUNDLED.iter().map(slot).collect();
        Connectors { host, shared, bundled, installed: Mutex::default() }
    }

    /// What is installed, granted and laid down.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.shared.laid_down().catalog
    }

    /// The connector of this name as new receivers take it, compiled now if it was not before: that may take seconds.
    ///
    /// # Errors
    /// [`ConnectorError`], for the person who named it.
    pub async fn get(&self, name: &str) -> Result<Arc<Connector>, ConnectorError> {
        Ok(self.of_new(name).await?.connector)
    }

    /// The same with what it may do.
    ///
    /// # Errors
    /// As [`Connectors::get`].
    pub async fn of_new(&self, name: &str) -> Result<Usable, ConnectorError> {
        let digest = self.catalog().current(name).map(|version| version.digest.clone());
        self.version(name, digest.as_deref()).await
    }

    /// The connector of a receiver: the version that it is pinned to.
    ///
    /// # Errors
    /// [`ConnectorError`], for whoever looks at the receiver.
    pub async fn of(&self, receiver: ReceiverId, name: &str) -> Result<Usable, ConnectorError> {
        let pin = self.catalog().pin(receiver).map(str::to_owned);
        self.version(name, pin.as_deref()).await
    }

    /// One version of a connector: an installed file, or what ships with the program.
    ///
    /// # Errors
    /// [`ConnectorError`], for the person who named it.
    pub async fn version(&self, name: &str, digest: Option<&str>) -> Result<Usable, ConnectorError> {
        let catalog = self.catalog();
        let limits = catalog.setting(name).limits;
        let (code, granted) = match digest {
            None => (self.compile_bundled(name).await?, None),
            Some(digest) => {
                let (name, short) = (name.to_owned(), short(digest).to_owned());
                let Some(version) = catalog.version(digest) else {
                    return Err(ConnectorError::Gone { name, digest: short });
                };
                let Some(granted) = version.granted.clone() else {
                    return Err(ConnectorError::Undecided { name, digest: short });
                };
                (self.compile_installed(&name, digest).await?, Some(granted))
            }
        };
        let code = code.get().ok_or_else(|| self.unknown(name))?;
        let connector = self.limited(code, limits);
        let grant = granted.unwrap_or_else(|| Grant::all_of(connector.manifest()));
        let per_minute = limits.per_minute.or(connector.manifest().limits.per_minute);
        Ok(Usable { connector, grant, per_minute })
    }

    /// What the connector says of itself that a receiver has, or that a new one would have, if it is known already.
    pub fn manifest(&self, receiver: Option<ReceiverId>, name: &str) -> Option<Manifest> {
        let catalog = self.catalog();
        let digest = match receiver {
            Some(receiver) => catalog.pin(receiver).map(str::to_owned),
            None => catalog.current(name).map(|version| version.digest.clone()),
        };
        match digest {
            Some(digest) => catalog.version(&digest)?.manifest().cloned(),
            None => Some(self.bundled.get(name)?.1.get()?.plain.manifest().clone()),
        }
    }

    /// What ships with the program under this name, if it was asked for before.
    pub fn bundled(&self, name: &str) -> Option<Arc<Connector>> {
        Some(self.bundled.get(name)?.1.get()?.plain.clone())
    }

    /// Whether a connector of this name ships with the program.
    pub fn ships(&self, name: &str) -> bool {
        self.bundled.contains_key(name)
    }

    /// What the channel of each of these receivers can bear, and an admin lets it have, by the version that it is pinned
    /// to; they are compiled for it where they were not.
    pub async fn limits_of(&self, receivers: &Receivers) -> Vec<(ReceiverId, ChannelLimits)> {
        let mut found = Vec::with_capacity(receivers.len());
        for (id, receiver) in receivers {
            // One that cannot be loaded is said where something is to be delivered by it.
            let Ok(usable) = self.of(*id, &receiver.connector).await else { continue };
            found.push((*id, ChannelLimits { per_minute: usable.per_minute, ..usable.connector.manifest().limits }));
        }
        found
    }

    /// The names of all that new receivers can take, in their order.
    pub fn names(&self) -> Vec<String> {
        let catalog = self.catalog();
        let named = catalog.versions.iter().filter_map(|version| version.manifest().map(|manifest| &manifest.name));
        let installed = named.filter(|name| catalog.current(name).is_some()).cloned();
        let mut names: Vec<String> = self.bundled.keys().map(|name| (*name).to_owned()).chain(installed).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// All that new receivers can take, by name; one that cannot be loaded is left out and said in the log.
    pub async fn all(&self) -> Vec<Arc<Connector>> {
        let mut all = Vec::new();
        for name in self.names() {
            match self.get(&name).await {
                Ok(connector) => all.push(connector),
                Err(error) => tracing::error!(%error, "a connector cannot be used"),
            }
        }
        all
    }

    /// Begins with what [`Connectors::all`] will wait for: called where somebody is about to choose one.
    pub fn foresee(self: &Arc<Self>) {
        let connectors = self.clone();
        tokio::spawn(async move { connectors.all().await });
    }

    /// Asks the connector of a receiver, or that a new one would have, whether these settings would do, and looks whether
    /// they name an address that the receiver may not reach.
    ///
    /// # Errors
    /// What is wrong with which field; the field is a JSON pointer into the settings.
    pub async fn validate(
        &self,
        receiver: Option<ReceiverId>,
        name: &str,
        settings: &Value,
        private_network: bool,
    ) -> Result<(), Vec<FieldError>> {
        let connector = match receiver {
            Some(receiver) => self.of(receiver, name).await.map(|usable| usable.connector),
            None => self.get(name).await,
        };
        let unreachable = connector.as_ref().map_or_else(
            |_| Vec::new(),
            |connector| out_of_reach(connector.manifest(), settings, &addresses(private_network)),
        );
        let mut errors = self.ask(connector, settings).await.err().unwrap_or_default();
        errors.extend(unreachable.into_iter().map(in_field));
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Asks one version of a connector whether these settings would do.
    ///
    /// # Errors
    /// As [`Connectors::validate`].
    pub async fn validate_with(
        &self,
        name: &str,
        digest: Option<&str>,
        settings: &Value,
    ) -> Result<(), Vec<FieldError>> {
        self.ask(self.version(name, digest).await.map(|usable| usable.connector), settings).await
    }

    async fn ask(
        &self,
        connector: Result<Arc<Connector>, ConnectorError>,
        settings: &Value,
    ) -> Result<(), Vec<FieldError>> {
        let wrong =
            |error: ConnectorError| vec![FieldError { field: "connector".to_owned(), message: error.to_string() }];
        let said = self.host.validate(&connector.map_err(wrong)?, settings).await;
        said.map_err(|errors| errors.into_iter().map(in_field).collect())
    }

    async fn compile_bundled(&self, name: &str) -> Result<Slot, ConnectorError> {
        let (bundled, slot) = self.bundled.get(name).ok_or_else(|| self.unknown(name))?;
        let load = async || self.host.load(bundled.wasm).await.map(Code::new);
        let done = slot.get_or_try_init(load).await.map(drop);
        done.map_err(|source| ConnectorError::Load { name: name.to_owned(), source })?;
        Ok(slot.clone())
    }

    async fn compile_installed(&self, name: &str, digest: &str) -> Result<Slot, ConnectorError> {
        let slot = {
            let catalog = self.catalog();
            let mut slots = self.installed.lock().unwrap_or_else(PoisonError::into_inner);
            slots.retain(|digest, _| catalog.version(digest).is_some());
            slots.entry(digest.to_owned()).or_default().clone()
        };
        let broken =
            |reason: String| ConnectorError::File { name: name.to_owned(), digest: short(digest).to_owned(), reason };
        let load = async || {
            let wasm = store::connector::read_file(&self.shared.store.readers, digest).await;
            let wasm = wasm.map_err(|error| broken(error.to_string()))?;
            let wasm = wasm.ok_or_else(|| broken("it is not there".to_owned()))?;
            let loaded = self.host.load(&wasm).await;
            let loaded = loaded.map_err(|source| ConnectorError::Load { name: name.to_owned(), source })?;
            // What was looked at and granted is this very file, whoever can write to the database.
            match loaded.digest() == digest {
                true => Ok(Code::new(loaded)),
                false => Err(broken("its bytes were changed".to_owned())),
            }
        };
        slot.get_or_try_init(load).await.map(drop)?;
        Ok(slot)
    }

    /// Swaps in new limits; calls under way keep what they began with.
    fn limited(&self, code: &Code, limits: Limits) -> Arc<Connector> {
        let mut known = code.limited.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != limits {
            *known = (limits, self.host.limited(&code.plain, limits.of_calls()));
        }
        known.1.clone()
    }

    fn unknown(&self, name: &str) -> ConnectorError {
        ConnectorError::Unknown { name: name.to_owned(), known: self.names().join(", ") }
    }
}

impl Code {
    fn new(plain: Arc<Connector>) -> Code {
        Code { limited: Mutex::new((Limits::default(), plain.clone())), plain }
    }
}

impl Usable {
    /// What it may do for one receiver: in the private network only if the receiver says so.
    pub fn grant(&self, private_network: bool) -> Grant {
        self.grant.clone().with_private_addresses(addresses(private_network))
    }
}

/// The addresses beside the public ones that a receiver may reach.
fn addresses(private_network: bool) -> PrivateAddresses {
    if private_network { PrivateAddresses::All } else { PrivateAddresses::None }
}

fn in_field(error: tocsin_connector_host::FieldError) -> FieldError {
    FieldError { field: error.pointer, message: error.message }
}
