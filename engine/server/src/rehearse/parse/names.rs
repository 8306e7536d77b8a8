//! The names of a file: hosts and groups are declared by a statement of their own, wherever it stands; services and
//! receivers by being mentioned.

use super::words::{Words, Wrong};
use crate::rehearse::scene::{GroupNo, GroupSpec, HostNo, HostSpec, ReceiverNo, ServiceNo, ServiceSpec};

/// A small world; each host is looked at in every step.
const HOSTS: usize = 1_000;
/// Services of one host.
const SERVICES: usize = 200;
const GROUPS: usize = 1_000;
const RECEIVERS: usize = 1_000;
/// A status has so many bits that stand for themselves.
pub const CONDITIONS: usize = 24;
/// Longest name of anything.
const NAME_CHARS: usize = 100;
/// T3: what a group has that says nothing else.
const PRIORITY: i32 = 10;

/// All names so far.
#[derive(Debug, Default)]
pub struct Names {
    pub hosts: Vec<HostSpec>,
    pub groups: Vec<GroupSpec>,
    pub receivers: Vec<String>,
    with_priority: Vec<GroupNo>,
}

impl Names {
    /// `host NAME [in GROUP…]`
    pub fn declare_host(&mut self, mut words: Words<'_>) -> Result<(), Wrong> {
        let name = checked(words.take("the name of the host")?)?;
        if name.contains('/') {
            return Err(format!("“{name}” cannot be a host: “/” separates a host from its service"));
        }
        if self.hosts.iter().any(|host| host.name == name) {
            return Err(format!("host “{name}” is declared already"));
        }
        let mut groups = Vec::new();
        if words.take_if("in") {
            groups.push(self.declare_group(words.take("the name of a group")?)?);
            while words.peek().is_some() {
                groups.push(self.declare_group(words.take("the name of a group")?)?);
            }
        }
        words.end()?;
        groups.sort_unstable();
        groups.dedup();
        within(self.hosts.len(), HOSTS, "hosts")?;
        self.hosts.push(HostSpec { name: name.to_owned(), groups, services: Vec::new() });
        Ok(())
    }

    /// `group NAME priority N`
    pub fn declare_priority(&mut self, mut words: Words<'_>) -> Result<(), Wrong> {
        let name = words.take("the name of the group")?;
        words.must("priority")?;
        let number = words.take("a number")?;
        let priority = number.parse().map_err(|_| format!("“{number}” is no priority; write a whole number"))?;
        words.end()?;
        let group = self.declare_group(name)?;
        if self.with_priority.contains(&group) {
            return Err(format!("group “{name}” has a priority already"));
        }
        self.with_priority.push(group);
        self.groups[group].priority = priority;
        Ok(())
    }

    fn declare_group(&mut self, name: &str) -> Result<GroupNo, Wrong> {
        let name = checked(name)?;
        if let Ok(known) = self.group(name) {
            return Ok(known);
        }
        within(self.groups.len(), GROUPS, "groups")?;
        self.groups.push(GroupSpec { name: name.to_owned(), priority: PRIORITY });
        Ok(self.groups.len() - 1)
    }

    pub fn host(&self, name: &str) -> Result<HostNo, Wrong> {
        if let Some((host, _)) = name.split_once('/') {
            return Err(format!("“{name}” is a service; a host is meant here, such as {host}"));
        }
        checked(name)?;
        let found = self.hosts.iter().position(|host| host.name == name);
        found.ok_or_else(|| format!("there is no host “{name}”; declare it with: host {name}"))
    }

    pub fn group(&self, name: &str) -> Result<GroupNo, Wrong> {
        let found = self.groups.iter().position(|group| group.name == name);
        found.ok_or_else(|| format!("there is no group “{name}”; declare it with: group {name} priority 10"))
    }

    /// A receiver of the policies; the expected list may only name those.
    pub fn receiver(&self, name: &str) -> Result<ReceiverNo, Wrong> {
        let found = self.receivers.iter().position(|receiver| receiver == name);
        found.ok_or_else(|| format!("no policy has a receiver “{name}”"))
    }

    pub fn mention_receiver(&mut self, name: &str) -> Result<ReceiverNo, Wrong> {
        let name = checked(name)?;
        if let Ok(known) = self.receiver(name) {
            return Ok(known);
        }
        within(self.receivers.len(), RECEIVERS, "receivers")?;
        self.receivers.push(name.to_owned());
        Ok(self.receivers.len() - 1)
    }

    /// `host` or `host/service`; the service is there from its first mention on.
    pub fn mention(&mut self, subject: &str) -> Result<(HostNo, Option<ServiceNo>), Wrong> {
        let Some((host, service)) = subject.split_once('/') else { return Ok((self.host(subject)?, None)) };
        let (host, service) = (self.host(host)?, checked(service)?);
        let services = &mut self.hosts[host].services;
        if let Some(known) = services.iter().position(|known| known.name == service) {
            return Ok((host, Some(known)));
        }
        within(services.len(), SERVICES, "services of one host")?;
        services.push(ServiceSpec { name: service.to_owned(), conditions: vec![String::new()] });
        Ok((host, Some(services.len() - 1)))
    }

    pub fn mention_service(&mut self, subject: &str) -> Result<(HostNo, ServiceNo), Wrong> {
        match self.mention(subject)? {
            (host, Some(service)) => Ok((host, service)),
            (_, None) => Err(format!("“{subject}” is a host; write a service as {subject}/NAME")),
        }
    }

    pub fn mention_condition(&mut self, host: HostNo, service: ServiceNo, name: &str) -> Result<usize, Wrong> {
        let conditions = &mut self.hosts[host].services[service].conditions;
        if let Some(known) = conditions.iter().position(|condition| condition == name) {
            return Ok(known);
        }
        within(conditions.len(), CONDITIONS, "conditions of one service")?;
        conditions.push(checked(name)?.to_owned());
        Ok(conditions.len() - 1)
    }

    /// Whether a service is known; the expected list declares none.
    pub fn knows(&self, subject: &str) -> Result<(), Wrong> {
        let Some((host, service)) = subject.split_once('/') else { return self.host(subject).map(drop) };
        let known = self.hosts[self.host(host)?].services.iter().any(|known| known.name == service);
        if known { Ok(()) } else { Err(format!("nothing else in this file is about “{subject}”")) }
    }
}

fn checked(name: &str) -> Result<&str, Wrong> {
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        return Err(format!("“{name}” is no name; use 1 to {NAME_CHARS} visible characters"));
    }
    if [":", ";"].contains(&name) {
        return Err(format!("a name is missing before “{name}”"));
    }
    Ok(name)
}

fn within(there: usize, limit: usize, what: &str) -> Result<(), Wrong> {
    if there < limit { Ok(()) } else { Err(format!("more than {limit} {what} cannot be rehearsed")) }
}
