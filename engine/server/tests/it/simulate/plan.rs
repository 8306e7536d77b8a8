//! What one seed stands for: a small world and a list of what happens in it. Everything else follows from these two, so
//! a failing run is made smaller by leaving out items of the list.

use tocsin_policy::{Every, Moment, Span};

use super::windows::{Hours, When};

pub type HostNo = usize;
pub type ServiceNo = usize;
pub type GroupNo = usize;
pub type ReceiverNo = usize;
/// Time in whole ticks since the start.
pub type Tick = i64;

/// Everything that the model looks at happens at a multiple of this: then things often happen at the same instant,
/// where the order counts (N4), and the model can look at every instant there is.
pub const TICK: Span = Span::seconds(15);

/// A world and what happens in it.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub world: World,
    pub items: Vec<Item>,
    /// Where the run ends.
    pub ticks: Tick,
}

/// What is there from the beginning.
#[derive(Clone, Debug)]
pub struct World {
    pub start: Moment,
    pub hosts: Vec<HostSpec>,
    /// With their priorities.
    pub groups: Vec<(String, i32)>,
    pub receivers: Vec<String>,
    /// Cycles that a host may miss.
    pub missed: u32,
    /// Whether a clean stop of an agent alerts like any silence (L2).
    pub stop_alerts: bool,
}

/// A host, its agent and what the agent checks.
#[derive(Clone, Debug)]
pub struct HostSpec {
    pub name: String,
    /// Ticks from one check-in to the next.
    pub poll: Tick,
    /// When in that time it checks in.
    pub phase: Tick,
    pub start_delay: Span,
    /// Version 6, which has a status bit for each test (E2).
    pub six: bool,
    pub services: Vec<ServiceSpec>,
    pub groups: Vec<GroupNo>,
}

/// A service and how many checks must fail until the agent says so.
#[derive(Clone, Debug)]
pub struct ServiceSpec {
    pub name: String,
    pub checks: u32,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub struct Item {
    pub at: Tick,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    /// An operator does something.
    Deed(Deed),
    /// From its next check on a service fails by this bit …
    Fails(HostNo, ServiceNo, u32),
    /// … and is fine again, by all of them.
    Fine(HostNo, ServiceNo),
    /// One of two tests that share a bit recovers: old agents clear it for a cycle.
    Flickers(HostNo, ServiceNo),
    /// Something that no recovery follows (E3).
    Changes(HostNo, ServiceNo),
    /// The agent stops or begins to look at a service.
    Monitors(HostNo, ServiceNo, bool),
    /// The agent's configuration loses a service, or has it again: it is read anew.
    Configures(HostNo, ServiceNo, bool),
    /// The agent ends, cleanly or not, and starts after so long.
    Restarts { host: HostNo, clean: bool, away: Tick },
    /// Nothing that the host sends arrives for so long; its agent keeps the events.
    CutOff(HostNo, Tick),
    /// What becomes of the host's next message.
    Post(HostNo, Fate),
    /// The engine is killed between two writes, for so long.
    Stops(Tick),
    /// The engine is killed at one of the next durable writes, which happens or not, for so long.
    Crash { skip: u32, written: bool, away: Tick },
    /// The process is suspended, and goes on.
    Sleeps(Tick),
    /// The database takes nothing.
    Outage(Tick),
    /// Somebody sets the clock on the wall.
    Wall(Span),
    /// How a receiver's far side behaves from now on.
    Mood(ReceiverNo, Mood),
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Lost,
    /// It arrives, and the answer does not.
    AnswerLost,
    /// It arrives after so long; the agent has given it up by then.
    Late(Tick),
    /// It arrives, and once more after so long.
    Twice(Tick),
}

/// How a connector's call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// Delivered, after a while.
    Slow,
    /// 429 with a Retry-After of so long.
    Busy(Span),
    /// 4xx that no repetition mends.
    Refuses,
    /// 5xx
    Fails,
    /// Nothing comes back until the call is cut off.
    Hangs,
    Traps,
    /// The far side has it, and the answer is lost.
    Deaf,
    /// Any of these.
    Any,
}

/// What an operator does.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Without rules: MUTE.
    Policy {
        aim: Aim,
        enabled: bool,
        rules: Option<Vec<RuleSpec>>,
    },
    DeletePolicy(Aim),
    Urgency(u8, Span),
    Priority(GroupNo, i32),
    Join(HostNo, GroupNo),
    Leave(HostNo, GroupNo),
    /// Cycles that this host may miss.
    Missed(HostNo, Option<u32>),
    /// Without a length: until recovery.
    Acknowledge(HostNo, Option<ServiceNo>, Option<Span>),
    Unacknowledge(HostNo, Option<ServiceNo>),
    Silence(HostNo, Span),
    Unsilence(HostNo),
    /// Numbered by the plan.
    Downtime(usize, Aim, When),
    CancelDowntime(usize),
}

/// Whom a policy or a downtime is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aim {
    All,
    Group(GroupNo),
    Host(HostNo),
    Service(HostNo, ServiceNo),
}

/// One rule of a policy.
#[derive(Clone, Debug)]
pub struct RuleSpec {
    /// The same number is the same rule, over all edits of its policy.
    pub key: u32,
    pub receivers: Vec<ReceiverNo>,
    pub every: Every,
    pub after: Span,
    pub recovery: bool,
    pub changes: bool,
    pub active: Option<Hours>,
}

impl World {
    /// The moment of a tick.
    pub fn moment(&self, tick: Tick) -> Moment {
        self.start + Span(TICK.0 * tick)
    }

    /// `host/service`, or `host`.
    pub fn subject(&self, host: HostNo, service: Option<ServiceNo>) -> String {
        let host = &self.hosts[host];
        service.map_or(host.name.clone(), |service| format!("{}/{}", host.name, host.services[service].name))
    }
}

impl What {
    /// The host that it happens to.
    pub fn host(&self) -> Option<HostNo> {
        match self {
            What::Fails(host, ..) | What::Fine(host, _) | What::Flickers(host, _) | What::Changes(host, _) => {
                Some(*host)
            }
            What::Monitors(host, ..) | What::Configures(host, ..) | What::CutOff(host, _) => Some(*host),
            What::Restarts { host, .. } | What::Post(host, _) => Some(*host),
            _ => None,
        }
    }
}

impl Deed {
    /// The host that it is about.
    pub fn host(&self) -> Option<HostNo> {
        match self {
            Deed::Join(host, _) | Deed::Leave(host, _) | Deed::Missed(host, _) => Some(*host),
            Deed::Acknowledge(host, ..) | Deed::Unacknowledge(host, _) => Some(*host),
            Deed::Silence(host, _) | Deed::Unsilence(host) => Some(*host),
            _ => None,
        }
    }

    /// Whether it changes what is laid down for all hosts.
    pub fn is_edit(&self) -> bool {
        self.host().is_none()
    }
}
