//! The virtual agents: what each host would show if it checked in now. They are of version 6, which has a status bit
//! for each test (E2); they have no clock and no post of their own, so no event and no start delay occurs.

use tocsin_policy::{HostId, Moment, Observation, ObservedService, Span};

use super::parse::CONDITIONS;
use super::scene::{HostNo, Scene, What};
use crate::usecase::check_in::CheckIn;

const VERSION: &str = "6.0.0";
/// Monit's number of a process; no rule depends on it.
const PROCESS: u8 = 3;
/// Monitored.
const MONITORED: u8 = 1;
/// A service that does not exist, or cannot be read, hides its other conditions: these bits stand for no condition.
const HIDING: u32 = 0x200 | 0x800;

/// All agents.
pub struct World {
    start: Moment,
    poll: Span,
    agents: Vec<Agent>,
}

struct Agent {
    name: Box<str>,
    services: Vec<(Box<str>, u32)>,
    silent: bool,
}

impl World {
    /// Everything is fine.
    pub fn new(scene: &Scene) -> World {
        let agent = |host: &super::scene::HostSpec| Agent {
            name: host.name.as_str().into(),
            services: host.services.iter().map(|service| (service.name.as_str().into(), 0)).collect(),
            silent: false,
        };
        World { start: scene.start, poll: scene.poll, agents: scene.hosts.iter().map(agent).collect() }
    }

    /// Lets something happen. The host that checks in at this instant because of it, if one does.
    pub fn happens(&mut self, what: &What) -> Option<HostNo> {
        match *what {
            What::Fail { host, service, condition } => {
                self.agents[host].services[service].1 |= bit(condition);
                (!self.agents[host].silent).then_some(host)
            }
            What::Fine { host, service, condition } => {
                self.agents[host].services[service].1 &= condition.map_or(0, |condition| !bit(condition));
                (!self.agents[host].silent).then_some(host)
            }
            What::Last(host) => {
                self.agents[host].silent = true;
                Some(host)
            }
            What::Back(host) => {
                self.agents[host].silent = false;
                Some(host)
            }
            _ => None,
        }
    }

    /// Whether the host checks in each cycle.
    pub fn reports(&self, host: HostNo) -> bool {
        !self.agents[host].silent
    }

    /// The newest instant by `now` at which hosts check in by themselves.
    pub fn newest_cycle(&self, now: Moment) -> Moment {
        super::time::newest_cycle(self.start, self.poll, now)
    }

    /// The next one from `now` on.
    pub fn next_cycle(&self, now: Moment) -> Moment {
        super::time::next_cycle(self.start, self.poll, now)
    }

    /// The check-in of a host at `now`.
    pub fn check_in(&self, host: HostNo, id: Option<HostId>, now: Moment) -> CheckIn {
        let agent = &self.agents[host];
        let service = |(name, status): &(Box<str>, u32)| ObservedService {
            name: name.clone(),
            kind: PROCESS,
            monitor: MONITORED,
            status: *status,
            status_hint: 0,
            collected_us: now.0 * 1_000,
        };
        let seen = Observation {
            incarnation: 1,
            host_name: agent.name.clone(),
            poll: self.poll,
            start_delay: Span::ZERO,
            shares_bits: false,
            services: agent.services.iter().map(service).collect(),
            event: None,
        };
        CheckIn {
            host: id,
            agent_id: agent_id(host),
            seen,
            agent_version: VERSION.into(),
            platform: "{}".into(),
            address: Box::default(),
            account: Box::default(),
            body: Box::default(),
        }
    }
}

/// Monit's id of a host.
pub fn agent_id(host: HostNo) -> Box<str> {
    format!("host-{host}").into()
}

/// The status bit of a condition.
fn bit(condition: usize) -> u32 {
    (0..u32::BITS).map(|place| 1 << place).filter(|bit| bit & HIDING == 0).nth(condition).unwrap_or(1)
}

const _: () = assert!(CONDITIONS <= (u32::BITS - HIDING.count_ones()) as usize);
