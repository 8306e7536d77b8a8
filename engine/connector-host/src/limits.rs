//! What an administrator lets one connector use up, where that differs from what the host gives to all.

use crate::connector::Connector;
use crate::options::HostOptions;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// What one call of a connector may use up, and how many calls run at once. What is not set is as in the
/// [`HostOptions`]; what exceeds their bounds is cut down to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallLimits {
    /// Linear memory of one call; at most [`HostOptions::memory_most_bytes`].
    pub memory_bytes: Option<usize>,
    /// Processor time of one call, in steps of 10 ms.
    pub cpu: Option<Duration>,
    /// Duration of one call, including what it waits for.
    pub wall: Option<Duration>,
    /// Calls that run at once; at most [`HostOptions::slots_per_connector`].
    pub concurrency: Option<u32>,
}

impl CallLimits {
    pub(crate) fn slots(&self, options: &HostOptions) -> Semaphore {
        let most = options.slots_per_connector;
        Semaphore::new(self.concurrency.unwrap_or(most).clamp(1, most) as usize)
    }
}

impl Connector {
    /// The same code under other limits, with slots of its own: calls under way end under those that they
    /// began with.
    pub(crate) fn limited(&self, limits: CallLimits, options: &HostOptions) -> Arc<Connector> {
        Arc::new(Connector {
            manifest: self.manifest.clone(),
            digest: self.digest.clone(),
            imports: self.imports.clone(),
            pre: self.pre.clone(),
            slots: limits.slots(options),
            limits,
            record: self.record.clone(),
        })
    }
}
