//! One service as the agent reports it: the part that all types have in common, and its details still unread.

use std::borrow::Cow;

use crate::event::Action;
use crate::every::Every;
use crate::value::Value;
use crate::values;

/// A service in a report. Its identity is (agent id, name); the agent compares names without regard to case.
#[derive(Clone, PartialEq, Eq)]
pub struct Service<'a> {
    pub name: Cow<'a, str>,
    /// A name whose type changes is a new service, also to the agent.
    pub kind: ServiceType,
    /// When it was last checked, on the agent's clock: microseconds since the epoch; 0 is never.
    pub collected_us: i64,
    /// Bits of the tests now in error, see [`crate::event_names`]; 0 is no error *known*.
    pub status: u32,
    /// For the bits set in `status`: 1 is changed, 0 is failed. Bits outside `status` are left over and mean nothing.
    pub status_hint: u32,
    pub monitor: Monitor,
    pub monitor_mode: MonitorMode,
    /// Agents from 5.20 on.
    pub on_reboot: Option<OnReboot>,
    /// Asked for and not begun yet; [`Action::Ignored`] when nothing is.
    pub pending_action: Action,
    /// Absent when checked in every cycle.
    pub every: Option<Every<'a>>,
    /// The first error in words; only the oldest agents (5.2) send it.
    pub status_message: Option<Cow<'a, str>>,
    /// The bytes of the details, read on demand by [`Service::values`].
    pub details: &'a [u8],
}

impl<'a> Service<'a> {
    /// Bits of the tests that have failed; none while the service is not monitored, when nothing is known.
    ///
    /// In the first cycle after a start or reload, an event's own document shows the bit in `status` while the service
    /// is still initializing (the check ends after the event is sent): then only the event tells of the failure, and the
    /// next document has it here as well.
    pub fn failed_bits(&self) -> u32 {
        if self.is_monitored() { self.status & !self.status_hint } else { 0 }
    }

    /// Bits of the tests that saw a change, which no recovery follows; none while the service is not monitored.
    pub fn changed_bits(&self) -> u32 {
        if self.is_monitored() { self.status & self.status_hint } else { 0 }
    }

    /// Monitored, with a result.
    pub fn is_monitored(&self) -> bool {
        self.monitor.is_monitored()
    }

    /// Not checked yet since start, reload or a request to monitor it: neither fine nor failed.
    pub fn is_initializing(&self) -> bool {
        self.monitor.is_initializing()
    }

    /// Its last check was skipped, because of its `every` statement.
    pub fn is_waiting(&self) -> bool {
        self.monitor.is_waiting()
    }

    /// Everything measured, in the agent's order. What the agent does not know (-1) or does not send is not in the list:
    /// absence is never zero. A service that is missing, unmonitored or not checked yet has no values at all.
    pub fn values(&self) -> Vec<Value<'a>> {
        values::read(self.details)
    }
}

impl std::fmt::Debug for Service<'_> {
    /// Shows the details as text, since a list of byte numbers helps nobody.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("collected_us", &self.collected_us)
            .field("status", &self.status)
            .field("status_hint", &self.status_hint)
            .field("monitor", &self.monitor)
            .field("monitor_mode", &self.monitor_mode)
            .field("on_reboot", &self.on_reboot)
            .field("pending_action", &self.pending_action)
            .field("every", &self.every)
            .field("status_message", &self.status_message)
            .field("details", &String::from_utf8_lossy(self.details))
            .finish()
    }
}

/// What kind of thing a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceType {
    Filesystem,
    Directory,
    File,
    Process,
    /// A remote host (Monit's `check host`).
    RemoteHost,
    System,
    Fifo,
    Program,
    Network,
    /// A number this version does not know.
    Other(u32),
}

const SERVICE_TYPES: [(ServiceType, &str); 9] = [
    (ServiceType::Filesystem, "filesystem"),
    (ServiceType::Directory, "directory"),
    (ServiceType::File, "file"),
    (ServiceType::Process, "process"),
    (ServiceType::RemoteHost, "remote host"),
    (ServiceType::System, "system"),
    (ServiceType::Fifo, "fifo"),
    (ServiceType::Program, "program"),
    (ServiceType::Network, "network"),
];

impl ServiceType {
    /// From the number on the wire.
    pub fn from_code(code: u32) -> Self {
        let known = usize::try_from(code).ok().and_then(|code| SERVICE_TYPES.get(code));
        known.map_or(ServiceType::Other(code), |(kind, _)| *kind)
    }

    /// The number on the wire.
    pub fn code(self) -> u32 {
        match self {
            ServiceType::Other(code) => code,
            known => (0..).zip(SERVICE_TYPES).find(|(_, (kind, _))| *kind == known).map_or(0, |(code, _)| code),
        }
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        SERVICE_TYPES.iter().find(|(kind, _)| *kind == self).map_or("unknown", |(_, name)| name)
    }
}

/// Whether and how a service is being monitored: bits, never compared as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Monitor(pub u32);

impl Monitor {
    /// Bit of a service that is monitored and has a result.
    pub const MONITORED: u32 = 1;
    /// Bit of a service that has no result yet.
    pub const INITIALIZING: u32 = 2;
    /// Bit of a service whose check was skipped by its `every` statement.
    pub const WAITING: u32 = 4;

    pub const fn is_monitored(self) -> bool {
        self.0 & Self::MONITORED != 0
    }

    pub const fn is_initializing(self) -> bool {
        self.0 & Self::INITIALIZING != 0
    }

    pub const fn is_waiting(self) -> bool {
        self.0 & Self::WAITING != 0
    }
}

/// How far the agent goes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MonitorMode {
    /// Starts and restarts what fails.
    Active,
    /// Only watches.
    Passive,
    /// Not even watched until somebody starts it through the agent.
    Manual,
    /// A number this version does not know.
    Other(u32),
}

/// What happens to a service when its machine starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnReboot {
    Start,
    NoStart,
    LastState,
    /// A number this version does not know.
    Other(u32),
}
