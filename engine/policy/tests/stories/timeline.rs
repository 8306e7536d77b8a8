//! The timeline of a script: the clock moves, operators act, agents speak.

use tocsin_policy::*;

use crate::script::{Pace, Script};
use crate::words::{alert_of, service_of, span, target_of};
use crate::world::{Sim, World};

impl Script {
    /// The same story at another time.
    pub fn shifted(mut self, by: Span) -> Script {
        self.start = self.start + by;
        self.until = self.until + by;
        self.timeline.iter_mut().for_each(|(at, _)| *at = *at + by);
        for downtime in &mut self.world.book.downtimes {
            // A recurring one stays where the clock on the wall puts it.
            if let DowntimeSchedule::Once { start, end } = &mut downtime.schedule {
                (*start, *end) = (*start + by, *end + by);
            }
        }
        self.world.engine = Some(Engine::started(self.start - Span::hours(24)));
        self
    }

    pub fn run(mut self, pace: Pace) -> World {
        self.world.now = self.start - self.world.poll;
        self.check_in_all();
        self.world.resolve_all();
        let mut timeline = std::mem::take(&mut self.timeline).into_iter().peekable();
        let mut next_poll = self.start;
        loop {
            let woken = match pace {
                Pace::Wake => self.world.wakes_at(),
                Pace::Every(step) => self.world.now + step,
            };
            let stated = timeline.peek().map_or(Moment::FAR, |(at, _)| *at);
            let now = woken.min(stated).min(next_poll);
            if now > self.until {
                return self.world;
            }
            self.world.now = now;
            // N4: operators first, then check-ins; liveness and timers are the core's own order.
            let mut told = Vec::new();
            while let Some((_, statement)) = timeline.next_if(|(at, _)| *at == now) {
                match self.operate(&statement) {
                    true => {}
                    false => told.push(statement),
                }
            }
            for statement in told {
                self.happen(&statement);
            }
            if now == next_poll {
                self.check_in_all();
                next_poll = next_poll + self.world.poll;
            }
            self.world.resolve_all();
        }
    }

    fn check_in_all(&mut self) {
        for host in self.world.in_order() {
            self.world.check_in(&host, None);
        }
    }

    /// What operators and the engine do; `false` if the statement is about an agent.
    fn operate(&mut self, statement: &str) -> bool {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let world = &mut self.world;
        let now = world.now;
        match words[..] {
            ["ack", subject, ref length @ ..] => {
                let until = length.first().map_or(Moment::FAR, |length| now + span(length));
                let (host, alert) = alert_of(world, subject);
                world.act(&host, |host, now, _| act::acknowledge(host, alert, "anna", "on it", until, now));
            }
            ["unack", subject] => {
                let (host, alert) = alert_of(world, subject);
                world.act(&host, |host, now, _| act::unacknowledge(host, alert, now));
            }
            ["silence", host, length] => {
                world.next_id += 1;
                let id = SilenceId(world.next_id);
                let silence = Silence { id, by: "anna".to_owned(), start: now, end: now + span(length) };
                world.act(host, |host, now, _| act::silence(host, silence, now));
            }
            ["unsilence", host] => world.act(host, |host, now, _| act::end_silences(host, None, now)),
            ["approve", host] => world.act(host, |host, now, ids| Ok(act::admit(host, Admission::Approved, now, ids))),
            ["ignore", host] => world.act(host, |host, now, ids| Ok(act::admit(host, Admission::Ignored, now, ids))),
            ["cancel", "downtime", number] => {
                let id = self.downtimes[number.parse::<usize>().unwrap() - 1];
                world.book.downtimes.retain(|downtime| downtime.id != id);
            }
            ["policy", ..] => self.policy(statement),
            ["delete", "policy", ref target @ ..] => {
                let target = target_of(world, &target.join(" "));
                world.book.policies.remove(&target);
            }
            ["urgency", urgency, "every", every] => {
                world.book.urgencies.insert(urgency.parse().unwrap(), span(every));
            }
            ["join", host, group] => {
                let id = world.group(group);
                let groups = &mut world.sim(host).host.groups;
                groups.push(id);
                groups.sort();
            }
            ["leave", host, group] => {
                let id = world.group(group);
                world.sim(host).host.groups.retain(|known| *known != id);
            }
            ["engine", "stops"] => world.engine = None,
            ["engine", "starts"] => world.engine = Some(Engine::started(now)),
            _ => return false,
        }
        true
    }

    /// What happens on a host; it checks in with it if it is heard.
    fn happen(&mut self, statement: &str) {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let world = &mut self.world;
        match words[..] {
            ["fail", subject, ref condition @ ..] => {
                let (host, service) = subject.split_once('/').unwrap();
                let bit = world.bit(host, condition.first().copied());
                service_of(world, subject).status |= bit;
                let message = format!("{} failed", condition.first().unwrap_or(&"connection"));
                world.check_in(host, Some((service, bit, 1, &message)));
            }
            ["ok", subject, ref condition @ ..] => {
                let (host, service) = subject.split_once('/').unwrap();
                let bit = condition.first().map_or(u32::MAX, |condition| world.bit(host, Some(condition)));
                let cleared = service_of(world, subject).status & bit;
                service_of(world, subject).status &= !bit;
                let id = if cleared == 0 { crate::world::CONNECTION } else { 1 << cleared.trailing_zeros() };
                world.check_in(host, Some((service, id, 0, "succeeded")));
            }
            ["change", subject] => {
                let (host, service) = subject.split_once('/').unwrap();
                world.check_in(host, Some((service, 0x1, 2, "checksum changed")));
            }
            ["monitor", subject, bits] => {
                service_of(world, subject).monitor = bits.parse().unwrap();
                service_of(world, subject).status = 0;
                world.check_in(subject.split_once('/').unwrap().0, None);
            }
            ["remove", subject] => {
                let (host, service) = subject.split_once('/').unwrap();
                world.sim(host).agent.services.retain(|known| known.name != service);
                world.check_in(host, None);
            }
            ["reload", host] => {
                let Sim { agent, .. } = world.sim(host);
                agent.incarnation += 1_000;
                world.check_in(host, Some(("Monit", 65_536, 2, "Monit reloaded")));
            }
            ["stop", host] => {
                world.check_in(host, Some(("Monit", 65_536, 2, "Monit 6.0.0 stopped")));
                world.sim(host).agent.heard = false;
            }
            ["last", host] => {
                world.check_in(host, None);
                world.sim(host).agent.heard = false;
            }
            ["back", host] => {
                world.sim(host).agent.heard = true;
                world.check_in(host, None);
            }
            _ => panic!("no such statement: {statement}"),
        }
    }
}
