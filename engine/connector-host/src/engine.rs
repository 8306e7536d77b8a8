//! The wasmtime engine: its configuration, and what guests may import.

use crate::bindings;
use crate::guest::State;
use crate::options::{HostError, HostOptions};
use std::num::NonZeroUsize;
use wasmtime::component::{HasSelf, Linker};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// Native stack of a guest. Rust keeps large values in linear memory, so this is plenty.
const WASM_STACK_BYTES: usize = 512 << 10;
const ASYNC_STACK_BYTES: usize = 1 << 20;
/// Frames in a trap's message.
const BACKTRACE_FRAMES: usize = 20;

/// Shape of one component; scripting languages need the most, about half of this.
const MODULES_PER_COMPONENT: u32 = 48;
const MEMORIES_PER_COMPONENT: u32 = 4;
const TABLES_PER_COMPONENT: u32 = 16;
pub(crate) const TABLE_ELEMENTS: usize = 100_000;
const INSTANCE_BYTES: usize = 4 << 20;

/// Kept mapped between calls, so that the next one does not fault it in again: what a connector in Rust uses, its stack
/// (see `.cargo/config.toml`) and a heap of the same size.
const RESIDENT_MEMORY_BYTES: usize = 512 << 10;
const RESIDENT_TABLE_BYTES: usize = 16 << 10;
const RESIDENT_STACK_BYTES: usize = 64 << 10;
const WARM_SLOTS: u32 = 8;

/// An engine, with a pool of memories where the address space is large enough.
pub(crate) fn start(options: &HostOptions) -> Result<Engine, HostError> {
    let engine = Engine::new(&pooling(options)).or_else(|error| {
        // Pooling reserves address space, which `ulimit -v` and some containers cap.
        tracing::warn!(%error, "connectors run without a memory pool, somewhat slower: the address space is limited");
        Engine::new(&base())
    });
    engine.map_err(HostError::Engine)
}

/// Everything that a guest may import: our contract, and a WASI world in which nothing exists.
pub(crate) fn linker(engine: &Engine) -> Result<Linker<State>, HostError> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(HostError::Engine)?;
    bindings::Connector::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).map_err(HostError::Engine)?;
    Ok(linker)
}

fn base() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .epoch_interruption(true)
        .max_wasm_stack(WASM_STACK_BYTES)
        .async_stack_size(ASYNC_STACK_BYTES)
        .concurrency_support(false)
        .wasm_backtrace_max_frames(NonZeroUsize::new(BACKTRACE_FRAMES))
        .memory_init_cow(true);
    config
}

fn pooling(options: &HostOptions) -> Config {
    // Loading describes a connector while all slots may be taken.
    let slots = options.slots + 1;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots * 8)
        .total_memories(slots * 2)
        .total_tables(slots * 8)
        .total_stacks(slots)
        .max_memory_size(options.memory_most_bytes.max(options.memory_bytes))
        .table_elements(TABLE_ELEMENTS)
        .max_component_instance_size(INSTANCE_BYTES)
        .max_core_instance_size(INSTANCE_BYTES)
        .max_core_instances_per_component(MODULES_PER_COMPONENT)
        .max_memories_per_component(MEMORIES_PER_COMPONENT)
        .max_tables_per_component(TABLES_PER_COMPONENT)
        .linear_memory_keep_resident(RESIDENT_MEMORY_BYTES)
        // Where the kernel says which pages a call wrote (Linux 6.7), only those are written back, not all that stay.
        .pagemap_scan(Enabled::Auto)
        .table_keep_resident(RESIDENT_TABLE_BYTES)
        .async_stack_keep_resident(RESIDENT_STACK_BYTES)
        .max_unused_warm_slots(WARM_SLOTS);
    let mut config = base();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}
