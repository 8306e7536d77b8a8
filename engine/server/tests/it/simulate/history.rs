//! What has taken effect in a run, in its order: all that the model knows. And the lines that both sides come to.

use std::collections::BTreeSet;

use tocsin_policy::{Moment, Span};

use super::plan::{Deed, HostNo, ReceiverNo, ServiceNo, World};

/// The inputs of a run.
#[derive(Clone, Debug)]
pub struct History {
    pub world: World,
    /// By time; of one instant in the order in which they were taken.
    pub entries: Vec<Entry>,
    pub end: Moment,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub at: Moment,
    pub what: Input,
}

#[derive(Clone, Debug)]
pub enum Input {
    /// The engine runs from here on.
    Starts,
    /// It does not. What was due at this very instant had been decided for these hosts only.
    Stops {
        decided: BTreeSet<HostNo>,
    },
    /// From here on nothing can be written: check-ins that say something new are refused, nothing is decided.
    CannotWrite,
    /// It can again. `refused` says whether anything was, meanwhile.
    WritesAgain {
        refused: bool,
    },
    /// The wall was set.
    Wall(Span),
    Deed(Deed),
    CheckIn(HostNo, Document),
}

/// A message of an agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub incarnation: i64,
    pub poll: Span,
    pub start_delay: Span,
    pub six: bool,
    pub services: Vec<Block>,
    pub event: Option<Event>,
}

/// A service in a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub service: ServiceNo,
    pub monitor: u32,
    pub status: u32,
    /// Which bits of the status are changes.
    pub hint: u32,
    /// Microseconds by the agent's clock.
    pub collected_us: i64,
}

/// The event of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The same number is the same event.
    pub serial: u64,
    pub collected_us: i64,
    pub about: About,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Failed(ServiceNo, u32),
    Succeeded(ServiceNo, u32),
    Changed(ServiceNo, u32),
    Started,
    Stopped,
}

/// A committed notification.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    pub at: Moment,
    pub host: HostNo,
    pub service: Option<ServiceNo>,
    pub receiver: ReceiverNo,
    /// P, R, V, or C for a change.
    pub kind: char,
}

impl Line {
    /// `30:15 P web1/nginx a`
    pub fn text(&self, world: &World) -> String {
        let (at, subject) =
            (tocsin::rehearse::time::write(self.at - world.start), world.subject(self.host, self.service));
        format!("{at} {} {subject} {}", self.kind, world.receivers[self.receiver])
    }
}
