//! The host: loads connectors and makes calls, on threads of its own.

use crate::calls::Calls;
use crate::connector::{Connector, LoadError};
use crate::describe;
use crate::kv::KeyValue;
use crate::network::WatchedNetwork;
use crate::options::{HostError, HostOptions};
use crate::receipt::{Outcome, Receipt};
use crate::{Containment, FieldError, Grant, Notification};
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Runtime;

/// Guests share these threads and give way every 10 ms, so that neither the server nor other guests
/// wait for one that spins.
const WORKERS: usize = 2;
/// For names that are looked up and for compiling.
const BLOCKING_THREADS: usize = 16;

/// Loads connectors and calls them. Dropping it ends the calls under way.
pub struct ConnectorHost {
    calls: Arc<Calls>,
    /// Some until the host is dropped.
    runtime: Option<Runtime>,
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
        let calls = Arc::new(Calls::new(options, runtime.handle())?);
        Ok(ConnectorHost { calls, runtime: Some(runtime) })
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
        let (calls, wasm) = (self.calls.clone(), wasm.to_vec());
        self.run(async move { calls.load(wasm).await })
            .await
            .unwrap_or_else(|broken| Err(LoadError::Describe(broken)))
            .map(Arc::new)
    }

    /// Looks at settings as they come from a form, secrets in clear, without calling the far side.
    ///
    /// # Errors
    /// Everything that is wrong, each with the JSON pointer of its field.
    pub async fn validate(&self, connector: &Arc<Connector>, settings: &Value) -> Result<(), Vec<FieldError>> {
        let (calls, connector, settings) = (self.calls.clone(), connector.clone(), settings.clone());
        self.run(async move { calls.validate(&connector, settings).await })
            .await
            .unwrap_or_else(|broken| Err(vec![FieldError { pointer: String::new(), message: broken }]))
    }

    /// Makes one call. It always ends, within the wait for a slot and the time of a call, and always
    /// with a receipt. The call goes on when the caller stops waiting for it.
    pub async fn deliver(&self, connector: &Arc<Connector>, call: Call) -> Receipt {
        self.call(connector, call, None).await
    }

    /// The same through a network that keeps what was sent and what came back, the world's or a script's.
    /// All rules hold.
    pub async fn deliver_watched(
        &self,
        connector: &Arc<Connector>,
        call: Call,
        network: &Arc<WatchedNetwork>,
    ) -> Receipt {
        self.call(connector, call, Some(network.clone())).await
    }

    async fn call(&self, connector: &Arc<Connector>, call: Call, network: Option<Arc<WatchedNetwork>>) -> Receipt {
        let (calls, connector) = (self.calls.clone(), connector.clone());
        let started = Instant::now();
        self.run(async move { calls.deliver(&connector, call, network).await }).await.unwrap_or_else(|broken| Receipt {
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
