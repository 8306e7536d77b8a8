//! The host: loads connectors and makes calls, on threads of its own.

use crate::calls::Calls;
use crate::connector::{Connector, LoadError};
use crate::describe;
use crate::engine;
use crate::kv::KeyValue;
use crate::lanes::Lanes;
use crate::limits::CallLimits;
use crate::network::WatchedNetwork;
use crate::options::{HostError, HostOptions};
use crate::receipt::{Outcome, Receipt};
use crate::ticks::Ticks;
use crate::weight::Weight;
use crate::{Containment, FieldError, Grant, Leave, Notification};
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant;

/// Loads connectors and calls them. Dropping it ends the calls under way.
pub struct ConnectorHost {
    calls: Arc<Calls>,
    /// Some until the host is dropped.
    lanes: Option<Lanes>,
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
        let engine = engine::start(&options)?;
        let ticks = Ticks::start(&engine).map_err(HostError::Threads)?;
        let lanes = Lanes::start(ticks).map_err(HostError::Threads)?;
        let calls = Arc::new(Calls::new(engine, options, lanes.handle())?);
        Ok(ConnectorHost { calls, lanes: Some(lanes) })
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
        let weight = Arc::<Weight>::default();
        self.run(weight.clone(), async move { calls.load(wasm, weight).await })
            .await
            .unwrap_or_else(|broken| Err(LoadError::Describe(broken)))
            .map(Arc::new)
    }

    /// The same connector under other limits, without compiling it again. Calls under way end under those
    /// that they began with.
    pub fn limited(&self, connector: &Connector, limits: CallLimits) -> Arc<Connector> {
        self.calls.limited(connector, limits)
    }

    /// Looks at settings as they come from a form, secrets in clear, without calling the far side.
    ///
    /// # Errors
    /// Everything that is wrong, each with the JSON pointer of its field.
    pub async fn validate(&self, connector: &Arc<Connector>, settings: &Value) -> Result<(), Vec<FieldError>> {
        let (calls, connector, settings) = (self.calls.clone(), connector.clone(), settings.clone());
        let weight = Weight::of(&connector.record);
        self.run(weight.clone(), async move { calls.validate(&connector, settings, weight).await })
            .await
            .unwrap_or_else(|broken| Err(vec![FieldError { pointer: String::new(), message: broken }]))
    }

    /// Makes one call. It always ends, within the wait for a slot and the time of a call, and always
    /// with a receipt. The call goes on when the caller stops waiting for it.
    pub async fn deliver(&self, connector: &Arc<Connector>, call: Call) -> Receipt {
        self.call(connector, call, None, Leave::given()).await
    }

    /// The same; nothing of it leaves before the leave is given.
    pub async fn deliver_with_leave(&self, connector: &Arc<Connector>, call: Call, leave: Leave) -> Receipt {
        self.call(connector, call, None, leave).await
    }

    /// The same through a network that keeps what was sent and what came back, the world's or a script's.
    /// All rules hold.
    pub async fn deliver_watched(
        &self,
        connector: &Arc<Connector>,
        call: Call,
        network: &Arc<WatchedNetwork>,
    ) -> Receipt {
        self.call(connector, call, Some(network.clone()), Leave::given()).await
    }

    async fn call(
        &self,
        connector: &Arc<Connector>,
        call: Call,
        network: Option<Arc<WatchedNetwork>>,
        leave: Leave,
    ) -> Receipt {
        let (calls, connector) = (self.calls.clone(), connector.clone());
        let started = Instant::now();
        let weight = Weight::of(&connector.record);
        let receipt =
            self.run(weight.clone(), async move { calls.deliver(&connector, call, network, leave, weight).await });
        receipt.await.unwrap_or_else(|broken| Receipt {
            outcome: Outcome::Contained { category: Containment::Trap, message: broken },
            logs: Vec::new(),
            requests: 0,
            wall: started.elapsed(),
            memory_peak_bytes: 0,
        })
    }

    /// On the host's own threads.
    async fn run<T: Send + 'static>(
        &self,
        weight: Arc<Weight>,
        call: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, String> {
        self.lanes.as_ref().ok_or("The connector host has ended.")?.run(weight, call).await
    }
}

impl Drop for ConnectorHost {
    fn drop(&mut self) {
        self.lanes.take().into_iter().for_each(Lanes::end);
    }
}
