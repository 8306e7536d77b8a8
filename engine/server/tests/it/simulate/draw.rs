//! Draws a plan from a seed: a world, and what happens in it.

use tocsin_policy::{Every, Moment, Span};

use super::plan::{
    Aim, Deed, Fate, HostSpec, Item, Mood, Plan, ReceiverNo, RuleSpec, ServiceSpec, TICK, Tick, What, World,
};
use super::windows::{Days, Hours, When, Window};
use crate::support::rng::Rng;

/// The bits of which services fail: one that stands alone, two that several tests share, one that is never shared.
const BITS: [u32; 4] = [512, 32, 2, 128];
/// Zones with whole, half and quarter hours, on both halves of the world.
const ZONES: [&str; 5] = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
/// Starts: a plain day, and nights in which clocks change.
const STARTS: [i64; 4] = [1_772_445_600_000, 1_774_744_200_000, 1_793_494_200_000, 1_775_313_000_000];

/// The plan of a seed.
pub fn plan(seed: u64) -> Plan {
    let mut draw = Draw { rng: Rng::new(seed), keys: 0, rules: Vec::new(), downtimes: 0 };
    let world = draw.world();
    let ticks = draw.rng.pick(&[120, 160, 200, 280]);
    let items = draw.items(&world, ticks);
    Plan { seed, world, items, ticks }
}

struct Draw {
    rng: Rng,
    /// Rules so far.
    keys: u32,
    /// What each policy says at present, so that an edit can keep rules.
    rules: Vec<(Aim, Vec<RuleSpec>)>,
    downtimes: usize,
}

impl Draw {
    fn world(&mut self) -> World {
        let hosts = self.rng.between(1, 3);
        let groups = [("web", 10), ("db", 10), ("prod", 20)];
        let host = |number: i64, draw: &mut Draw| {
            let services = ["nginx", "disk", "mail"];
            let service = |name: &&str, rng: &mut Rng| ServiceSpec {
                name: (*name).to_owned(),
                checks: if rng.chance(25) { 2 } else { 1 },
            };
            let count = draw.rng.below(3) + 1;
            let poll = draw.rng.pick(&[2, 4, 4, 4, 8]);
            HostSpec {
                name: format!("host{number}"),
                poll,
                phase: draw.rng.below(poll as usize) as Tick,
                start_delay: draw.rng.pick(&[Span::ZERO, Span::ZERO, Span::seconds(90)]),
                six: draw.rng.chance(60),
                services: services[..count].iter().map(|name| service(name, &mut draw.rng)).collect(),
                groups: (0..groups.len()).filter(|_| draw.rng.chance(35)).collect(),
            }
        };
        World {
            start: Moment(self.rng.pick(&STARTS)),
            hosts: (0..hosts).map(|number| host(number, self)).collect(),
            groups: groups.iter().map(|(name, priority)| ((*name).to_owned(), *priority)).collect(),
            receivers: ["a", "b", "c"].map(str::to_owned).to_vec(),
            missed: self.rng.pick(&[2, 3, 3, 3, 5]),
            stop_alerts: self.rng.chance(70),
        }
    }

    fn items(&mut self, world: &World, ticks: Tick) -> Vec<Item> {
        let mut items = Vec::new();
        for aim in [Some(Aim::All), self.maybe(40, world), self.maybe(30, world)].into_iter().flatten() {
            items.push(Item { at: 1, what: What::Deed(self.policy(aim)) });
        }
        let count = self.rng.between(8, 32);
        let mut at: Vec<Tick> = (0..count).map(|_| self.rng.between(1, ticks)).collect();
        at.sort_unstable();
        for at in at {
            // Things often happen at the same time as something else.
            let at = items.last().map_or(at, |last: &Item| if self.rng.chance(12) { last.at } else { at.max(last.at) });
            let what = self.what(world, at);
            items.push(Item { at, what });
        }
        items
    }

    fn maybe(&mut self, percent: u64, world: &World) -> Option<Aim> {
        self.rng.chance(percent).then(|| self.aim(world))
    }

    fn aim(&mut self, world: &World) -> Aim {
        let host = self.rng.below(world.hosts.len());
        match self.rng.below(4) {
            0 => Aim::All,
            1 => Aim::Group(self.rng.below(world.groups.len())),
            2 => Aim::Host(host),
            _ => Aim::Service(host, self.rng.below(world.hosts[host].services.len())),
        }
    }

    fn what(&mut self, world: &World, at: Tick) -> What {
        let host = self.rng.below(world.hosts.len());
        let service = self.rng.below(world.hosts[host].services.len());
        match self.rng.below(100) {
            0..24 => What::Fails(host, service, if service == 0 { BITS[0] } else { BITS[1 + self.rng.below(3)] }),
            24..38 => What::Fine(host, service),
            38..40 => What::Flickers(host, service),
            40..44 => What::Changes(host, service),
            44..46 => What::Monitors(host, service, self.rng.chance(40)),
            46..48 => What::Configures(host, service, self.rng.chance(60)),
            48..51 => What::Restarts { host, clean: self.rng.chance(60), away: self.rng.pick(&[1, 2, 4, 9, 20, 40]) },
            51..56 => What::CutOff(host, self.rng.pick(&[3, 8, 13, 16, 25, 60])),
            56..62 => What::Post(host, self.fate()),
            62..64 => What::Stops(self.rng.pick(&[1, 2, 5, 14, 40])),
            64..71 => {
                let (skip, written) = (self.rng.below(6) as u32, self.rng.chance(50));
                What::Crash { skip, written, away: self.rng.pick(&[1, 1, 2, 5, 20]) }
            }
            71..72 => What::Sleeps(self.rng.pick(&[1, 4, 20, 60])),
            72..73 => What::Outage(self.rng.pick(&[1, 4, 16, 40])),
            73..74 => What::Wall(Span::minutes(self.rng.pick(&[-60, -7, 7, 60]))),
            74..83 => What::Mood(1 + self.rng.below(world.receivers.len() - 1), self.mood()),
            _ => What::Deed(self.deed(world, at, host, service)),
        }
    }

    fn fate(&mut self) -> Fate {
        match self.rng.below(4) {
            0 => Fate::Lost,
            1 => Fate::AnswerLost,
            2 => Fate::Late(self.rng.between(1, 9)),
            _ => Fate::Twice(self.rng.between(1, 9)),
        }
    }

    fn mood(&mut self) -> Mood {
        let busy = Mood::Busy(Span::seconds(self.rng.pick(&[1, 45, 200, 700])));
        let all = [Mood::Slow, busy, Mood::Refuses, Mood::Fails, Mood::Hangs, Mood::Traps, Mood::Deaf, Mood::Any];
        if self.rng.chance(30) { Mood::Well } else { self.rng.pick(&all) }
    }

    fn deed(&mut self, world: &World, at: Tick, host: usize, service: usize) -> Deed {
        let subject = if self.rng.chance(75) { Some(service) } else { None };
        match self.rng.below(30) {
            0..5 => {
                let minutes = [Some(2), Some(7), Some(15), Some(30), None];
                Deed::Acknowledge(host, subject, self.rng.pick(&minutes).map(Span::minutes))
            }
            5..7 => Deed::Unacknowledge(host, subject),
            7..10 => Deed::Silence(host, Span::minutes(self.rng.pick(&[15, 16, 30]))),
            10..12 => Deed::Unsilence(host),
            12..15 => {
                self.downtimes += 1;
                Deed::Downtime(self.downtimes, self.aim(world), self.when(world, at))
            }
            15 => Deed::CancelDowntime(self.rng.between(1, self.downtimes.max(1) as i64) as usize),
            16..22 => {
                let aim = self.aim(world);
                self.policy(aim)
            }
            22..24 => {
                let aim = self.aim(world);
                self.rules.retain(|(its, _)| *its != aim);
                Deed::DeletePolicy(aim)
            }
            24..26 => {
                Deed::Urgency(self.rng.between(1, 3) as u8, Span::minutes(self.rng.pick(&[1, 2, 4, 5, 9, 15, 30])))
            }
            26 => Deed::Priority(self.rng.below(world.groups.len()), self.rng.between(9, 21) as i32),
            27 => Deed::Join(host, self.rng.below(world.groups.len())),
            28 => Deed::Leave(host, self.rng.below(world.groups.len())),
            _ => Deed::Missed(host, self.rng.pick(&[None, Some(1), Some(2), Some(6)])),
        }
    }

    /// A policy, or what becomes of one by an edit: rules are kept as they are, changed, left out, added.
    fn policy(&mut self, aim: Aim) -> Deed {
        if self.rng.chance(12) {
            self.rules.retain(|(its, _)| *its != aim);
            return Deed::Policy { aim, enabled: self.rng.chance(85), rules: None };
        }
        let before = self.rules.iter().find(|(its, _)| *its == aim).map(|(_, rules)| rules.clone()).unwrap_or_default();
        let mut rules: Vec<RuleSpec> = Vec::new();
        for mut rule in before {
            match self.rng.below(10) {
                0..4 => {}
                4..7 => rule = RuleSpec { key: rule.key, ..self.rule() },
                _ => continue,
            }
            rules.push(rule);
        }
        while rules.is_empty() || (rules.len() < 3 && self.rng.chance(30)) {
            rules.push(self.rule());
        }
        self.rules.retain(|(its, _)| *its != aim);
        self.rules.push((aim, rules.clone()));
        Deed::Policy { aim, enabled: self.rng.chance(90), rules: Some(rules) }
    }

    fn rule(&mut self) -> RuleSpec {
        self.keys += 1;
        let mut receivers: Vec<ReceiverNo> = (0..3).filter(|_| self.rng.chance(40)).collect();
        if receivers.is_empty() {
            receivers.push(self.rng.below(3));
        }
        let every = match self.rng.chance(60) {
            true => Every::Urgency(self.rng.pick(&[1, 1, 2, 2, 3])),
            false => Every::Interval(Span(TICK.0 * self.rng.pick(&[4, 8, 10, 21, 40, 80]))),
        };
        RuleSpec {
            key: self.keys,
            receivers,
            every,
            after: Span(TICK.0 * self.rng.pick(&[0, 0, 0, 0, 3, 12, 40])),
            recovery: self.rng.chance(80),
            changes: self.rng.chance(70),
            active: self.rng.chance(10).then(|| self.hours()),
        }
    }

    fn hours(&mut self) -> Hours {
        let (from, to) = (self.rng.between(0, 23) as i8, self.rng.between(0, 23) as i8);
        Hours { from: (from, 0), to: (to, self.rng.pick(&[0, 30])), zone: self.rng.pick(&ZONES) }
    }

    fn when(&mut self, world: &World, at: Tick) -> When {
        if self.rng.chance(60) {
            let from = at + self.rng.between(-10, 40);
            let to = from.max(at) + self.rng.between(1, 80);
            return When::Once(Span(TICK.0 * from), Span(TICK.0 * to));
        }
        // About the time of the run, by the clock of some zone.
        let zone = self.rng.pick(&ZONES);
        let begins = world.moment(at + self.rng.between(-30, 60));
        let clock = jiff::Timestamp::from_millisecond(begins.0).expect("a moment").in_tz(zone).expect("a zone");
        let days = match self.rng.below(3) {
            0 => Days::Daily,
            1 => Days::Weekly(vec![clock.weekday()]),
            _ => Days::Monthly(self.rng.pick(&[clock.day(), 31])),
        };
        let length = Span::minutes(self.rng.pick(&[1, 5, 20, 90]));
        When::Again(Window { days, at: (clock.hour(), clock.minute()), length, zone })
    }
}
