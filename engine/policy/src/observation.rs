//! A check-in as the core sees it: free of the agent's format, and with what only the store can know.

use crate::Span;

/// One message of an agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    pub incarnation: i64,
    pub host_name: Box<str>,
    pub poll: Span,
    pub start_delay: Span,
    /// Agents before 6.0 let several tests share one status bit (E2).
    pub shares_bits: bool,
    /// Complete: a service that is missing here is gone (L4).
    pub services: Vec<ObservedService>,
    pub event: Option<ObservedEvent>,
}

/// A service as the newest document has it.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedService {
    pub name: Box<str>,
    pub kind: u8,
    pub monitor: u8,
    pub status: u32,
    pub status_hint: u32,
    /// Microseconds by the agent's clock; 0 is never.
    pub collected_us: i64,
}

/// The event of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedEvent {
    pub collected_us: i64,
    pub service: Box<str>,
    /// One bit; 65536 is the agent itself, 131072 an action.
    pub id: u32,
    /// 0 succeeded, 1 failed, 2 changed, 4 changed not.
    pub state: u8,
    /// What the agent does about it, Monit's number.
    pub action: u8,
    pub message: String,
    /// Whether the store had not seen it before (I1).
    pub is_new: bool,
}
