//! How a call was stopped, and how the reason is told from what wasmtime reports.

use crate::guest::State;
use std::fmt;
use wasmtime::{PoolConcurrencyLimitError, Trap};

/// Why a call was cut short by the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Containment {
    /// Its processor time is used up.
    Cpu,
    /// Its time is used up, most of it waiting.
    Wall,
    /// It wanted more memory than it may have.
    Memory,
    /// It called itself too deeply.
    Stack,
    /// It crashed.
    Trap,
    /// It ended itself instead of answering.
    Exit,
    /// It answered with something that is no answer, or an oversized one.
    Protocol,
    /// No slot was free in time. Not the connector's fault, and the far side heard nothing.
    Busy,
}

impl fmt::Display for Containment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Containment::Cpu => "processor time",
            Containment::Wall => "time",
            Containment::Memory => "memory",
            Containment::Stack => "stack",
            Containment::Trap => "crash",
            Containment::Exit => "exit",
            Containment::Protocol => "protocol",
            Containment::Busy => "busy",
        })
    }
}

/// Reads a failed call. `state` knows what the error alone does not say: to the guest, refused
/// memory ends in the same crash as any other bug.
pub(crate) fn classify(error: &wasmtime::Error, state: &State) -> (Containment, String) {
    if error.downcast_ref::<wasmtime_wasi::I32Exit>().is_some() {
        return (Containment::Exit, "The connector ended itself instead of answering.".into());
    }
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return (Containment::Busy, "No slot was free for the connector.".into());
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => {
            let message = format!("The connector used up its {} ms of processor time.", state.limits.cpu.as_millis());
            return (Containment::Cpu, message);
        }
        Some(Trap::StackOverflow) => {
            return (Containment::Stack, "The connector called itself too deeply.".into());
        }
        _ => {}
    }
    if let Some(refused) = &state.limiter.refused {
        return (Containment::Memory, refused.clone());
    }
    match error.downcast_ref::<Trap>() {
        Some(trap) => {
            let said = state.output.text();
            let said = if said.is_empty() { trap.to_string() } else { said };
            (Containment::Trap, format!("The connector crashed: {said}"))
        }
        None => (Containment::Protocol, format!("The connector broke the contract: {error:#}")),
    }
}
