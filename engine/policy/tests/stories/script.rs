//! Stories as text: the statements of the rehearsal, as far as the core's tests need them, and a few words for what an
//! agent can do beside failing.

use tocsin_policy::*;

use crate::report::lines;
use crate::words::{ensure_service, rule, span, target_of, time};
use crate::world::{START, World};

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
    pub downtimes: Vec<DowntimeId>,
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
                self.plan(&scope, DowntimeSchedule::Once { start: from, end: to });
            }
            ["downtime", ..] => {
                let repeats = |word: &&str| ["weekly", "daily", "monthly", "cron"].contains(word);
                let at = words.iter().position(repeats).unwrap_or_else(|| panic!("when is it: {line}"));
                let schedule = DowntimeSchedule::read(&words[at..].join(" ")).unwrap();
                schedule.check(START).unwrap();
                self.plan(&words[1..at].join(" "), schedule);
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

    fn plan(&mut self, scope: &str, schedule: DowntimeSchedule) {
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
        world.book.downtimes.push(Downtime { id, title: "works".to_owned(), scope, schedule });
    }

    /// `policy TARGET: [disabled] RULE; RULE` or `mute`.
    pub fn policy(&mut self, line: &str) {
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
}
