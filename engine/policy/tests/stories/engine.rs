//! The engine's part of the world: exactly what the server does with the core.

use tocsin_policy::*;

use crate::report::subject_name;
use crate::world::World;

impl World {
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
        let mut effects = observe(&mut sim.host, &seen, &self.book, now, &mut ids);
        if self.echoing {
            let mut echo = seen.clone();
            echo.event.iter_mut().for_each(|event| event.is_new = false);
            effects.extend(observe(&mut sim.host, &echo, &self.book, now, &mut ids));
        }
        self.keep(host, effects);
    }

    /// What the server does after each input and at each wake-up.
    pub fn resolve_all(&mut self) {
        let Some(engine) = self.engine else { return };
        for name in self.in_order() {
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

    /// All hosts, in the order in which they are heard and looked at.
    pub fn in_order(&self) -> Vec<String> {
        let mut names: Vec<String> = self.hosts.keys().cloned().collect();
        if self.backwards {
            names.reverse();
        }
        names
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
