//! The book: everything that operators have laid down. One immutable snapshot serves every decision until an edit
//! replaces it.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::{ActiveHours, Downtime, GroupId, HostId, PolicyId, ReceiverId, RuleId, Span};

/// The four tiers, most specific first (T1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    Service,
    Host,
    Group,
    Default,
}

/// Whom a policy is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    Service { host: HostId, service: Box<str> },
    Host(HostId),
    Group(GroupId),
    Default,
}

impl Target {
    /// The tier this target stands on.
    pub fn tier(&self) -> Tier {
        match self {
            Target::Service { .. } => Tier::Service,
            Target::Host(_) => Tier::Host,
            Target::Group(_) => Tier::Group,
            Target::Default => Tier::Default,
        }
    }
}

/// What one tier says for one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    pub id: PolicyId,
    pub target: Target,
    /// A disabled policy is as if absent (T2).
    pub enabled: bool,
    pub say: Say,
}

/// MUTE, or a list of rules (T4, T6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Say {
    Mute,
    Rules(Vec<Rule>),
}

/// One notification variation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    pub id: RuleId,
    pub receivers: Vec<ReceiverId>,
    pub every: Every,
    /// How long a problem must last before the first notice.
    pub after: Span,
    /// Whether the end is told.
    pub recovery: bool,
    /// Whether changes are told (E3).
    pub changes: bool,
    /// When it may speak of problems, reminders and changes; `None` is always. What is due outside of these hours waits
    /// for their start, as if this rule alone were silenced until then. Recoveries do not wait (R1).
    #[serde(default)]
    pub active: Option<ActiveHours>,
}

/// How often a rule repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// By the interval of this urgency, which may be edited.
    Urgency(u8),
    /// By an interval of its own.
    Interval(Span),
}

/// A host group as far as decisions need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub name: String,
    /// Lower wins (T3).
    pub priority: i32,
}

/// Settings of the instance that decisions depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Cycles without a check-in until a host is down (L1).
    pub missed_cycles: u32,
    /// Never call a host down earlier than this (L1).
    pub deadline_floor: Span,
    /// Whether a clean stop of the agent alerts after the deadline like any silence (L2).
    pub stop_alerts: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { missed_cycles: 3, deadline_floor: Span::seconds(60), stop_alerts: true }
    }
}

/// All policies, groups, urgencies, downtimes and settings.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub policies: HashMap<Target, Policy>,
    pub groups: HashMap<GroupId, Group>,
    /// Urgency → re-notify interval.
    pub urgencies: BTreeMap<u8, Span>,
    pub downtimes: Vec<Downtime>,
    pub settings: Settings,
}

/// The urgencies that an instance starts with: 5, 15 and 30 minutes.
pub fn default_urgencies() -> BTreeMap<u8, Span> {
    BTreeMap::from([(1, Span::minutes(5)), (2, Span::minutes(15)), (3, Span::minutes(30))])
}
