//! What is laid down twice in one file: of two entries for the same thing one would silently lose.

use std::collections::HashMap;

use crate::provision::plan::{Aim, Hosts, Plan};
use crate::settings::document::Place;
use crate::settings::value::Table;

/// Reports every second entry for the same thing.
pub fn report(plan: &Plan, root: &Table<'_>) {
    let mut seen = Seen { root, first: HashMap::new() };
    plan.accounts.iter().for_each(|entry| seen.entry("account", &entry.name, &entry.at));
    plan.agent_accounts.iter().for_each(|entry| seen.entry("agent account", &entry.name, &entry.at));
    plan.api_tokens.iter().for_each(|entry| seen.entry("API token", &entry.name, &entry.at));
    plan.groups.iter().for_each(|entry| seen.entry("host group", &entry.name, &entry.at));
    plan.receivers.iter().for_each(|entry| seen.entry("receiver", &entry.name, &entry.at));
    plan.policies.iter().for_each(|entry| seen.entry("policy", &words(&entry.aim), &entry.at));
    for entry in &plan.downtimes {
        seen.entry("downtime", &format!("{} of {}, {}", entry.title, words(&entry.aim), entry.schedule), &entry.at);
    }
}

struct Seen<'a> {
    root: &'a Table<'a>,
    first: HashMap<(&'static str, String), usize>,
}

impl Seen<'_> {
    fn entry(&mut self, kind: &'static str, name: &str, at: &Place) {
        match self.first.get(&(kind, name.to_owned())) {
            Some(line) => {
                let sentence = format!("this {kind} stands in line {line} already; keep one of the two");
                self.root.report_at(at, sentence);
            }
            None => {
                self.first.insert((kind, name.to_owned()), at.line);
            }
        }
    }
}

fn words(aim: &Aim) -> String {
    let hosts = |hosts: &Hosts| match hosts {
        Hosts::Name(name) => format!("host {name}"),
        Hosts::AgentId(id) => format!("agent {id}"),
    };
    match aim {
        Aim::All => "all".to_owned(),
        Aim::Group(group) => format!("group {}", group.name),
        Aim::Hosts(of) => hosts(of),
        Aim::Service(of, service) => format!("{} service {service}", hosts(of)),
    }
}
