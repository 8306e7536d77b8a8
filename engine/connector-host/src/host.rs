//! The host: loads connectors and makes calls, on threads of its own.

use crate::code::CodeCache;
use crate::connector::{Connector, LoadError};
use crate::containment::classify;
use crate::doors::{Doors, Network};
use crate::guest::{Limits, State};
use crate::http::clients::Clients;
use crate::kv::{KeyValue, MemoryKeyValue};
use crate::options::{HostError, HostOptions};
use crate::receipt::{Outcome, Receipt, presentable_errors};
use crate::secrets::Secrets;
use crate::smtp::pool::Relays;
use crate::trust::Trust;
use crate::{Containment, FieldError, Grant, Notification, describe, engine, guest};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};
use wasmtime::component::Linker;
use wasmtime::{Engine, Store};

/// Guests share these threads and give way every 10 ms, so that neither the server nor other guests
/// wait for one that spins.
const WORKERS: usize = 2;
/// For names that are looked up and for compiling.
const BLOCKING_THREADS: usize = 16;

/// Loads connectors and calls them. Dropping it ends the calls under way.
pub struct ConnectorHost {
    shared: Arc<Shared>,
    /// Some until the host is dropped.
    runtime: Option<Runtime>,
}

struct Shared {
    engine: Engine,
    linker: Linker<State>,
    code: CodeCache,
    network: Arc<Network>,
    slots: Semaphore,
    /// Compiling takes all processors and much memory: one at a time.
    compiling: Semaphore,
    options: HostOptions,
}

/// One delivery: who is to be told what, and what the connector may do for it.
#[derive(Clone)]
pub struct Call {
    /// The receiver's settings, with secrets in clear.
    pub settings: Value,
    /// `budget_ms` is set by the host.
    pub notification: Notification,
    pub grant: Grant,
    pub kv: Arc<dyn KeyValue>,
}

impl ConnectorHost {
    /// Starts the threads and the engine.
    ///
    /// # Errors
    /// When the machine does not let it: threads, address space, the folder for compiled code.
    pub fn new(options: HostOptions) -> Result<ConnectorHost, HostError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_name("connector")
            .enable_all()
            .build()
            .map_err(HostError::Threads)?;
        let engine = engine::start(&options)?;
        let trust = Arc::new(Trust::read(options.trusted_certificates.as_deref())?);
        let relays = Relays::new(options.hello_name.as_deref(), trust.clone());
        let network = Network { clients: Clients::new(trust), relays };
        let shared = Arc::new(Shared {
            linker: engine::linker(&engine)?,
            code: CodeCache::open(options.cache_dir.clone())?,
            network: Arc::new(network),
            slots: Semaphore::new(options.slots as usize),
            compiling: Semaphore::new(1),
            engine,
            options,
        });
        Relays::sweep(&shared.network, runtime.handle());
        Ok(ConnectorHost { shared, runtime: Some(runtime) })
    }

    /// Compiles a component, or takes its code from the cache, and asks it to describe itself without
    /// any grant.
    ///
    /// # Errors
    /// With a sentence for the person who uploaded it.
    pub async fn load(&self, wasm: &[u8]) -> Result<Arc<Connector>, LoadError> {
        if wasm.len() > describe::WASM_BYTES {
            return Err(LoadError::TooLarge { bytes: wasm.len(), limit: describe::WASM_BYTES });
        }
        let (shared, wasm) = (self.shared.clone(), wasm.to_vec());
        self.run(async move { shared.load(wasm).await })
            .await
            .unwrap_or_else(|broken| Err(LoadError::Describe(broken)))
            .map(Arc::new)
    }

    /// Looks at settings as they come from a form, secrets in clear, without calling the far side.
    ///
    /// # Errors
    /// Everything that is wrong, each with the JSON pointer of its field.
    pub async fn validate(&self, connector: &Arc<Connector>, settings: &Value) -> Result<(), Vec<FieldError>> {
        let (shared, connector, settings) = (self.shared.clone(), connector.clone(), settings.clone());
        self.run(async move { shared.validate(&connector, settings).await })
            .await
            .unwrap_or_else(|broken| Err(vec![FieldError { pointer: String::new(), message: broken }]))
    }

    /// Makes one call. It always ends, within the wait for a slot and the time of a call, and always
    /// with a receipt. The call goes on when the caller stops waiting for it.
    pub async fn deliver(&self, connector: &Arc<Connector>, call: Call) -> Receipt {
        let (shared, connector) = (self.shared.clone(), connector.clone());
        let started = Instant::now();
        self.run(async move { shared.deliver(&connector, call).await }).await.unwrap_or_else(|broken| Receipt {
            outcome: Outcome::Contained { category: Containment::Trap, message: broken },
            logs: Vec::new(),
            requests: 0,
            wall: started.elapsed(),
            memory_peak_bytes: 0,
        })
    }

    /// On the host's own threads. An error is a bug of the host or its end.
    async fn run<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> Result<T, String> {
        let runtime = self.runtime.as_ref().ok_or("The connector host has ended.")?;
        runtime.spawn(task).await.map_err(|error| format!("The connector host failed: {error}"))
    }
}

impl Drop for ConnectorHost {
    fn drop(&mut self) {
        // A plain drop would block, which is not allowed inside another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Shared {
    async fn load(self: Arc<Self>, wasm: Vec<u8>) -> Result<Connector, LoadError> {
        let digest = hex::encode(Sha256::digest(&wasm));
        let component = {
            let _turn = self.compiling.acquire().await.map_err(|error| LoadError::Describe(error.to_string()))?;
            let (shared, digest) = (self.clone(), digest.clone());
            tokio::task::spawn_blocking(move || shared.code.component(&shared.engine, &wasm, &digest))
                .await
                .map_err(|error| LoadError::Describe(error.to_string()))?
                .map_err(LoadError::NotAComponent)?
        };
        let imports = describe::imports(&self.engine, &component)?;
        let pre = describe::contract(&self.linker, &component)?;
        let mut store = self.store(Doors::closed(self.network.clone()));
        let said = self
            .call(&mut store, async |store| {
                let instance = pre.instantiate_async(&mut *store).await?;
                instance.tocsin_connector_connector_api().call_describe(store).await
            })
            .await
            .map_err(|(_, message)| LoadError::Describe(message))?;
        let manifest = describe::manifest(said).map_err(LoadError::Manifest)?;
        let slots = Semaphore::new(self.options.slots_per_connector as usize);
        Ok(Connector { manifest, digest, imports, pre, slots })
    }

    async fn validate(&self, connector: &Connector, mut settings: Value) -> Result<(), Vec<FieldError>> {
        let secrets = Secrets::of(&connector.manifest.settings_schema, &settings);
        let grant = Grant::all_of(&connector.manifest);
        let kv = Arc::new(MemoryKeyValue::default());
        let opened = Doors::open(&connector.manifest, &grant, &mut settings, kv, self.network.clone());
        let mut errors = opened.err().unwrap_or_default();
        let said = match self.turn(connector).await {
            Ok(_slots) => {
                let mut store = self.store(Doors::closed(self.network.clone()));
                self.call(&mut store, async |store| {
                    let instance = connector.pre.instantiate_async(&mut *store).await?;
                    instance.tocsin_connector_connector_api().call_validate(store, &settings.to_string()).await
                })
                .await
            }
            Err(busy) => Err((Containment::Busy, busy)),
        };
        match said {
            Ok(Ok(())) => {}
            // One sentence for each field: the host's own is the more exact one.
            Ok(Err(more)) => {
                let new = |error: &FieldError| !errors.iter().any(|known| known.pointer == error.pointer);
                let more: Vec<FieldError> = more.into_iter().filter(new).collect();
                errors.extend(more);
            }
            Err((_, message)) => errors.push(FieldError { pointer: String::new(), message }),
        }
        if errors.is_empty() { Ok(()) } else { Err(presentable_errors(errors, &secrets)) }
    }

    async fn deliver(&self, connector: &Connector, call: Call) -> Receipt {
        let Call { mut settings, mut notification, grant, kv } = call;
        let secrets = Secrets::of(&connector.manifest.settings_schema, &settings);
        let started = Instant::now();
        let early = |outcome: Outcome| Receipt {
            outcome: outcome.presentable(&secrets),
            logs: Vec::new(),
            requests: 0,
            wall: started.elapsed(),
            memory_peak_bytes: 0,
        };
        let doors = match Doors::open(&connector.manifest, &grant, &mut settings, kv, self.network.clone()) {
            Ok(doors) => doors,
            Err(errors) => return early(Outcome::Misconfigured { errors }),
        };
        let _slots = match self.turn(connector).await {
            Ok(slots) => slots,
            Err(message) => return early(Outcome::Contained { category: Containment::Busy, message }),
        };
        let started = Instant::now();
        notification.budget_ms = u32::try_from(self.options.wall.as_millis()).unwrap_or(u32::MAX);
        let mut store = self.store(doors);
        let answer = self
            .call(&mut store, async |store| {
                let instance = connector.pre.instantiate_async(&mut *store).await?;
                let api = instance.tocsin_connector_connector_api();
                api.call_deliver(store, &settings.to_string(), &notification).await
            })
            .await;
        let outcome = match answer {
            Ok(answer) => Outcome::of(answer),
            Err((category, message)) => Outcome::Contained { category, message },
        };
        let wall = started.elapsed();
        let state = store.into_data();
        let mut logs = state.log.into_lines();
        logs.iter_mut().for_each(|line| line.message = secrets.scrub(&line.message));
        let memory_peak_bytes = state.limiter.peak as u64;
        Receipt { outcome: outcome.presentable(&secrets), logs, requests: state.requests, wall, memory_peak_bytes }
    }

    /// A slot of the host and one of the connector.
    async fn turn<'a>(
        &'a self,
        connector: &'a Connector,
    ) -> Result<(SemaphorePermit<'a>, SemaphorePermit<'a>), String> {
        // One after the other, always in this order: two that wait for each other's would wait for ever.
        let both = async { Ok::<_, AcquireError>((connector.slots.acquire().await?, self.slots.acquire().await?)) };
        match tokio::time::timeout(self.options.slot_wait, both).await {
            Ok(Ok(slots)) => Ok(slots),
            _ => Err("No slot became free for the connector in time; too many deliveries run at once.".into()),
        }
    }

    fn store(&self, doors: Doors) -> Store<State> {
        guest::store(&self.engine, Limits::of(&self.options), doors)
    }

    /// Instantiates and calls within the time of a call.
    async fn call<T>(
        &self,
        store: &mut Store<State>,
        act: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T>,
    ) -> Result<T, (Containment, String)> {
        match tokio::time::timeout(self.options.wall, act(store)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(classify(&error, store.data())),
            Err(_) => Err((Containment::Wall, overdue(self.options.wall))),
        }
    }
}

fn overdue(wall: Duration) -> String {
    format!("The connector did not finish within {} ms.", wall.as_millis())
}
