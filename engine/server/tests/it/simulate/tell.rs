//! A plan as text: as a rehearsal, where that format can say it, and as the plain list of what happens.

use std::fmt::Write;

use tocsin::rehearse::time;
use tocsin_policy::{Every, Span};

use super::plan::{Aim, Deed, Item, Plan, RuleSpec, TICK, Tick, What, World};
use super::verdict::Failed;
use super::windows::When;

/// Everything that a person needs to look into it.
pub fn story(plan: &Plan, failed: &Failed) -> String {
    let mut text = format!("seed {} fails: - was expected, + was committed\n", plan.seed);
    for line in &failed.lines {
        let _ = writeln!(text, "    {line}");
    }
    let _ = writeln!(text, "\nas a rehearsal, as far as the format can say it:\n");
    text += &rehearsal(plan);
    let _ = writeln!(text, "\nthe world: {:?}\nwhat happens, by ticks of 15 s:\n", plan.world);
    for Item { at, what } in &plan.items {
        let _ = writeln!(text, "{at:>5}  {}  {what:?}", minutes(*at));
    }
    text
}

fn minutes(tick: Tick) -> String {
    time::write(Span(tick * TICK.0))
}

fn rehearsal(plan: &Plan) -> String {
    let (world, mut text) = (&plan.world, String::new());
    let start = jiff::Timestamp::from_millisecond(world.start.0).map(|start| start.to_string()).unwrap_or_default();
    let poll = Span(world.hosts[0].poll * TICK.0).exactly();
    let _ = writeln!(text, "start {start}\ncheck-in every {poll}\nmissed {}", world.missed);
    for (name, priority) in &world.groups {
        let _ = writeln!(text, "group {name} priority {priority}");
    }
    for host in &world.hosts {
        let groups: Vec<&str> = host.groups.iter().map(|group| world.groups[*group].0.as_str()).collect();
        let within = if groups.is_empty() { String::new() } else { format!(" in {}", groups.join(" ")) };
        let _ = writeln!(text, "host {}{within}", host.name);
    }
    for item in &plan.items {
        text += &statement(world, item).unwrap_or_else(|| format!("# {} {:?}\n", minutes(item.at), item.what));
    }
    let _ = writeln!(text, "until {}", minutes(plan.ticks));
    text
}

/// What the format has a statement for.
fn statement(world: &World, Item { at, what }: &Item) -> Option<String> {
    let (from, to) = (minutes(*at), |length: &Tick| minutes(at + length));
    let subject = |host: &usize, service: &usize| world.subject(*host, Some(*service));
    let name = |host: &usize| world.hosts[*host].name.clone();
    Some(match what {
        What::Fails(host, service, bit) => format!("at {from} fail {} bit{bit}\n", subject(host, service)),
        What::Fine(host, service) => format!("at {from} ok {}\n", subject(host, service)),
        What::CutOff(host, length) => {
            format!("at {from} last {host}\nat {} back {host}\n", to(length), host = name(host))
        }
        What::Stops(away) => format!("at {from} engine stops\nat {} engine starts\n", to(away)),
        What::Deed(deed) => deed_statement(world, &from, deed)?,
        _ => return None,
    })
}

fn deed_statement(world: &World, at: &str, deed: &Deed) -> Option<String> {
    let subject = |host: &usize, service: &Option<usize>| world.subject(*host, *service);
    let name = |host: &usize| &world.hosts[*host].name;
    let group = |group: &usize| &world.groups[*group].0;
    Some(match deed {
        Deed::Policy { aim, enabled, rules: None } if *enabled => {
            format!("at {at} policy {}: mute\n", target(world, *aim))
        }
        Deed::Policy { aim, enabled, rules: Some(rules) } => {
            let disabled = if *enabled { "" } else { "disabled " };
            let rules: Vec<String> = rules.iter().map(|rule| format!("{disabled}{}", rule_text(world, rule))).collect();
            format!("at {at} policy {}: {}\n", target(world, *aim), rules.join("; "))
        }
        Deed::DeletePolicy(aim) => format!("at {at} delete policy {}\n", target(world, *aim)),
        Deed::Urgency(level, interval) => format!("at {at} urgency {level} every {}\n", interval.exactly()),
        Deed::Join(host, its) => format!("at {at} join {} {}\n", name(host), group(its)),
        Deed::Leave(host, its) => format!("at {at} leave {} {}\n", name(host), group(its)),
        Deed::Acknowledge(host, service, length) => {
            let length = length.map_or("30d".to_owned(), Span::exactly);
            format!("at {at} ack {} {length}\n", subject(host, service))
        }
        Deed::Unacknowledge(host, service) => format!("at {at} unack {}\n", subject(host, service)),
        Deed::Silence(host, length) => format!("at {at} silence {} {}\n", name(host), length.exactly()),
        Deed::Unsilence(host) => format!("at {at} unsilence {}\n", name(host)),
        Deed::Downtime(_, aim, when) => {
            let scope = if *aim == Aim::All { "all".to_owned() } else { target(world, *aim) };
            let when = match when {
                When::Once(from, to) => format!("from {} to {}", time::write(*from), time::write(*to)),
                When::Again(window) => window.to_string(),
            };
            format!("downtime {scope} {when}   # planned at {at}\n")
        }
        Deed::CancelDowntime(number) => format!("at {at} cancel downtime {number}\n"),
        Deed::Policy { .. } | Deed::Priority(..) | Deed::Missed(..) => return None,
    })
}

fn target(world: &World, aim: Aim) -> String {
    match aim {
        Aim::All => "default".to_owned(),
        Aim::Group(group) => format!("group {}", world.groups[group].0),
        Aim::Host(host) => format!("host {}", world.hosts[host].name),
        Aim::Service(host, service) => format!("service {}", world.subject(host, Some(service))),
    }
}

fn rule_text(world: &World, rule: &RuleSpec) -> String {
    let every = match rule.every {
        Every::Urgency(level) => format!("urgency {level}"),
        Every::Interval(interval) => format!("every {}", interval.exactly()),
    };
    let receivers: Vec<&str> = rule.receivers.iter().map(|receiver| world.receivers[*receiver].as_str()).collect();
    let mut text = format!("{every} to {}", receivers.join(" "));
    if rule.after > Span::ZERO {
        let _ = write!(text, " after {}", rule.after.exactly());
    }
    if !rule.recovery {
        text += " without recovery";
    }
    if let Some(hours) = &rule.active {
        let _ = write!(text, " active {hours}");
    }
    text
}
