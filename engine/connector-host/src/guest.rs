//! One call's instance: what it holds, what it may use up, and the empty world around it.

use crate::doors::Doors;
use crate::limiter::Limiter;
use crate::limits::CallLimits;
use crate::log::LogBook;
use crate::options::HostOptions;
use crate::output::Output;
use crate::weight::Weight;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wasmtime::component::ResourceTable;
use wasmtime::{Engine, Store, UpdateDeadline};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

/// Bytes that may cross the border in one direction of one call: a full HTTP answer and some more.
const CROSSING_BYTES: usize = 8 << 20;
/// Handles of WASI objects that one call may hold.
const WASI_HANDLES: usize = 256;
const RANDOM_BYTES: u64 = 64 << 10;

/// What one call may use up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) memory_bytes: usize,
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
}

impl Limits {
    pub(crate) fn of(options: &HostOptions, own: &CallLimits) -> Limits {
        let most = options.memory_most_bytes.max(options.memory_bytes);
        let memory_bytes = own.memory_bytes.unwrap_or(options.memory_bytes).min(most);
        let (cpu, wall) = (own.cpu.unwrap_or(options.cpu), own.wall.unwrap_or(options.wall));
        Limits { memory_bytes, cpu, wall }
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
    weight: Arc<Weight>,
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

/// A store for one call: it looks every tick what the guest has used, lets others in once that is much, and ends it at
/// its limits.
pub(crate) fn store(engine: &Engine, limits: Limits, doors: Doors, weight: Arc<Weight>) -> Store<State> {
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
    let limiter = Limiter::new(limits.memory_bytes);
    let deadline = Instant::now() + limits.wall;
    let log = LogBook::default();
    let state = State { limits, limiter, output, log, doors, requests: 0, kv_calls: 0, deadline, weight, table, wasi };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(CROSSING_BYTES);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut context| {
        let state = context.data_mut();
        if state.weight.used() >= state.limits.cpu {
            return Ok(UpdateDeadline::Interrupt);
        }
        if !state.weight.is_heavy() {
            return Ok(UpdateDeadline::Continue(1));
        }
        Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
    });
    store
}
