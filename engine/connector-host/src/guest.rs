//! One call's instance: what it holds, what it may use up, and the empty world around it.

use crate::doors::Doors;
use crate::engine::TABLE_ELEMENTS;
use crate::log::LogBook;
use crate::options::HostOptions;
use bytes::Bytes;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::AsyncWrite;
use wasmtime::component::ResourceTable;
use wasmtime::{Engine, ResourceLimiter, Store, UpdateDeadline};
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

/// Bytes that may cross the border in one direction of one call: a full HTTP answer and some more.
const CROSSING_BYTES: usize = 8 << 20;
/// Handles of WASI objects that one call may hold.
const WASI_HANDLES: usize = 256;
const RANDOM_BYTES: u64 = 64 << 10;
/// What is kept of stdout and stderr: a panic's message and some more.
const OUTPUT_BYTES: usize = 4 << 10;
/// What of it goes into a message.
const OUTPUT_CHARS: usize = 400;
const MAX_INSTANCES: usize = 64;
const MAX_TABLES: usize = 64;
const MAX_MEMORIES: usize = 8;

/// What one call may use up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) memory_bytes: usize,
    pub(crate) cpu_ms: u64,
    pub(crate) wall: Duration,
}

impl Limits {
    pub(crate) fn of(options: &HostOptions) -> Limits {
        let cpu_ms = u64::try_from(options.cpu.as_millis()).unwrap_or(u64::MAX);
        Limits { memory_bytes: options.memory_bytes, cpu_ms, wall: options.wall }
    }
}

/// What belongs to one call and is forgotten with it.
pub(crate) struct State {
    pub(crate) limits: Limits,
    pub(crate) limiter: Limiter,
    pub(crate) output: Output,
    pub(crate) log: LogBook,
    pub(crate) doors: Doors,
    pub(crate) requests: u32,
    pub(crate) kv_calls: u32,
    /// The call ends then; no door waits longer.
    pub(crate) deadline: Instant,
    ticks_left: u64,
    table: ResourceTable,
    wasi: WasiCtx,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

// The types have no functions of their own.
impl crate::bindings::tocsin::connector::types::Host for State {}

/// A store for one call: it counts, it yields every tick, and it ends the guest at its limits.
pub(crate) fn store(engine: &Engine, limits: Limits, doors: Doors) -> Store<State> {
    let output = Output::default();
    let wasi = WasiCtx::builder()
        .stdout(output.clone())
        .stderr(output.clone())
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .max_random_size(RANDOM_BYTES)
        .build();
    let mut table = ResourceTable::new();
    table.set_max_capacity(WASI_HANDLES);
    let ticks_left = limits.cpu_ms / crate::engine::TICK.as_millis() as u64;
    let limiter = Limiter { max: limits.memory_bytes, ..Limiter::default() };
    let deadline = Instant::now() + limits.wall;
    let log = LogBook::default();
    let state =
        State { limits, limiter, output, log, doors, requests: 0, kv_calls: 0, deadline, ticks_left, table, wasi };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(CROSSING_BYTES);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut context| {
        let state = context.data_mut();
        if state.ticks_left == 0 {
            return Ok(UpdateDeadline::Interrupt);
        }
        state.ticks_left -= 1;
        Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
    });
    store
}

/// Memory of one call, summed over all memories of the component.
#[derive(Default)]
pub(crate) struct Limiter {
    max: usize,
    used: usize,
    pub(crate) peak: usize,
    /// A sentence, once something was refused.
    pub(crate) refused: Option<String>,
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

/// stdout and stderr: keeps the first bytes, takes and forgets the rest. An error at the end would
/// become a crash in the guest, since `println!` panics on it.
#[derive(Clone, Default)]
pub(crate) struct Output(Arc<Mutex<Vec<u8>>>);

impl Output {
    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).trim().chars().take(OUTPUT_CHARS).collect()
    }
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {}
}

impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = OUTPUT_BYTES.saturating_sub(kept.len()).min(bytes.len());
        kept.extend_from_slice(&bytes[..room]);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}
