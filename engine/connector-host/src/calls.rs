//! Calls into guests: load, validate, deliver. Each gets a fresh instance, its doors, its limits and,
//! at the end, a verdict.

use crate::code::CodeCache;
use crate::connector::{Connector, LoadError};
use crate::containment::classify;
use crate::doors::Doors;
use crate::guest::{Limits, State};
use crate::host::Call;
use crate::http::clients::Clients;
use crate::kv::MemoryKeyValue;
use crate::limits::CallLimits;
use crate::network::{Connections, Network, WatchedNetwork};
use crate::options::{HostError, HostOptions};
use crate::receipt::{Outcome, Receipt, presentable_errors};
use crate::secrets::Secrets;
use crate::smtp::pool::Relays;
use crate::trust::Trust;
use crate::weight::Weight;
use crate::{Containment, FieldError, Grant, Leave, describe, engine, guest};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};
use wasmtime::component::Linker;
use wasmtime::{Engine, Store};

/// What all calls share.
pub(crate) struct Calls {
    engine: Engine,
    linker: Linker<State>,
    code: CodeCache,
    network: Network,
    slots: Semaphore,
    /// Compiling takes all processors and much memory, and one slot is kept free for describing: one
    /// at a time.
    loading: Semaphore,
    options: HostOptions,
}

impl Calls {
    pub(crate) fn new(engine: Engine, options: HostOptions, on: &Handle) -> Result<Calls, HostError> {
        let trust = Arc::new(Trust::read(options.trusted_certificates.as_deref())?);
        let relays = Relays::new(options.hello_name.as_deref(), trust.clone(), options.names.clone());
        let clients = Clients::new(trust, options.names.clone());
        let connections = Arc::new(Connections { clients, relays });
        Relays::sweep(&connections, on);
        Ok(Calls {
            linker: engine::linker(&engine)?,
            code: CodeCache::open(options.cache_dir.clone())?,
            network: Network { world: connections, watched: None, leave: Leave::given() },
            slots: Semaphore::new(options.slots as usize),
            loading: Semaphore::new(1),
            engine,
            options,
        })
    }

    pub(crate) async fn load(self: Arc<Self>, wasm: Vec<u8>, weight: Arc<Weight>) -> Result<Connector, LoadError> {
        let _turn = self.loading.acquire().await.map_err(|error| LoadError::Describe(error.to_string()))?;
        let calls = self.clone();
        let compile = move || {
            let digest = hex::encode(Sha256::digest(&wasm));
            calls.code.component(&calls.engine, &wasm, &digest).map(|component| (digest, component))
        };
        let (digest, component) = tokio::task::spawn_blocking(compile)
            .await
            .map_err(|error| LoadError::Describe(error.to_string()))?
            .map_err(LoadError::NotAComponent)?;
        let imports = describe::imports(&self.engine, &component)?;
        let pre = describe::contract(&self.linker, &component)?;
        let limits = CallLimits::default();
        let mut store = self.store(&limits, Doors::closed(self.network.clone()), weight);
        let said = self
            .call(&mut store, async |store| {
                let instance = pre.instantiate_async(&mut *store).await?;
                instance.tocsin_connector_connector_api().call_describe(store).await
            })
            .await
            .map_err(|(_, message)| LoadError::Describe(message))?;
        let manifest = describe::manifest(said).map_err(LoadError::Manifest)?;
        let slots = limits.slots(&self.options);
        Ok(Connector { manifest, digest, imports, pre, slots, limits, record: Arc::default() })
    }

    pub(crate) async fn validate(
        &self,
        connector: &Connector,
        mut settings: Value,
        weight: Arc<Weight>,
    ) -> Result<(), Vec<FieldError>> {
        let secrets = Secrets::of(&connector.manifest.settings_schema, &settings);
        let grant = Grant::all_of(&connector.manifest);
        let kv = Arc::new(MemoryKeyValue::default());
        let opened = Doors::open(&connector.manifest, &grant, &mut settings, kv, self.network.clone());
        let mut errors = opened.err().unwrap_or_default();
        let said = match self.turn(connector).await {
            Ok(_slots) => {
                let mut store = self.store(&connector.limits, Doors::closed(self.network.clone()), weight);
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

    pub(crate) async fn deliver(
        &self,
        connector: &Connector,
        call: Call,
        watched: Option<Arc<WatchedNetwork>>,
        leave: Leave,
        weight: Arc<Weight>,
    ) -> Receipt {
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
        let network = Network { watched, leave, ..self.network.clone() };
        let doors = match Doors::open(&connector.manifest, &grant, &mut settings, kv, network) {
            Ok(doors) => doors,
            Err(errors) => return early(Outcome::Misconfigured { errors }),
        };
        let _slots = match self.turn(connector).await {
            Ok(slots) => slots,
            Err(message) => return early(Outcome::Contained { category: Containment::Busy, message }),
        };
        let started = Instant::now();
        let mut store = self.store(&connector.limits, doors, weight);
        notification.budget_ms = u32::try_from(store.data().limits.wall.as_millis()).unwrap_or(u32::MAX);
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

    /// The same connector under other limits.
    pub(crate) fn limited(&self, connector: &Connector, limits: CallLimits) -> Arc<Connector> {
        connector.limited(limits, &self.options)
    }

    fn store(&self, limits: &CallLimits, doors: Doors, weight: Arc<Weight>) -> Store<State> {
        guest::store(&self.engine, Limits::of(&self.options, limits), doors, weight)
    }

    /// Instantiates and calls within the time of a call.
    async fn call<T>(
        &self,
        store: &mut Store<State>,
        act: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T>,
    ) -> Result<T, (Containment, String)> {
        let wall = store.data().limits.wall;
        match tokio::time::timeout(wall, act(store)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(classify(&error, store.data())),
            Err(_) => {
                let message = format!("The connector did not finish within {} ms.", wall.as_millis());
                Err((Containment::Wall, message))
            }
        }
    }
}
