//! Stories as text: the statements of the rehearsal, as far as the core's tests need them, and a few words for what an
//! agent can do beside failing.

use tocsin_policy::*;

use crate::world::{AgentService, START, Sim, World, lines};

/// How the clock moves.
#[derive(Clone, Copy)]
pub enum Pace {
    /// From input to input, and to what `wake_at` says: as the server does.
    Wake,
    /// Looks this often, whatever `wake_at` says.
    Every(Span),
}

/// A parsed story: what stands before the timeline has been done.
pub struct Script {
    pub world: World,
    /// In order of time; the order of the text within one instant.
    pub timeline: Vec<(Moment, String)>,
    pub start: Moment,
    /// Ten minutes after the last statement, unless the story says.
    pub until: Moment,
    downtimes: Vec<DowntimeId>,
}

/// Plays a story and gives the world at its end.
pub fn play(text: &str) -> World {
    Script::read(text).run(Pace::Wake)
}

/// Plays a story and compares all notifications with `expected`; nothing else may have been sent.
#[track_caller]
pub fn story(text: &str, expected: &str) -> World {
    let world = play(text);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut sent = lines(&world.sent);
    let mut wanted: Vec<String> = expected.iter().map(|line| (*line).to_owned()).collect();
    sent.sort();
    wanted.sort();
    assert_eq!(sent, wanted, "sent (left) against expected (right)");
    world
}

impl Script {
    pub fn read(text: &str) -> Script {
        let mut script =
            Script { world: World::new(), timeline: Vec::new(), start: START, until: START, downtimes: Vec::new() };
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            script.statement(line);
        }
        script.timeline.sort_by_key(|(at, _)| *at);
        let last = script.timeline.last().map_or(START, |(at, _)| *at);
        if script.until == START {
            script.until = last + Span::minutes(10);
        }
        script
    }

    fn statement(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let world = &mut self.world;
        match words[..] {
            ["check-in", "every", every] => world.poll = span(every),
            ["missed", cycles] => world.book.settings.missed_cycles = cycles.parse().unwrap(),
            ["urgency", urgency, "every", every] => {
                world.book.urgencies.insert(urgency.parse().unwrap(), span(every));
            }
            ["host", host] => world.declare_host(host, &[]),
            ["host", host, "in", ref groups @ ..] => world.declare_host(host, groups),
            ["group", group, "priority", priority] => {
                let id = world.group(group);
                world.book.groups.get_mut(&id).unwrap().priority = priority.parse().unwrap();
            }
            ["pending", host] => world.sim(host).host.admission = Admission::Pending,
            ["quiet", "stops"] => world.book.settings.stop_alerts = false,
            ["policy", ..] => self.policy(line),
            ["downtime", ref scope @ .., "from", from, "to", to] => {
                let (scope, from, to) = (scope.join(" "), time(from), time(to));
                self.downtime(&scope, from, to);
            }
            ["at", at, ref rest @ ..] => {
                for subject in rest.iter().skip(1).filter(|word| word.contains('/')) {
                    ensure_service(world, subject);
                }
                self.timeline.push((time(at), rest.join(" ")));
            }
            ["until", at] => self.until = time(at),
            _ => panic!("no such statement: {line}"),
        }
    }

    fn downtime(&mut self, scope: &str, start: Moment, end: Moment) {
        let world = &mut self.world;
        let scope = match scope.split(' ').collect::<Vec<_>>()[..] {
            ["all"] => Scope::All,
            ["host", host] => Scope::Host(HostId(world.id(&format!("host {host}")))),
            ["group", group] => Scope::Group(world.group(group)),
            ["service", subject] => {
                let (host, service) = subject.split_once('/').unwrap();
                Scope::Service { host: HostId(world.id(&format!("host {host}"))), service: service.into() }
            }
            _ => panic!("no such scope: {scope}"),
        };
        let id = DowntimeId(self.downtimes.len() as i64 + 1);
        self.downtimes.push(id);
        let schedule = DowntimeSchedule::Once { start, end };
        world.book.downtimes.push(Downtime { id, title: "works".to_owned(), scope, schedule });
    }

    /// `policy TARGET: [disabled] RULE; RULE` or `mute`.
    fn policy(&mut self, line: &str) {
        let (target, say) = line.strip_prefix("policy ").unwrap().split_once(':').unwrap();
        let world = &mut self.world;
        let id = PolicyId(world.id(&format!("policy {}", target.trim().replace(' ', ":"))));
        let target = target_of(world, target);
        let (enabled, say) = match say.trim().strip_prefix("disabled ") {
            Some(rest) => (false, rest),
            None => (true, say.trim()),
        };
        let say = match say {
            "mute" => Say::Mute,
            rules => Say::Rules(
                rules.split(';').enumerate().map(|(place, text)| rule(world, id, place as i64, text.trim())).collect(),
            ),
        };
        world.book.policies.insert(target.clone(), Policy { id, target, enabled, say });
    }

    /// The same story at another time.
    pub fn shifted(mut self, by: Span) -> Script {
        self.start = self.start + by;
        self.until = self.until + by;
        self.timeline.iter_mut().for_each(|(at, _)| *at = *at + by);
        for downtime in &mut self.world.book.downtimes {
            let DowntimeSchedule::Once { start, end } = &mut downtime.schedule;
            (*start, *end) = (*start + by, *end + by);
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
        for host in self.world.hosts.keys().cloned().collect::<Vec<_>>() {
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

fn rule(world: &mut World, policy: PolicyId, place: i64, text: &str) -> Rule {
    let words: Vec<&str> = text.split_whitespace().collect();
    let to = words.iter().position(|word| *word == "to").unwrap_or_else(|| panic!("whom does it tell: {text}"));
    let every = match words[..to] {
        ["urgency", urgency] => Every::Urgency(urgency.parse().unwrap()),
        ["every", every] => Every::Interval(span(every)),
        _ => panic!("how often: {text}"),
    };
    let end = words.iter().position(|word| ["after", "without"].contains(word)).unwrap_or(words.len());
    let receivers = words[to + 1..end].iter().map(|name| ReceiverId(world.id(&format!("receiver {name}")))).collect();
    let after = words.iter().position(|word| *word == "after").map_or(Span::ZERO, |at| span(words[at + 1]));
    Rule {
        id: RuleId(policy.0 * 100 + place),
        receivers,
        every,
        after,
        recovery: !text.contains("without recovery"),
        changes: !text.contains("without changes"),
    }
}

fn target_of(world: &mut World, text: &str) -> Target {
    match text.split_whitespace().collect::<Vec<_>>()[..] {
        ["default"] => Target::Default,
        ["group", group] => Target::Group(world.group(group)),
        ["host", host] => Target::Host(HostId(world.id(&format!("host {host}")))),
        ["service", subject] => {
            let (host, service) = subject.split_once('/').unwrap();
            Target::Service { host: HostId(world.id(&format!("host {host}"))), service: service.into() }
        }
        _ => panic!("no such target: {text}"),
    }
}

fn ensure_service(world: &mut World, subject: &str) {
    let (host, name) = subject.split_once('/').unwrap();
    let services = &mut world.sim(host).agent.services;
    if services.iter().all(|service| service.name != name) {
        services.push(AgentService { name: name.to_owned(), status: 0, monitor: 1 });
    }
}

fn service_of<'w>(world: &'w mut World, subject: &str) -> &'w mut AgentService {
    let (host, name) = subject.split_once('/').unwrap();
    world.sim(host).agent.services.iter_mut().find(|service| service.name == name).unwrap()
}

/// The open alert of a service, or of a host.
fn alert_of(world: &mut World, subject: &str) -> (String, AlertId) {
    let (host, wanted) = match subject.split_once('/') {
        Some((host, service)) => (host, Subject::Service(service.into())),
        None => (subject, Subject::Host),
    };
    let alert = world.sim(host).host.alerts.iter().find(|alert| alert.subject == wanted);
    (host.to_owned(), alert.unwrap_or_else(|| panic!("no open alert of {subject}")).id)
}

fn span(text: &str) -> Span {
    Span::read(text).unwrap_or_else(|| panic!("no length of time: {text}"))
}

fn time(text: &str) -> Moment {
    let (minutes, seconds) = text.split_once(':').unwrap_or((text, "0"));
    START + Span::minutes(minutes.parse().unwrap()) + Span::seconds(seconds.parse().unwrap())
}
