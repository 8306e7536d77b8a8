//! What is known of one host now: the aggregate on which every decision about it is made.
//!
//! The server holds one of these for each host in memory, so its size counts: a host of ten services stays near a
//! kilobyte. It is cloned before a decision and swapped in after the commit.

use serde::{Deserialize, Serialize};

use crate::twin::Former;
use crate::{Alert, GroupId, HostId, Moment, Silence, Span, Spoken};

/// Whether a host takes part (I4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// New and unknown: shown and stored, notifies nobody until approved.
    Pending,
    /// Takes part.
    Approved,
    /// Stored, notifies nobody.
    Ignored,
    /// Refused at the door.
    Blocked,
}

/// One host with its services and open alerts.
#[derive(Clone, Debug)]
pub struct Host {
    pub id: HostId,
    /// Monit's id: the identity (I3).
    pub agent_id: Box<str>,
    /// The name that the agent gives itself; two hosts may share it.
    pub name: Box<str>,
    pub admission: Admission,
    /// Ascending and without repetition.
    pub groups: Vec<GroupId>,
    pub liveness: Liveness,
    /// The second at which the agent last parsed its configuration; compared for inequality only.
    pub incarnation: i64,
    /// Whether several tests share one bit of a service's status (agents before 6.0, E2).
    pub shares_bits: bool,
    /// In the agent's order.
    pub services: Vec<Service>,
    /// Open alerts only, oldest first.
    pub alerts: Vec<Alert>,
    /// Silences that have not ended.
    pub silences: Vec<Silence>,
    /// A second agent with the same id, for certain (E6).
    // Boxed, like `Memory::former`: nearly no host has one, and every host has room for it.
    pub twin: Option<Box<Twin>>,
}

/// What says whether the host is up (L1–L4).
#[derive(Clone, Debug, Default)]
pub struct Liveness {
    /// When the last message of this agent arrived, by our clock. `None`: never since it is known.
    pub last_seen_at: Option<Moment>,
    /// The agent's poll interval, from its newest document.
    pub poll: Span,
    /// How long the agent keeps still after a reboot.
    pub start_delay: Span,
    /// Cycles that may be missed; `None`: the setting of the instance.
    pub missed_cycles: Option<u32>,
    /// The agent said that it stops, and nothing came since (L2).
    pub stopped_at: Option<Moment>,
    /// Since when the host is held to be down.
    pub down_since: Option<Moment>,
    pub memory: Memory,
}

/// What is remembered of the agent's last messages and need not be stored: after a restart of the engine it gathers
/// again, and meanwhile a text is less exact, or a second agent is found a minute later.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// What the agent said about conditions that last (N3).
    pub spoken: Vec<Spoken>,
    /// The incarnation before the present one; should it come back, there are two agents (E6).
    pub former: Option<Box<Former>>,
}

/// The last known state of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    pub name: Box<str>,
    /// Monit's number of the service type.
    pub kind: u8,
    /// Monitoring bits: 1 monitored, 2 initializing, 4 waiting.
    pub monitor: u8,
    /// Error bits in force, as the newest document has them.
    pub status: u32,
    /// For the bits of `status`: 1 is "changed", 0 is "failed".
    pub status_hint: u32,
    /// When the agent last checked it, microseconds by the agent's clock; 0 is never.
    pub collected_us: i64,
    /// Bits that belong to the open alert and are not yet known to be clear.
    pub alerting: u32,
    /// Clear was seen at this check (agent's clock, µs) and waits for a later one to be believed (E2, E4); 0 is none.
    pub clear_since_us: i64,
}

impl Service {
    /// Error bits of the failed kind, while the service is monitored (E1).
    pub fn failed(&self) -> u32 {
        if self.monitor & 1 == 1 { self.status & !self.status_hint } else { 0 }
    }
}

/// The other incarnation, where two agents alternate under one id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Twin {
    /// The incarnation that we do not follow.
    pub other_incarnation: i64,
    /// The name it gave.
    pub other_name: Box<str>,
    /// How often the two have alternated.
    pub alternations: u32,
    pub since: Moment,
    pub last_at: Moment,
}
