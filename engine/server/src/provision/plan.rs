//! What a provision file says, read and free of the file's form. Names still stand for things: they are looked up when
//! the plan is applied, since some of them may be in the database already.

use crate::store::manner::Manner;
use tocsin_policy::{ActiveHours, DowntimeSchedule, Every, Span};

use crate::actor::Role;
use crate::settings::document::{Place, Problem};
use crate::usecase::check_in::matches;
use crate::usecase::policy::hurried;

/// Everything that one file lays down.
#[derive(Debug, Default)]
pub struct Plan {
    pub accounts: Vec<Account>,
    pub agent_accounts: Vec<AgentAccount>,
    pub api_tokens: Vec<ApiToken>,
    pub urgencies: Vec<Urgency>,
    pub settings: Settings,
    pub groups: Vec<Group>,
    pub approvals: Option<Approvals>,
    pub hosts: Vec<Host>,
    pub receivers: Vec<Receiver>,
    pub policies: Vec<Policy>,
    pub downtimes: Vec<Downtime>,
}

impl Plan {
    /// Intervals that are taken and hardly meant, each with its place.
    pub fn hurries(&self) -> Vec<Problem> {
        let urgencies = self.urgencies.iter().map(|urgency| (&urgency.at, urgency.interval));
        let rules = self.policies.iter().flat_map(|policy| match &policy.say {
            Say::Mute => &[],
            Say::Rules(rules) => rules.as_slice(),
        });
        let rules = rules.filter_map(|rule| match rule.every {
            Every::Interval(every) => Some((&rule.at, every)),
            Every::Urgency(_) => None,
        });
        urgencies.chain(rules).filter_map(|(at, every)| Some(Problem::at(at, hurried(every)?))).collect()
    }
}

/// A person.
#[derive(Debug)]
pub struct Account {
    pub at: Place,
    pub name: String,
    pub role: Role,
    /// May be left out for somebody who has an account already.
    pub password: Option<String>,
}

#[derive(Debug)]
pub struct AgentAccount {
    pub at: Place,
    pub name: String,
    pub password: String,
}

#[derive(Debug)]
pub struct ApiToken {
    pub at: Place,
    pub name: String,
    pub role: Role,
    pub token: String,
}

#[derive(Debug)]
pub struct Urgency {
    pub at: Place,
    pub level: u8,
    pub interval: Span,
}

/// Settings that decisions depend on; what is left out stays as it is.
#[derive(Debug, Default)]
pub struct Settings {
    pub at: Place,
    pub missed_cycles: Option<u32>,
    pub deadline_floor: Option<Span>,
    pub stop_alerts: Option<bool>,
}

#[derive(Debug)]
pub struct Group {
    pub at: Place,
    pub name: String,
    pub priority: i32,
}

/// All rules by which new hosts are approved, in their order.
#[derive(Debug, Default)]
pub struct Approvals {
    pub rules: Vec<Approval>,
}

#[derive(Debug)]
pub struct Approval {
    pub at: Place,
    /// Name of the host; `*` stands for any text.
    pub host: String,
    /// Name of the agent account.
    pub account: String,
    pub group: Option<Named>,
}

/// Something that is referred to by its name.
#[derive(Clone, Debug)]
pub struct Named {
    pub at: Place,
    pub name: String,
}

/// Which hosts an entry is about; they need not be known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// By the name that the agent gives; `*` stands for any text.
    Name(String),
    /// By the agent's id.
    AgentId(String),
}

impl Hosts {
    pub fn include(&self, name: &str, agent_id: &str) -> bool {
        match self {
            Hosts::Name(pattern) => matches(pattern, name),
            Hosts::AgentId(pattern) => matches(pattern, agent_id),
        }
    }
}

/// Attributes of hosts; what is left out stays as it is.
#[derive(Debug)]
pub struct Host {
    pub at: Place,
    pub hosts: Hosts,
    /// Approves it if it waits for approval.
    pub approve: bool,
    pub region: Option<String>,
    pub environment: Option<String>,
    pub labels: Vec<(String, String)>,
    pub groups: Vec<Named>,
    pub missed_cycles: Option<u32>,
}

#[derive(Debug)]
pub struct Receiver {
    pub at: Place,
    pub name: String,
    pub connector: Named,
    pub settings_at: Place,
    /// With secrets filled in.
    pub settings: serde_json::Value,
    pub private_network: bool,
    pub enabled: bool,
    pub manner: Manner,
}

/// Whom a policy or downtime is for.
#[derive(Clone, Debug)]
pub enum Aim {
    /// The default policy; everything, for a downtime.
    All,
    Group(Named),
    Hosts(Hosts),
    Service(Hosts, String),
}

impl Aim {
    /// Whether it is about hosts one by one, which may appear later.
    pub fn hosts(&self) -> Option<&Hosts> {
        match self {
            Aim::Hosts(hosts) | Aim::Service(hosts, _) => Some(hosts),
            Aim::All | Aim::Group(_) => None,
        }
    }
}

#[derive(Debug)]
pub struct Policy {
    pub at: Place,
    pub aim: Aim,
    pub enabled: bool,
    pub say: Say,
}

#[derive(Debug)]
pub enum Say {
    Mute,
    Rules(Vec<Rule>),
}

#[derive(Debug)]
pub struct Rule {
    pub at: Place,
    pub receivers: Vec<Named>,
    pub every: Every,
    pub after: Span,
    pub recovery: bool,
    pub changes: bool,
    pub active: Option<ActiveHours>,
}

#[derive(Debug)]
pub struct Downtime {
    pub at: Place,
    pub title: String,
    pub aim: Aim,
    pub schedule: DowntimeSchedule,
}
