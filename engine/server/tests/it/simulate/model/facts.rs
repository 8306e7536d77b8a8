//! What is known of the engine, the hosts and their alerts, and what was sent.

use std::collections::{BTreeMap, BTreeSet};

use tocsin_policy::{Moment, Span};

use super::says::Says;
use crate::simulate::history::{History, Line};
use crate::simulate::plan::{HostNo, ReceiverNo, ServiceNo};

/// A host is never down earlier than this (L1).
const FLOOR: Span = Span::seconds(60);

pub struct Facts {
    pub runs: bool,
    /// Whether the database takes anything.
    pub writes: bool,
    /// When the engine started last.
    pub started: Moment,
    /// Since when check-ins are taken without a pause.
    pub takes_since: Moment,
    pub hosts: Vec<Host>,
    /// Open ones, oldest first.
    pub alerts: Vec<Alert>,
    pub lines: Vec<Line>,
}

#[derive(Default)]
pub struct Host {
    pub seen: Moment,
    pub poll: Span,
    pub start_delay: Span,
    pub incarnation: i64,
    /// Nothing came for too long.
    pub is_down: bool,
    /// The agent said that it stops, and nothing came since (L2).
    pub stopped: bool,
    pub services: BTreeMap<ServiceNo, Service>,
    /// Events that were seen (I1).
    pub events: BTreeSet<u64>,
}

#[derive(Default)]
pub struct Service {
    /// The agent's time of the newest state.
    pub collected_us: i64,
    /// The bits that fail, or are not yet believed to be fine.
    pub failing: BTreeMap<u32, Failing>,
}

#[derive(Clone, Copy, Default)]
pub struct Failing {
    /// A new incarnation has forgotten it: what it says is believed after a full cycle (E4).
    pub forgotten: bool,
    pub fine: Fine,
}

/// Since when it looks fine.
#[derive(Clone, Copy, Default)]
pub enum Fine {
    #[default]
    No,
    /// In a check that had not ended.
    InThisCheck,
    /// Since the check of this time.
    Since(i64),
}

pub struct Alert {
    pub host: HostNo,
    pub service: Option<ServiceNo>,
    /// A notice of a change, which is no open problem (E3).
    pub is_change: bool,
    pub opened: Moment,
    /// Until when somebody is on it; `FAR` is until recovery.
    pub acknowledged: Option<Moment>,
    /// The rules that have come to know of it: none if they were there when it opened, else the last time by then that
    /// anything of it was sent (N5).
    pub known: BTreeMap<u32, Option<Moment>>,
    /// When each rule spoke last.
    pub spoke: BTreeMap<u32, Moment>,
    /// Who was told, and by which rules; each with its word on the end when it spoke last.
    pub told: BTreeMap<ReceiverNo, BTreeMap<u32, bool>>,
}

impl Facts {
    pub fn new(history: &History) -> Facts {
        let start = history.world.start;
        Facts {
            runs: false,
            writes: true,
            started: start,
            takes_since: start,
            hosts: history.world.hosts.iter().map(|_| Host::default()).collect(),
            alerts: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// The open problem of a subject.
    pub fn problem(&mut self, host: HostNo, service: Option<ServiceNo>) -> Option<&mut Alert> {
        self.alerts.iter_mut().find(|alert| !alert.is_change && (alert.host, alert.service) == (host, service))
    }

    /// S4: a repeated one replaces the expiry.
    pub fn acknowledge(&mut self, host: HostNo, service: Option<ServiceNo>, until: Option<Moment>) {
        if let Some(alert) = self.problem(host, service) {
            alert.acknowledged = Some(until.unwrap_or(Moment::FAR));
        }
    }

    pub fn release(&mut self, host: HostNo, service: Option<ServiceNo>) {
        if let Some(alert) = self.problem(host, service) {
            alert.acknowledged = None;
        }
    }

    pub fn open(&mut self, host: HostNo, service: Option<ServiceNo>, is_change: bool, now: Moment) {
        let (known, spoke, told) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        self.alerts.push(Alert { host, service, is_change, opened: now, acknowledged: None, known, spoke, told });
    }

    /// How long a host may be silent (L1).
    pub fn patience(&self, says: &Says, host: HostNo) -> Span {
        let facts = &self.hosts[host];
        let cycles = Span(facts.poll.0 * i64::from(says.missed(host))).max(FLOOR);
        if facts.stopped { Span(cycles.0 + facts.start_delay.0) } else { cycles }
    }

    /// Whether a host has been silent for too long (L1, L3). After a clean stop it may be down without an alert (L2).
    pub fn look_for_life(&mut self, says: &Says, host: HostNo, now: Moment) {
        let since = self.hosts[host].seen.max(self.takes_since);
        if self.hosts[host].is_down || now < since + self.patience(says, host) {
            return;
        }
        self.hosts[host].is_down = true;
        if !self.hosts[host].stopped || says.stop_alerts() {
            self.open(host, None, false, now);
        }
    }
}
