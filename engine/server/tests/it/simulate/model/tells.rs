//! Who is told what (N1–N7, S1–S4, S7, R1, L5, T6).

use std::collections::BTreeSet;

use tocsin_policy::Moment;

use super::facts::{Alert, Facts};
use super::says::Says;
use crate::simulate::history::Line;
use crate::simulate::plan::{HostNo, ReceiverNo, RuleSpec, ServiceNo};

impl Facts {
    /// Tells what is due of a host's alerts.
    pub fn tell(&mut self, says: &Says, host: HostNo, now: Moment) {
        let is_down = self.hosts[host].is_down;
        for place in 0..self.alerts.len() {
            if self.alerts[place].host != host {
                continue;
            }
            let rules = says.rules(host, self.alerts[place].service);
            self.alerts[place].meet(&rules, now);
            let alert = &self.alerts[place];
            let acknowledged = alert.acknowledged.is_some_and(|until| now < until);
            let host_down = is_down && alert.service.is_some();
            if acknowledged || host_down || says.held(host, alert.service) {
                continue;
            }
            let due: Vec<&RuleSpec> = rules.iter().filter(|rule| self.speaks(says, place, rule, now)).collect();
            self.send(place, &due, now);
        }
        self.forget_changes(says, host);
    }

    /// Whether a rule has something to say of an alert.
    fn speaks(&self, says: &Says, place: usize, rule: &RuleSpec, now: Moment) -> bool {
        let alert = &self.alerts[place];
        if alert.is_change && !alert.is_news_to(rule) {
            return false;
        }
        alert.due(says, rule) <= now && says.open(rule) && !self.waits_for_evidence(says, alert, rule, now)
    }

    /// L5: a reminder that was overdue when the engine started waits until its host is heard of; whatever is about a
    /// silent host itself waits until it has been silent for a whole deadline since (L3).
    fn waits_for_evidence(&self, says: &Says, alert: &Alert, rule: &RuleSpec, now: Moment) -> bool {
        let overdue = alert.due(says, rule) < self.started;
        let waits = match alert.service {
            None => now < self.started + self.patience(says, alert.host),
            Some(_) => alert.spoke.contains_key(&rule.key) && self.hosts[alert.host].seen < self.started,
        };
        overdue && waits
    }

    /// One message for each receiver, however many of the rules name it (T6).
    fn send(&mut self, place: usize, due: &[&RuleSpec], now: Moment) {
        let alert = &mut self.alerts[place];
        let knew: BTreeSet<ReceiverNo> = alert.told.keys().copied().collect();
        let mut receivers = BTreeSet::new();
        for rule in due {
            alert.spoke.insert(rule.key, now);
            for receiver in &rule.receivers {
                receivers.insert(*receiver);
                alert.told.entry(*receiver).or_default().insert(rule.key, rule.recovery);
            }
        }
        for receiver in receivers {
            let kind = match (alert.is_change, knew.contains(&receiver)) {
                // Told by another rule before.
                (true, true) => continue,
                (true, false) => 'C',
                (false, true) => 'R',
                (false, false) => 'P',
            };
            self.lines.push(Line { at: now, host: alert.host, service: alert.service, receiver, kind });
        }
    }

    /// The end of a problem goes to whoever was told of it, whatever holds back (R1).
    pub fn close(&mut self, host: HostNo, service: Option<ServiceNo>, now: Moment) {
        let is_it = |alert: &Alert| !alert.is_change && (alert.host, alert.service) == (host, service);
        let Some(place) = self.alerts.iter().position(is_it) else { return };
        let alert = self.alerts.remove(place);
        for (receiver, rules) in alert.told {
            // Each of the rules that told it has said whether it tells the end, when it spoke last.
            if rules.values().any(|tells_the_end| *tells_the_end) {
                self.lines.push(Line { at: now, host, service, receiver, kind: 'V' });
            }
        }
    }

    /// A change of which nobody will hear any more.
    fn forget_changes(&mut self, says: &Says, host: HostNo) {
        self.alerts.retain(|alert| {
            let waits = says.rules(host, alert.service).iter().any(|rule| alert.is_news_to(rule));
            alert.host != host || !alert.is_change || waits
        });
    }
}

impl Alert {
    /// Notes which rules know of it by now.
    fn meet(&mut self, rules: &[RuleSpec], now: Moment) {
        let last = self.spoke.values().max().copied();
        let since = if self.opened == now { None } else { last };
        for rule in rules {
            self.known.entry(rule.key).or_insert(since);
        }
    }

    /// When a rule has something to say next (N1, N2, N5).
    fn due(&self, says: &Says, rule: &RuleSpec) -> Moment {
        // A change does not last, so nobody waits for how long it does (E3).
        let first = if self.is_change { self.opened } else { self.opened + rule.after };
        match (self.spoke.get(&rule.key), self.known.get(&rule.key).copied().flatten()) {
            (Some(spoke), _) => *spoke + says.interval(rule),
            (None, Some(last)) => first.max(last + says.interval(rule)),
            (None, None) => first,
        }
    }

    /// E3: each rule that wants changes tells one once.
    fn is_news_to(&self, rule: &RuleSpec) -> bool {
        rule.changes && !self.spoke.contains_key(&rule.key)
    }
}
