//! What operators have laid down by an instant: every deed up to then, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use tocsin_policy::{Every, Moment, Span};

use crate::simulate::history::{History, Input};
use crate::simulate::plan::{Aim, Deed, GroupNo, HostNo, RuleSpec, ServiceNo};
use crate::simulate::windows::When;

pub struct Says {
    now: Moment,
    start: Moment,
    /// How far the clock on the wall is ahead.
    ahead: Span,
    names: Vec<String>,
    priorities: Vec<i32>,
    members: Vec<BTreeSet<GroupNo>>,
    missed: Vec<u32>,
    stop_alerts: bool,
    urgencies: BTreeMap<u8, Span>,
    /// Enabled or not, and the rules; none is MUTE.
    policies: BTreeMap<Aim, (bool, Option<Vec<RuleSpec>>)>,
    silences: Vec<(HostNo, Moment)>,
    downtimes: BTreeMap<usize, (Aim, When)>,
}

impl Says {
    pub fn at(history: &History, now: Moment) -> Says {
        let world = &history.world;
        let mut says = Says {
            now,
            start: world.start,
            ahead: Span::ZERO,
            names: world.groups.iter().map(|group| group.0.clone()).collect(),
            priorities: world.groups.iter().map(|group| group.1).collect(),
            members: world.hosts.iter().map(|host| host.groups.iter().copied().collect()).collect(),
            missed: vec![world.missed; world.hosts.len()],
            stop_alerts: world.stop_alerts,
            urgencies: BTreeMap::from([(1, Span::minutes(5)), (2, Span::minutes(15)), (3, Span::minutes(30))]),
            policies: BTreeMap::new(),
            silences: Vec::new(),
            downtimes: BTreeMap::new(),
        };
        for entry in history.entries.iter().filter(|entry| entry.at <= now) {
            match &entry.what {
                Input::Wall(by) => says.ahead = Span(says.ahead.0 + by.0),
                Input::Deed(deed) => says.hear(deed, entry.at, world.missed),
                _ => {}
            }
        }
        says
    }

    fn hear(&mut self, deed: &Deed, at: Moment, missed: u32) {
        match deed.clone() {
            Deed::Policy { aim, enabled, rules } => drop(self.policies.insert(aim, (enabled, rules))),
            Deed::DeletePolicy(aim) => drop(self.policies.remove(&aim)),
            Deed::Urgency(level, interval) => drop(self.urgencies.insert(level, interval)),
            Deed::Priority(group, priority) => self.priorities[group] = priority,
            Deed::Join(host, group) => drop(self.members[host].insert(group)),
            Deed::Leave(host, group) => drop(self.members[host].remove(&group)),
            Deed::Missed(host, cycles) => self.missed[host] = cycles.unwrap_or(missed),
            Deed::Silence(host, length) => self.silences.push((host, at + length)),
            Deed::Unsilence(host) => self.silences.retain(|silence| silence.0 != host),
            Deed::Downtime(number, aim, when) => drop(self.downtimes.insert(number, (aim, when))),
            Deed::CancelDowntime(number) => drop(self.downtimes.remove(&number)),
            // These belong to an alert.
            Deed::Acknowledge(..) | Deed::Unacknowledge(..) => {}
        }
    }

    /// What the most specific tier says that has an enabled policy (T1–T5): its rules; none for MUTE, or for no policy.
    pub fn rules(&self, host: HostNo, service: Option<ServiceNo>) -> Vec<RuleSpec> {
        let mut groups: Vec<GroupNo> = self.members[host].iter().copied().collect();
        groups.sort_by_key(|group| (self.priorities[*group], self.names[*group].clone()));
        let service = service.map(|service| Aim::Service(host, service));
        let tiers = service.into_iter().chain([Aim::Host(host)]).chain(groups.into_iter().map(Aim::Group));
        let decides = tiers.chain([Aim::All]).find_map(|aim| self.policies.get(&aim).filter(|policy| policy.0));
        decides.and_then(|policy| policy.1.clone()).unwrap_or_default()
    }

    pub fn interval(&self, rule: &RuleSpec) -> Span {
        match rule.every {
            Every::Urgency(level) => self.urgencies[&level],
            Every::Interval(interval) => interval,
        }
    }

    /// Whether the rule may speak at this hour.
    pub fn open(&self, rule: &RuleSpec) -> bool {
        rule.active.as_ref().is_none_or(|hours| hours.open(self.wall()))
    }

    /// Silenced, or in a downtime (S5, S6).
    pub fn held(&self, host: HostNo, service: Option<ServiceNo>) -> bool {
        let silenced = self.silences.iter().any(|(silenced, end)| *silenced == host && self.now < *end);
        silenced || self.downtimes.values().any(|(aim, when)| self.covers(*aim, host, service) && self.holds(when))
    }

    fn covers(&self, aim: Aim, host: HostNo, service: Option<ServiceNo>) -> bool {
        match aim {
            Aim::All => true,
            Aim::Group(group) => self.members[host].contains(&group),
            Aim::Host(covered) => covered == host,
            Aim::Service(covered, its) => covered == host && service == Some(its),
        }
    }

    fn holds(&self, when: &When) -> bool {
        match when {
            When::Once(from, to) => (self.start + *from..self.start + *to).contains(&self.wall()),
            When::Again(window) => window.holds(self.wall()),
        }
    }

    fn wall(&self) -> Moment {
        self.now + self.ahead
    }

    /// Cycles that the host may miss.
    pub fn missed(&self, host: HostNo) -> u32 {
        self.missed[host]
    }

    /// Whether a clean stop alerts like any silence (L2).
    pub fn stop_alerts(&self) -> bool {
        self.stop_alerts
    }
}
