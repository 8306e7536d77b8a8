//! Memory: how much one call has, wants, and may not have.

use crate::engine::TABLE_ELEMENTS;
use wasmtime::ResourceLimiter;

/// Scripting languages bring about thirty core modules; nobody brings more.
const MAX_INSTANCES: usize = 64;
const MAX_TABLES: usize = 64;
const MAX_MEMORIES: usize = 8;

/// Memory of one call, summed over all memories of the component.
#[derive(Default)]
pub(crate) struct Limiter {
    max: usize,
    used: usize,
    pub(crate) peak: usize,
    /// A sentence, once something was refused.
    pub(crate) refused: Option<String>,
}

impl Limiter {
    pub(crate) fn new(max: usize) -> Limiter {
        Limiter { max, ..Limiter::default() }
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let next = self.used.saturating_sub(current).saturating_add(desired);
        if next > self.max {
            self.refused = Some(format!("The connector wanted more than its {} MiB of memory.", self.max >> 20));
            return Ok(false);
        }
        self.used = next;
        self.peak = self.peak.max(next);
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS {
            self.refused = Some(format!("The connector wanted a table of more than {TABLE_ELEMENTS} functions."));
            return Ok(false);
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        MAX_INSTANCES
    }

    fn tables(&self) -> usize {
        MAX_TABLES
    }

    fn memories(&self) -> usize {
        MAX_MEMORIES
    }
}
