//! A small world that moves by the minute: hosts with Monit agents, an engine, operators, and a virtual clock.
//!
//! The engine's part is exactly what the server does with the core: `observe` or an action, then `resolve`, and
//! `resolve` again when `wake_at` says so. Everything else here only plays the outside.

use std::collections::BTreeMap;

use tocsin_policy::book::default_urgencies;
use tocsin_policy::*;

/// 2026-03-02T10:00:00Z.
pub const START: Moment = Moment(1_772_445_600_000);
/// What fails when a story names no condition.
pub const CONNECTION: u32 = 0x20;
/// The bits of named conditions, in the order in which a story names them. None of them hides the others.
const CONDITIONS: [u32; 6] = [0x2, 0x10, 0x40, 0x80, 0x100, 0x2000];

/// An agent and what the engine knows of its host.
pub struct Sim {
    pub host: Host,
    pub agent: Agent,
}

/// A Monit agent of version 6.
pub struct Agent {
    pub incarnation: i64,
    pub services: Vec<AgentService>,
    pub conditions: Vec<String>,
    /// It runs and reaches us.
    pub heard: bool,
    pub start_delay: Span,
}

pub struct AgentService {
    pub name: String,
    pub status: u32,
    pub monitor: u8,
}

pub struct World {
    pub now: Moment,
    pub poll: Span,
    pub book: Book,
    /// `None` while it is stopped.
    pub engine: Option<Engine>,
    pub hosts: BTreeMap<String, Sim>,
    pub names: BTreeMap<String, i64>,
    pub sent: Vec<(Moment, String)>,
    pub withheld: Vec<(Moment, String)>,
    pub log: Vec<(Moment, String, Effect)>,
    pub next_id: i64,
    /// Every message of an agent arrives twice.
    pub echoing: bool,
    /// Agents of one instant are heard in the opposite order.
    pub backwards: bool,
}

impl World {
    pub fn new() -> World {
        World {
            now: START,
            poll: Span::minutes(1),
            book: Book { urgencies: default_urgencies(), ..Book::default() },
            engine: Some(Engine::started(START - Span::hours(24))),
            hosts: BTreeMap::new(),
            names: BTreeMap::new(),
            sent: Vec::new(),
            withheld: Vec::new(),
            log: Vec::new(),
            next_id: 1_000,
            echoing: false,
            backwards: false,
        }
    }

    /// The id behind a name of any kind, given at its first mention.
    pub fn id(&mut self, name: &str) -> i64 {
        let next = self.names.len() as i64 + 1;
        *self.names.entry(name.to_owned()).or_insert(next)
    }

    pub fn name_of(&self, id: i64) -> String {
        let found = self.names.iter().find(|(_, known)| **known == id);
        found.map_or_else(|| format!("#{id}"), |(name, _)| name.split(' ').next_back().unwrap().to_owned())
    }

    pub fn declare_host(&mut self, name: &str, groups: &[&str]) {
        let mut groups: Vec<GroupId> = groups.iter().map(|group| self.group(group)).collect();
        groups.sort();
        let host = Host {
            id: HostId(self.id(&format!("host {name}"))),
            agent_id: name.into(),
            name: name.into(),
            admission: Admission::Approved,
            groups,
            liveness: Liveness::default(),
            incarnation: 0,
            shares_bits: false,
            services: Vec::new(),
            alerts: Vec::new(),
            silences: Vec::new(),
            twin: None,
        };
        let agent = Agent {
            incarnation: 1_772_000_000,
            services: Vec::new(),
            conditions: Vec::new(),
            heard: true,
            start_delay: Span::ZERO,
        };
        self.hosts.insert(name.to_owned(), Sim { host, agent });
    }

    pub fn group(&mut self, name: &str) -> GroupId {
        let id = GroupId(self.id(&format!("group {name}")));
        self.book.groups.entry(id).or_insert(Group { name: name.to_owned(), priority: 10 });
        id
    }

    pub fn sim(&mut self, host: &str) -> &mut Sim {
        self.hosts.get_mut(host).unwrap_or_else(|| panic!("no host {host}"))
    }

    /// The bit of a condition; `None` is the one without a name.
    pub fn bit(&mut self, host: &str, condition: Option<&str>) -> u32 {
        let Some(name) = condition else { return CONNECTION };
        let known = &mut self.sim(host).agent.conditions;
        if !known.iter().any(|known| known == name) {
            known.push(name.to_owned());
        }
        CONDITIONS[known.iter().position(|known| known == name).unwrap()]
    }
}

impl AgentService {
    pub fn seen(&self, now: Moment) -> ObservedService {
        ObservedService {
            name: self.name.as_str().into(),
            kind: 3,
            monitor: self.monitor,
            status: self.status,
            status_hint: 0,
            collected_us: now.0 * 1_000,
        }
    }
}
