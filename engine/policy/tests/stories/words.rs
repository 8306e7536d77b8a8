//! The words of a script: rules, targets, lengths and times.

use tocsin_policy::*;

use crate::world::{AgentService, START, World};

pub fn rule(world: &mut World, policy: PolicyId, place: i64, text: &str) -> Rule {
    let words: Vec<&str> = text.split_whitespace().collect();
    let to = words.iter().position(|word| *word == "to").unwrap_or_else(|| panic!("whom does it tell: {text}"));
    let every = match words[..to] {
        ["urgency", urgency] => Every::Urgency(urgency.parse().unwrap()),
        ["every", every] => Every::Interval(span(every)),
        _ => panic!("how often: {text}"),
    };
    let end = words.iter().position(|word| ["after", "without", "during"].contains(word)).unwrap_or(words.len());
    let receivers = words[to + 1..end].iter().map(|name| ReceiverId(world.id(&format!("receiver {name}")))).collect();
    let after = words.iter().position(|word| *word == "after").map_or(Span::ZERO, |at| span(words[at + 1]));
    Rule {
        id: RuleId(policy.0 * 100 + place),
        receivers,
        every,
        after,
        recovery: !text.contains("without recovery"),
        changes: !text.contains("without changes"),
        active: text.split_once(" during ").map(|(_, hours)| hours.parse().unwrap()),
    }
}

pub fn target_of(world: &mut World, text: &str) -> Target {
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

pub fn ensure_service(world: &mut World, subject: &str) {
    let (host, name) = subject.split_once('/').unwrap();
    let services = &mut world.sim(host).agent.services;
    if services.iter().all(|service| service.name != name) {
        services.push(AgentService { name: name.to_owned(), status: 0, monitor: 1 });
    }
}

pub fn service_of<'w>(world: &'w mut World, subject: &str) -> &'w mut AgentService {
    let (host, name) = subject.split_once('/').unwrap();
    world.sim(host).agent.services.iter_mut().find(|service| service.name == name).unwrap()
}

/// The open alert of a service, or of a host.
pub fn alert_of(world: &mut World, subject: &str) -> (String, AlertId) {
    let (host, wanted) = match subject.split_once('/') {
        Some((host, service)) => (host, Subject::Service(service.into())),
        None => (subject, Subject::Host),
    };
    let alert = world.sim(host).host.alerts.iter().find(|alert| alert.subject == wanted);
    (host.to_owned(), alert.unwrap_or_else(|| panic!("no open alert of {subject}")).id)
}

pub fn span(text: &str) -> Span {
    Span::read(text).unwrap_or_else(|| panic!("no length of time: {text}"))
}

pub fn time(text: &str) -> Moment {
    let (minutes, seconds) = text.split_once(':').unwrap_or((text, "0"));
    START + Span::minutes(minutes.parse().unwrap()) + Span::seconds(seconds.parse().unwrap())
}
