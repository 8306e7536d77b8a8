//! A rehearsal as it was written: a policy, a small world, a timeline. Names are numbers here, by their place in the
//! lists of the scene; who wrote the file is told of unknown ones while it is read.

use tocsin_policy::{ActiveHours, DowntimeSchedule, Every, Moment, Span};

use crate::usecase::acknowledge::Until;

pub type HostNo = usize;
pub type ServiceNo = usize;
pub type GroupNo = usize;
pub type ReceiverNo = usize;
pub type DowntimeNo = usize;

/// Everything that one file says. Times are spans since `start`.
#[derive(Clone, Debug)]
pub struct Scene {
    pub start: Moment,
    /// The poll interval of every host.
    pub poll: Span,
    /// Cycles until a host is down.
    pub missed: u32,
    pub urgencies: Vec<(u8, Span)>,
    pub hosts: Vec<HostSpec>,
    pub groups: Vec<GroupSpec>,
    pub receivers: Vec<String>,
    /// In force before the start.
    pub policies: Vec<PolicySpec>,
    pub downtimes: Vec<DowntimeSpec>,
    /// In the order of time; of one instant in the order of the file.
    pub events: Vec<Event>,
    pub until: Span,
    /// The complete list of notifications, where the file has one.
    pub expected: Option<Vec<Expected>>,
}

/// A host with everything about it that is ever mentioned.
#[derive(Clone, Debug, Default)]
pub struct HostSpec {
    pub name: String,
    pub groups: Vec<GroupNo>,
    pub services: Vec<ServiceSpec>,
}

/// A service and the conditions that are named in the file; the first is the one without a name.
#[derive(Clone, Debug)]
pub struct ServiceSpec {
    pub name: String,
    pub conditions: Vec<String>,
}

/// A host group; lower priority numbers win.
#[derive(Clone, Debug)]
pub struct GroupSpec {
    pub name: String,
    pub priority: i32,
}

/// Whom a policy or a downtime is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    All,
    Group(GroupNo),
    Host(HostNo),
    Service(HostNo, ServiceNo),
}

/// What one tier is to say.
#[derive(Clone, Debug)]
pub struct PolicySpec {
    pub line: usize,
    pub aim: Aim,
    pub enabled: bool,
    /// `None` is MUTE.
    pub rules: Option<Vec<RuleSpec>>,
}

/// One notification variation.
#[derive(Clone, Debug)]
pub struct RuleSpec {
    pub receivers: Vec<ReceiverNo>,
    pub every: Every,
    pub after: Span,
    pub recovery: bool,
    pub active: Option<ActiveHours>,
}

/// A downtime as it stands in the file.
#[derive(Clone, Debug)]
pub struct DowntimeSpec {
    pub line: usize,
    /// The words of the statement: its title.
    pub words: String,
    pub aim: Aim,
    pub schedule: Schedule,
}

/// When a downtime holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    Once {
        from: Span,
        to: Span,
    },
    /// By the clock of a zone.
    Recurring(DowntimeSchedule),
}

/// Something that happens.
#[derive(Clone, Debug)]
pub struct Event {
    pub at: Span,
    pub line: usize,
    pub what: What,
}

/// What happens in the world, by the hand of an operator, or to the engine.
#[derive(Clone, Debug)]
pub enum What {
    /// A condition of a service fails, by its number.
    Fail {
        host: HostNo,
        service: ServiceNo,
        condition: usize,
    },
    /// One condition, or with `None` all of them, are fine.
    Fine {
        host: HostNo,
        service: ServiceNo,
        condition: Option<usize>,
    },
    /// The last check-in before the host keeps still.
    Last(HostNo),
    Back(HostNo),
    Acknowledge {
        host: HostNo,
        service: Option<ServiceNo>,
        until: Until,
    },
    Unacknowledge {
        host: HostNo,
        service: Option<ServiceNo>,
    },
    Silence {
        host: HostNo,
        length: String,
    },
    Unsilence(HostNo),
    CancelDowntime(DowntimeNo),
    Policy(PolicySpec),
    DeletePolicy(Aim),
    Urgency(u8, Span),
    Join {
        host: HostNo,
        group: GroupNo,
    },
    Leave {
        host: HostNo,
        group: GroupNo,
    },
    EngineStops,
    EngineStarts,
}

/// One line of the expected list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    pub at: Span,
    /// P, R or V.
    pub kind: char,
    /// `host/service` or `host`.
    pub subject: String,
    pub receiver: String,
}

impl Scene {
    /// `host/service`, or `host` for the host itself.
    pub fn subject(&self, host: HostNo, service: Option<ServiceNo>) -> String {
        let host = &self.hosts[host];
        match service {
            Some(service) => format!("{}/{}", host.name, host.services[service].name),
            None => host.name.clone(),
        }
    }
}
