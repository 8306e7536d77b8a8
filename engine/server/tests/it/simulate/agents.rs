//! The virtual agents: what they find at each check, what they send, and what they send again because nobody has
//! confirmed it. They behave as Monit does in `monit-protocol.md`: an event for each change of state, then the status;
//! events that were not taken are kept and come again with the services of the day; a new process has forgotten all.

use std::collections::VecDeque;

use tocsin_policy::{Moment, Span};

use super::history::{About, Block, Document, Event};
use super::plan::{Fate, HostNo, HostSpec, ServiceNo, TICK, Tick, What, World};

const MONITORED: u32 = 1;
const INITIALIZING: u32 = 2;
/// What changes, in our world: the checksum of something.
const CHANGED: u32 = 1;
/// How long a check takes.
const CHECK_US: i64 = 1_000;
/// Bits that several tests of a service share.
const SHARED: u32 = tocsin_monit::SHARED_BITS;

/// One agent.
pub struct Agent {
    spec: HostSpec,
    start: Moment,
    incarnation: i64,
    checks: Vec<Check>,
    /// Not running before this tick.
    away_until: Tick,
    /// A new process says so first.
    news: Option<About>,
    cut_off_until: Tick,
    fates: VecDeque<Fate>,
    /// Events that nobody has confirmed.
    queue: VecDeque<Event>,
    serial: u64,
}

/// What an agent knows of a service.
struct Check {
    configured: bool,
    monitored: bool,
    failing: u32,
    /// Of the failing bits one is left out for a cycle.
    flickers: bool,
    changes: bool,
    /// Not by this process so far.
    checked: bool,
    /// What the last check has found.
    status: u32,
    /// How many checks in a row have failed.
    failed: u32,
    hint: u32,
    collected_us: i64,
}

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Post {
    pub host: HostNo,
    pub document: Document,
    pub fate: Option<Fate>,
}

impl Agent {
    pub fn new(world: &World, host: HostNo) -> Agent {
        let spec = world.hosts[host].clone();
        let check = |_| Check {
            configured: true,
            monitored: true,
            failing: 0,
            flickers: false,
            changes: false,
            checked: false,
            status: 0,
            failed: 0,
            hint: 0,
            collected_us: 0,
        };
        Agent {
            checks: spec.services.iter().map(check).collect(),
            spec,
            start: world.start,
            incarnation: world.start.0 / 1_000 - 5_000,
            away_until: 0,
            news: None,
            cut_off_until: 0,
            fates: VecDeque::new(),
            queue: VecDeque::new(),
            serial: 0,
        }
    }

    /// The first message of all, which makes the host known.
    pub fn introduce(&mut self, host: HostNo) -> Document {
        for service in 0..self.checks.len() {
            self.finish(service, 0);
        }
        self.post(host, None, 0).document
    }

    /// Something happens to this host; what it sends because of it at once.
    pub fn happens(&mut self, host: HostNo, what: &What, tick: Tick) -> Vec<Post> {
        match *what {
            What::Fails(_, service, bit) => self.checks[service].failing |= bit,
            What::Fine(_, service) => self.checks[service].failing = 0,
            What::Flickers(_, service) => self.checks[service].flickers = !self.spec.six,
            What::Changes(_, service) => self.checks[service].changes = true,
            What::Monitors(_, service, monitored) => self.checks[service].monitored = monitored,
            What::Configures(_, service, configured) if self.runs(tick) => {
                self.checks[service].configured = configured;
                self.begin(tick);
            }
            What::Restarts { clean, away, .. } if self.runs(tick) => {
                let last = clean.then(|| self.post(host, Some((About::Stopped, self.at_us(tick))), tick));
                self.away_until = tick + away.max(1);
                self.news = Some(About::Started);
                return last.into_iter().collect();
            }
            What::CutOff(_, length) => self.cut_off_until = self.cut_off_until.max(tick + length),
            What::Post(_, fate) => self.fates.push_back(fate),
            _ => {}
        }
        Vec::new()
    }

    pub fn incarnation(&self) -> i64 {
        self.incarnation
    }

    fn runs(&self, tick: Tick) -> bool {
        tick >= self.away_until
    }

    /// A new incarnation: it has forgotten what failed.
    fn begin(&mut self, tick: Tick) {
        self.incarnation = self.at_us(tick) / 1_000_000;
        self.news = Some(About::Started);
        for check in &mut self.checks {
            (check.checked, check.status, check.failed, check.hint) = (false, 0, 0, 0);
            check.collected_us = 0;
        }
    }

    /// Everything that is sent at this tick, in its order.
    pub fn cycle(&mut self, host: HostNo, tick: Tick) -> Vec<Post> {
        let mut posts = Vec::new();
        if self.news.is_some() && tick == self.away_until {
            self.begin(tick);
        }
        if !self.runs(tick) {
            return posts;
        }
        if let Some(news) = self.news.take() {
            posts.push(self.post(host, Some((news, self.at_us(tick))), tick));
        }
        if (tick - self.spec.phase).rem_euclid(self.spec.poll) == 0 {
            for event in std::mem::take(&mut self.queue) {
                let again = Post { document: self.document(Some(event), tick), host, fate: self.fate(tick) };
                posts.push(again);
            }
            for service in 0..self.checks.len() {
                for about in self.check(service) {
                    posts.push(self.post(host, Some((about, self.checked_us(service, tick))), tick));
                }
                self.finish(service, tick);
            }
            posts.push(self.post(host, None, tick));
        }
        posts
    }

    /// Looks at a service; an event for each change. While those are sent the check is not over: its services block has
    /// the new state, and the time of the last check.
    fn check(&mut self, service: ServiceNo) -> Vec<About> {
        let patience = self.spec.services[service].checks;
        let check = &mut self.checks[service];
        if !check.configured || !check.monitored {
            (check.status, check.failed, check.hint) = (0, 0, 0);
            return Vec::new();
        }
        let before = check.status;
        check.failed = if check.failing == 0 { 0 } else { check.failed + 1 };
        check.status = if check.failed >= patience { check.failing } else { before & check.failing };
        if std::mem::take(&mut check.flickers) {
            let shared = check.status & SHARED;
            check.status &= !(shared & shared.wrapping_neg());
        }
        check.hint = if std::mem::take(&mut check.changes) { CHANGED } else { 0 };
        let now = check.status;
        let bits = (0..32).map(|place| 1_u32 << place).filter(|bit| (before ^ now) & bit != 0);
        let about = |bit| if now & bit == 0 { About::Succeeded(service, bit) } else { About::Failed(service, bit) };
        let changed = (check.hint != 0).then_some(About::Changed(service, CHANGED));
        bits.map(about).chain(changed).collect()
    }

    /// The check is over.
    fn finish(&mut self, service: ServiceNo, tick: Tick) {
        let end_us = self.checked_us(service, tick) + CHECK_US;
        let check = &mut self.checks[service];
        if check.configured && check.monitored {
            (check.checked, check.collected_us) = (true, end_us);
        }
    }

    /// When a service is checked: one after the other.
    fn checked_us(&self, service: ServiceNo, tick: Tick) -> i64 {
        self.at_us(tick) + 2 * CHECK_US * (service as i64 + 1)
    }

    /// A message, with an event that has just arisen or without.
    fn post(&mut self, host: HostNo, event: Option<(About, i64)>, tick: Tick) -> Post {
        let event = event.map(|(about, collected_us)| {
            self.serial += 1;
            Event { serial: self.serial, collected_us, about }
        });
        Post { host, document: self.document(event, tick), fate: self.fate(tick) }
    }

    fn fate(&mut self, tick: Tick) -> Option<Fate> {
        if tick < self.cut_off_until { Some(Fate::Lost) } else { self.fates.pop_front() }
    }

    fn document(&self, event: Option<Event>, tick: Tick) -> Document {
        let block = |(service, check): (ServiceNo, &Check)| Block {
            service,
            monitor: match (check.monitored, check.checked) {
                (false, _) => 0,
                (true, false) => INITIALIZING,
                (true, true) => MONITORED,
            },
            status: check.status | check.hint,
            hint: check.hint,
            collected_us: if check.collected_us == 0 { self.at_us(tick) } else { check.collected_us },
        };
        Document {
            incarnation: self.incarnation,
            poll: Span(self.spec.poll * TICK.0),
            start_delay: self.spec.start_delay,
            six: self.spec.six,
            services: self.checks.iter().enumerate().filter(|(_, check)| check.configured).map(block).collect(),
            event,
        }
    }

    fn at_us(&self, tick: Tick) -> i64 {
        (self.start.0 + tick * TICK.0) * 1_000
    }

    /// The message was not confirmed: its event comes again, its status does not.
    pub fn not_taken(&mut self, post: &Post) {
        self.queue.extend(post.document.event.clone());
    }
}
