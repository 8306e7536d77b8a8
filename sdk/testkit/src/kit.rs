//! A connector in the real sandbox, with a script in place of the world.

use crate::Told;
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tocsin_connector_host::{
    Call, Connector, ConnectorHost, FieldError, Got, Grant, HostOptions, Manifest, MemoryKeyValue, Notification,
    PrivateAddresses, Script, WatchedNetwork,
};
use tokio::runtime::Runtime;

/// One for all tests of a program: it starts threads and reserves address space.
static HOST: LazyLock<ConnectorHost> = LazyLock::new(|| {
    let options = HostOptions { slots: 16, cache_dir: code_folder(), ..HostOptions::default() };
    ConnectorHost::new(options).expect("the connector host starts on this machine")
});

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a thread can be started")
});

/// Every connector is compiled once for all tests of a program.
static LOADED: LazyLock<Mutex<HashMap<Vec<u8>, Arc<Connector>>>> = LazyLock::new(Mutex::default);

/// Beside the program that cargo has built, in the target directory: nobody else may write where compiled
/// code lies. A program that stands elsewhere compiles each time.
fn code_folder() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let folder = program.parent().filter(|folder| folder.ends_with("deps"))?;
    Some(folder.with_file_name("connector-code"))
}

/// A connector to be tried. Cheap to clone.
#[derive(Clone)]
pub struct Testkit {
    pub(crate) connector: Arc<Connector>,
    #[cfg(feature = "golden")]
    pub(crate) snapshots: Option<PathBuf>,
}

impl Testkit {
    /// Loads a component.
    ///
    /// # Panics
    /// With the host's reason when it is no connector.
    pub fn load(wasm: &[u8]) -> Testkit {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let load = || RUNTIME.block_on(HOST.load(wasm)).unwrap_or_else(|error| panic!("{error}: {error:?}"));
        let connector = loaded.entry(wasm.to_vec()).or_insert_with(load).clone();
        Testkit {
            connector,
            #[cfg(feature = "golden")]
            snapshots: None,
        }
    }

    /// Loads a component from its file.
    ///
    /// # Panics
    /// When the file cannot be read or is no connector.
    pub fn file(path: impl AsRef<Path>) -> Testkit {
        let path = path.as_ref();
        let wasm = std::fs::read(path)
            .unwrap_or_else(|error| panic!("{}: {error}; build the connector for wasm32-wasip2 first", path.display()));
        Testkit::load(&wasm)
    }

    /// Where golden tests keep what they compare with.
    #[cfg(feature = "golden")]
    pub fn with_snapshots_in(self, folder: impl Into<PathBuf>) -> Testkit {
        Testkit { snapshots: Some(folder.into()), ..self }
    }

    /// What the connector says of itself.
    pub fn manifest(&self) -> &Manifest {
        self.connector.manifest()
    }

    /// The interfaces that it imports: what it could use at most.
    pub fn imports(&self) -> &[String] {
        self.connector.imports()
    }

    /// What the connector and the host have to say against settings, each with its JSON pointer; empty
    /// when they are good.
    pub fn wrong_with(&self, settings: &Value) -> Vec<FieldError> {
        RUNTIME.block_on(HOST.validate(&self.connector, settings)).err().unwrap_or_default()
    }

    /// The JSON pointers of what is wrong with settings.
    pub fn wrong_fields(&self, settings: &Value) -> Vec<String> {
        self.wrong_with(settings).into_iter().map(|error| error.pointer).collect()
    }

    /// Delivers one notification against a script, with everything granted that the connector asks for.
    ///
    /// # Panics
    /// When the connector asks what the script has no answer for.
    pub fn tell(&self, settings: &Value, notification: Notification, script: impl Into<Script>) -> Told {
        self.tell_remembering(settings, notification, script, &MemoryKeyValue::default())
    }

    /// The same with a store that lasts from one call to the next, as a receiver's does.
    ///
    /// # Panics
    /// When the connector asks what the script has no answer for.
    pub fn tell_remembering(
        &self,
        settings: &Value,
        notification: Notification,
        script: impl Into<Script>,
        store: &MemoryKeyValue,
    ) -> Told {
        let network = Arc::new(WatchedNetwork::scripted(script));
        let grant = Grant::all_of(self.manifest()).with_private_addresses(PrivateAddresses::All);
        let call = Call { settings: settings.clone(), notification, grant, kv: Arc::new(store.clone()) };
        let receipt = RUNTIME.block_on(HOST.deliver_watched(&self.connector, call, &network));
        let told = Told { receipt, exchanges: network.exchanges() };
        let unscripted = told.exchanges.iter().any(|exchange| exchange.got == Got::Unscripted);
        assert!(!unscripted, "the script has no answer for a request: {told:#?}");
        told
    }
}
