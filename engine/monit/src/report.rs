//! A whole document: who speaks, about which machine, with which services, and what happened.

use std::borrow::Cow;
use std::fmt;

use crate::event::Event;
use crate::service::Service;
use crate::version::Version;

/// One document of an agent. It borrows from the document's bytes wherever those are UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<'a> {
    /// The agent's identity: it survives restarts and renames of the machine. One word.
    pub id: Cow<'a, str>,
    /// When the configuration was last read, seconds on the agent's clock: new with each start *and* reload. It can
    /// go backwards with that clock, so compare for inequality only.
    pub incarnation: i64,
    pub version: Version,
    pub server: Server<'a>,
    pub platform: Platform<'a>,
    /// Agents from 5.34 on, when configured.
    pub host_groups: Vec<Cow<'a, str>>,
    /// All services, in the order of the agent's configuration: what is missing here was removed there.
    pub services: Vec<Service<'a>>,
    pub service_groups: Vec<ServiceGroup<'a>>,
    /// The event that caused this document; `None` for a plain status.
    pub event: Option<Event<'a>>,
}

impl<'a> Report<'a> {
    /// The service of this name; the agent compares names without regard to ASCII case.
    pub fn service(&self, name: &str) -> Option<&Service<'a>> {
        self.services.iter().find(|service| service.name.eq_ignore_ascii_case(name))
    }

    /// Whether the event waited in the agent's queue and is older than the services around it: then those are the truth
    /// of now, and the event is history. `false` without an event.
    ///
    /// An event of a service is late when that service was checked since, see [`Event`]. One of the agent itself is late
    /// when it arose before the configuration was last read; a stop in that very second belongs to the run before.
    pub fn event_is_late(&self) -> bool {
        let Some(event) = &self.event else { return false };
        let second = event.collected_us.div_euclid(1_000_000);
        if event.is_instance() {
            return if event.is_stop() { second <= self.incarnation } else { second < self.incarnation };
        }
        self.service(&event.service).is_some_and(|service| service.collected_us >= event.collected_us)
    }
}

/// The agent as a running program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Server<'a> {
    /// Seconds since the incarnation, odd after a clock jump.
    pub uptime: Option<i64>,
    /// Seconds from one status to the next; 0 when the agent does not say.
    pub poll_s: u32,
    /// Seconds the agent stays silent after its machine started.
    pub start_delay_s: u32,
    /// The name of the agent's system service: free text, not necessarily the machine's host name.
    pub local_host_name: Cow<'a, str>,
    /// Path of the agent's configuration file.
    pub control_file: Cow<'a, str>,
    /// Where the agent can be reached for control, if it can.
    pub httpd: Option<Httpd<'a>>,
    /// What the agent's own HTTP server asks for.
    pub credentials: Option<Credentials<'a>>,
}

/// The agent's own HTTP server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Httpd<'a> {
    /// As configured: it may be a name, a loopback address or "any"; then the address the agent connects from counts.
    pub address: Option<Cow<'a, str>>,
    pub port: Option<u16>,
    pub tls: bool,
    /// Path, when it listens on a Unix socket.
    pub unix_socket: Option<Cow<'a, str>>,
}

/// A user of the agent's HTTP server, sent by the agent in clear text.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Credentials<'a> {
    pub username: Cow<'a, str>,
    pub password: Cow<'a, str>,
}

impl fmt::Debug for Credentials<'_> {
    /// Never shows the password: reports end up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// The machine the agent runs on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Platform<'a> {
    /// `Linux`, `FreeBSD` …
    pub name: Cow<'a, str>,
    pub release: Cow<'a, str>,
    pub version: Cow<'a, str>,
    /// `x86_64` …
    pub machine: Cow<'a, str>,
    /// Processor cores.
    pub cpu: Option<u32>,
    /// Memory in all, kilobytes.
    pub memory_kb: Option<u64>,
    /// Swap in all, kilobytes.
    pub swap_kb: Option<u64>,
}

/// A named set of services of one agent; a service may be in several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceGroup<'a> {
    pub name: Cow<'a, str>,
    /// Names of its services, in the order of the agent's configuration.
    pub members: Vec<Cow<'a, str>>,
}
