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

    /// The agent sends what it knows; `event` is (service, id, state, message).
    pub fn check_in(&mut self, host: &str, event: Option<(&str, u32, u8, &str)>) {
        let (now, poll) = (self.now, self.poll);
        let sim = self.hosts.get_mut(host).unwrap();
        if self.engine.is_none() || !sim.agent.heard {
            return;
        }
        let seen = Observation {
            incarnation: sim.agent.incarnation,
            host_name: host.into(),
            poll,
            start_delay: sim.agent.start_delay,
            shares_bits: false,
            services: sim.agent.services.iter().map(|service| service.seen(now)).collect(),
            event: event.map(|(service, id, state, message)| ObservedEvent {
                collected_us: now.0 * 1_000,
                service: service.into(),
                id,
                state,
                action: if message.ends_with("stopped") { 3 } else { 1 },
                message: message.to_owned(),
                is_new: true,
            }),
        };
        let next_id = &mut self.next_id;
        let mut ids = || {
            *next_id += 1;
            *next_id
        };
        let effects = observe(&mut sim.host, &seen, &self.book, now, &mut ids);
        self.keep(host, effects);
    }

    /// What the server does after each input and at each wake-up.
    pub fn resolve_all(&mut self) {
        let Some(engine) = self.engine else { return };
        for name in self.hosts.keys().cloned().collect::<Vec<_>>() {
            let next_id = &mut self.next_id;
            let mut ids = || {
                *next_id += 1;
                *next_id
            };
            let host = &mut self.hosts.get_mut(&name).unwrap().host;
            let effects = resolve(host, &self.book, &engine, self.now, &mut ids);
            let again = resolve(host, &self.book, &engine, self.now, &mut ids);
            assert_eq!(again, [], "a second look at the same instant does nothing");
            assert!(wake_at(host, &self.book, &engine, self.now) > self.now);
            self.keep(&name, effects);
        }
    }

    /// When the engine next wants to look by itself.
    pub fn wakes_at(&self) -> Moment {
        let Some(engine) = self.engine else { return Moment::FAR };
        let wakes = self.hosts.values().map(|sim| wake_at(&sim.host, &self.book, &engine, self.now));
        wakes.min().unwrap_or(Moment::FAR)
    }

    /// An operator's action; a refusal fails the story.
    pub fn act(
        &mut self,
        host: &str,
        action: impl FnOnce(&mut Host, Moment, &mut dyn IdSource) -> Result<Vec<Effect>, Refusal>,
    ) {
        let now = self.now;
        let next_id = &mut self.next_id;
        let mut ids = || {
            *next_id += 1;
            *next_id
        };
        let host_state = &mut self.hosts.get_mut(host).unwrap().host;
        let effects = action(host_state, now, &mut ids).unwrap_or_else(|refusal| panic!("at {now:?}: {refusal}"));
        self.keep(host, effects);
    }

    fn keep(&mut self, host: &str, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Notify { notice } = &effect {
                let subject = subject_name(host, &notice.subject);
                let receiver = self.name_of(notice.receiver.0);
                self.sent.push((self.now, format!("{} {subject} {receiver}", notice.kind.letter())));
            }
            if let Effect::Withheld { rule, reason, .. } = &effect
                && *reason != Reason::NobodyWasTold
            {
                let rule = rule.map_or("-".to_owned(), |rule| format!("rule{}", rule.0 % 100 + 1));
                self.withheld.push((self.now, format!("{host} {rule}: {}", reason.sentence(self))));
            }
            self.log.push((self.now, host.to_owned(), effect));
        }
    }
}

pub fn subject_name(host: &str, subject: &Subject) -> String {
    match subject {
        Subject::Host => host.to_owned(),
        Subject::Service(service) => format!("{host}/{service}"),
    }
}

impl AgentService {
    fn seen(&self, now: Moment) -> ObservedService {
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

impl Names for World {
    fn receiver(&self, id: ReceiverId) -> String {
        self.name_of(id.0)
    }
    fn policy(&self, id: PolicyId) -> String {
        format!("policy {}", self.name_of(id.0))
    }
    fn group(&self, id: GroupId) -> String {
        self.name_of(id.0)
    }
    fn moment(&self, at: Moment) -> String {
        clock(at)
    }
}

/// Minutes from the start, `m` or `m:ss`.
pub fn clock(at: Moment) -> String {
    let seconds = (at - START).0.div_euclid(1_000);
    match seconds.rem_euclid(60) {
        0 => format!("{}", seconds.div_euclid(60)),
        rest => format!("{}:{rest:02}", seconds.div_euclid(60)),
    }
}

/// Sorted as the rehearsal sorts, for comparison.
pub fn lines(entries: &[(Moment, String)]) -> Vec<String> {
    let mut sorted = entries.to_vec();
    sorted.sort();
    sorted.into_iter().map(|(at, line)| format!("{} {line}", clock(at))).collect()
}

impl World {
    /// Everything that was due and not sent, with its reason.
    pub fn why(&self) -> Vec<String> {
        self.withheld.iter().map(|(at, line)| format!("{} {line}", clock(*at))).collect()
    }

    pub fn group_name(&self, id: GroupId) -> &str {
        &self.book.groups[&id].name
    }
}

impl World {
    /// The texts of all notices, in order.
    pub fn messages(&self) -> Vec<&str> {
        let notices = self.log.iter().filter_map(|(_, _, effect)| match effect {
            Effect::Notify { notice } => Some(&*notice.message),
            _ => None,
        });
        notices.collect()
    }

    pub fn closings(&self) -> Vec<CloseReason> {
        let closed = self.log.iter().filter_map(|(_, _, effect)| match effect {
            Effect::AlertClosed { reason, .. } => Some(*reason),
            _ => None,
        });
        closed.collect()
    }

    /// The lines of the history of all hosts.
    pub fn history(&self) -> Vec<&HistoryLine> {
        let lines = self.log.iter().filter_map(|(_, _, effect)| match effect {
            Effect::History { line, .. } => Some(line),
            _ => None,
        });
        lines.collect()
    }
}
