//! What a document means (E1–E5, I1, I2, R3, L4).

use tocsin_policy::Moment;

use super::facts::{Alert, Facts, Failing, Fine};
use crate::simulate::history::{About, Block, Document};
use crate::simulate::plan::{HostNo, ServiceNo};

const MONITORED: u32 = 1;
const INITIALIZING: u32 = 2;
/// An event arises before its check ends, and may be overtaken by the message about the end: that one is not newer.
const ONE_CHECK_US: i64 = 500_000;
/// Bits that several tests share before version 6: resource, timestamp, connection, speed.
const SHARED: u32 = 2 | 8 | 32 | 16_777_216;

impl Facts {
    /// Takes one document.
    pub fn read(&mut self, host: HostNo, document: &Document, now: Moment) {
        let facts = &mut self.hosts[host];
        facts.seen = now;
        (facts.poll, facts.start_delay) = (document.poll, document.start_delay);
        let is_new = document.event.as_ref().is_some_and(|event| facts.events.insert(event.serial));
        self.hear_of_stop(host, document, is_new);
        let change = self.change(host, document, is_new);
        // Whatever arrives, the host is there.
        self.hosts[host].is_down = false;
        self.close(host, None, now);
        let facts = &mut self.hosts[host];
        let is_same = facts.incarnation == document.incarnation;
        facts.incarnation = document.incarnation;
        if !is_same {
            let failing = facts.services.values_mut().flat_map(|service| service.failing.values_mut());
            failing.for_each(|failing| *failing = Failing { forgotten: true, fine: Fine::No });
        }
        let gone: Vec<ServiceNo> = facts.services.keys().copied().filter(|name| !document.has(*name)).collect();
        for service in gone {
            self.hosts[host].services.remove(&service);
            self.end(host, service, now);
        }
        for block in &document.services {
            self.read_block(host, block, document, is_same, now);
        }
        // What nobody has heard of yet is told together with what changes further.
        let is_untold =
            |alert: &Alert| alert.is_change && alert.host == host && alert.service == change && alert.told.is_empty();
        if change.is_some() && !self.alerts.iter().any(is_untold) {
            self.open(host, change, true, now);
        }
    }

    /// A stop is believed unless it was queued by the process before this one (E5); any later message takes it back.
    fn hear_of_stop(&mut self, host: HostNo, document: &Document, is_new: bool) {
        let stop = document.event.as_ref().filter(|event| event.about == About::Stopped);
        let meant = stop.is_some_and(|event| event.collected_us / 1_000_000 > document.incarnation);
        // The same stop once more is no later message (I1).
        if is_new || !meant {
            self.hosts[host].stopped = meant;
        }
    }

    /// The service whose change is news: seen for the first time, and not older than the newest state (I2).
    fn change(&self, host: HostNo, document: &Document, is_new: bool) -> Option<ServiceNo> {
        let event = document.event.as_ref().filter(|_| is_new)?;
        let About::Changed(service, _) = event.about else { return None };
        let newest_us = self.hosts[host].services.get(&service).map_or(0, |known| known.collected_us);
        (event.collected_us + ONE_CHECK_US >= newest_us).then_some(service)
    }

    fn read_block(&mut self, host: HostNo, block: &Block, document: &Document, is_same: bool, now: Moment) {
        let service = self.hosts[host].services.entry(block.service).or_default();
        // Overtaken by a newer document of the same incarnation (I2).
        if is_same && block.collected_us < service.collected_us {
            return;
        }
        service.collected_us = block.collected_us;
        // Neither fine nor failed (R3).
        if block.monitor & INITIALIZING != 0 {
            return;
        }
        if block.monitor & MONITORED == 0 {
            service.failing.clear();
            return self.end(host, block.service, now);
        }
        let fails = block.status & !block.hint;
        let doubts = |bit: u32| !document.six && SHARED & bit != 0;
        let check = document.check(block);
        service.failing.retain(|bit, failing| fails & bit != 0 || failing.goes_on(doubts(*bit), check));
        for bit in (0..32).map(|place| 1 << place).filter(|bit| fails & bit != 0) {
            service.failing.insert(bit, Failing::default());
        }
        let fails = !service.failing.is_empty();
        let is_open = self.problem(host, Some(block.service)).is_some();
        match (fails, is_open) {
            (true, false) => self.open(host, Some(block.service), false, now),
            (false, true) => self.close(host, Some(block.service), now),
            _ => {}
        }
    }

    /// A service that is not looked at any more ends its alert, and what was to be told of changes.
    fn end(&mut self, host: HostNo, service: ServiceNo, now: Moment) {
        self.close(host, Some(service), now);
        self.alerts.retain(|alert| (alert.host, alert.service) != (host, Some(service)));
    }
}

impl Failing {
    /// A check shows it fine: whether it is not believed yet. A bit that several tests share is believed, and one that a
    /// new incarnation has forgotten, when a later check shows it fine as well (E2, E4).
    fn goes_on(&mut self, doubted: bool, check: Check) -> bool {
        self.fine = match (self.fine, check) {
            (Fine::No | Fine::InThisCheck, Check::Ended(at_us)) => Fine::Since(at_us),
            (Fine::No, Check::Running) => Fine::InThisCheck,
            (fine, Check::Running) => fine,
            (Fine::Since(first_us), Check::Ended(at_us)) if at_us > first_us => return false,
            (fine, Check::Ended(_)) => fine,
        };
        doubted || self.forgotten
    }
}

/// How far the check had come whose result a message shows.
#[derive(Clone, Copy)]
enum Check {
    /// It is told of while it runs: the time in the block is that of the last one.
    Running,
    Ended(i64),
}

impl Document {
    fn has(&self, service: ServiceNo) -> bool {
        self.services.iter().any(|block| block.service == service)
    }

    fn check(&self, block: &Block) -> Check {
        let event = self.event.as_ref().filter(|event| event.collected_us > block.collected_us);
        match event.map(|event| event.about) {
            Some(About::Failed(service, _) | About::Succeeded(service, _) | About::Changed(service, _))
                if service == block.service =>
            {
                Check::Running
            }
            _ => Check::Ended(block.collected_us),
        }
    }
}
