//! Who acts: a person with a session, a program with a token, or tocsin itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tocsin_policy::{GroupId, Host, HostId, Scope, Target};

use crate::engine::{Cell, Fleet};
use crate::fault::Fault;

/// What an account may do; each includes what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees everything but secrets.
    Viewer,
    /// Acknowledges, silences, plans downtime, approves hosts.
    Operator,
    /// Policies, receivers, connectors, accounts.
    Admin,
}

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Operator => "operator",
            Role::Admin => "admin",
        }
    }

    pub fn parse(name: &str) -> Option<Role> {
        [Role::Viewer, Role::Operator, Role::Admin].into_iter().find(|role| role.name() == name)
    }
}

/// Of which hosts an account knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    #[default]
    Everything,
    /// Those in one of these groups, as they are members at that moment; of admins always everything.
    Groups(BTreeSet<GroupId>),
}

impl Reach {
    pub fn is_everything(&self) -> bool {
        *self == Reach::Everything
    }

    pub fn group(&self, group: GroupId) -> bool {
        match self {
            Reach::Everything => true,
            Reach::Groups(groups) => groups.contains(&group),
        }
    }

    pub fn host(&self, host: &Host) -> bool {
        host.groups.iter().any(|group| self.group(*group)) || self.is_everything()
    }

    /// The hosts that are known, in no order: the only ones that pages and answers are made of.
    pub fn cells(&self, fleet: &Fleet) -> Vec<Arc<Cell>> {
        let mut cells = fleet.cells();
        if !self.is_everything() {
            cells.retain(|cell| self.host(&cell.host()));
        }
        cells
    }

    /// A host that is known.
    pub fn cell(&self, fleet: &Fleet, id: HostId) -> Option<Arc<Cell>> {
        fleet.by_id(id).filter(|cell| self.host(&cell.host()))
    }

    /// Whether a downtime is heard of: one that covers everything also holds back what one looks after.
    pub fn scope(&self, fleet: &Fleet, scope: &Scope) -> bool {
        match scope {
            Scope::All => true,
            Scope::Group(group) => self.group(*group),
            Scope::Host(host) | Scope::Service { host, .. } => self.cell(fleet, *host).is_some(),
        }
    }

    /// Whether the policy of this target is heard of.
    pub fn target(&self, fleet: &Fleet, target: &Target) -> bool {
        match target {
            Target::Default => true,
            Target::Group(group) => self.group(*group),
            Target::Host(host) | Target::Service { host, .. } => self.cell(fleet, *host).is_some(),
        }
    }

    /// The groups as lists from the database take them, `,7,12,`; empty where everything is reached.
    pub fn listed(&self) -> String {
        match self {
            Reach::Everything => String::new(),
            Reach::Groups(groups) => groups.iter().fold(",".to_owned(), |listed, group| format!("{listed}{group},")),
        }
    }
}

/// What a program's token may be for, beside reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Acknowledge, and take it back.
    Alerts,
    /// Silences and downtimes.
    Silences,
    /// Approve, describe, delete.
    Hosts,
    /// Retry, withdraw, test a receiver.
    Deliveries,
    /// Policies, groups, receivers, accounts, settings.
    Setup,
}

impl Area {
    pub const ALL: [Area; 5] = [Area::Alerts, Area::Silences, Area::Hosts, Area::Deliveries, Area::Setup];

    pub fn name(self) -> &'static str {
        match self {
            Area::Alerts => "alerts",
            Area::Silences => "silences",
            Area::Hosts => "hosts",
            Area::Deliveries => "deliveries",
            Area::Setup => "setup",
        }
    }

    pub fn parse(name: &str) -> Option<Area> {
        Area::ALL.into_iter().find(|area| area.name() == name)
    }
}

/// The one in whose name a use case runs. Roles, reach and areas are enforced in the use cases, not only in the pages.
#[derive(Clone, Debug)]
pub struct Actor {
    /// As it stands in the audit log.
    pub name: String,
    pub role: Role,
    /// Where the request came from; empty for tocsin itself.
    pub address: String,
    pub reach: Reach,
    /// What it may do beside reading, as far as its role goes; a person may do everything.
    pub areas: BTreeSet<Area>,
}

impl Actor {
    /// A person with this role, whom no group limits.
    pub fn person(name: &str, role: Role, address: &str) -> Actor {
        let (name, address) = (name.to_owned(), address.to_owned());
        Actor { name, role, address, reach: Reach::Everything, areas: Area::ALL.into() }
    }

    /// tocsin itself: provisioning, the demo, background tasks.
    pub fn system(name: &str) -> Actor {
        Actor::person(name, Role::Admin, "")
    }

    /// Refuses when the role does not reach `needed`, or the token is not for this.
    pub fn may(&self, area: Area, needed: Role) -> Result<(), Fault> {
        self.must_be(needed)?;
        if self.areas.contains(&area) {
            return Ok(());
        }
        let sentence = format!("{} may not do this: its token is not made for {}", self.name, area.name());
        Err(Fault::forbidden(sentence))
    }

    /// Refuses when the role does not reach `needed`.
    pub fn must_be(&self, needed: Role) -> Result<(), Fault> {
        if self.role >= needed {
            return Ok(());
        }
        Err(Fault::forbidden(format!(
            "this needs the role {}; {} has the role {}: ask an admin",
            needed.name(),
            self.name,
            self.role.name()
        )))
    }

    /// Refuses for a host that this one does not look after, in the same words as for one that is not there.
    pub fn must_know(&self, host: &Host) -> Result<(), Fault> {
        if self.reach.host(host) { Ok(()) } else { Err(unknown_host()) }
    }

    /// Refuses where an account that is limited to groups would reach beyond them: `host` is the one that the scope
    /// names, if it names one.
    pub fn must_reach(&self, scope: &Scope, host: Option<&Host>) -> Result<(), Fault> {
        let reached = match scope {
            Scope::All => self.reach.is_everything(),
            Scope::Group(group) => self.reach.group(*group),
            Scope::Host(_) | Scope::Service { .. } => host.is_some_and(|host| self.reach.host(host)),
        };
        if reached {
            return Ok(());
        }
        Err(Fault::forbidden("this goes beyond the host groups that your account is limited to: ask an admin"))
    }
}

/// What is said of a host that is not there, or that the asker does not look after.
pub fn unknown_host() -> Fault {
    Fault::not_found("there is no such host; it may have been deleted meanwhile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limited_account_reaches_its_groups_and_nothing_else() {
        let reach = Reach::Groups(BTreeSet::from([GroupId(1)]));
        let actor = Actor { reach, ..Actor::person("olga", Role::Operator, "") };
        assert!(actor.must_reach(&Scope::Group(GroupId(1)), None).is_ok());
        assert!(actor.must_reach(&Scope::Group(GroupId(2)), None).is_err());
        assert!(actor.must_reach(&Scope::All, None).is_err());
        assert!(Actor::system("test").must_reach(&Scope::All, None).is_ok());
        assert_eq!((actor.reach.listed().as_str(), Reach::Everything.listed().as_str()), (",1,", ""));
        let nothing = Actor { reach: Reach::Groups(BTreeSet::new()), ..actor };
        assert_eq!(nothing.reach.listed(), ",");
        assert!(nothing.must_reach(&Scope::Group(GroupId(1)), None).is_err());
    }

    #[test]
    fn a_token_does_what_it_is_for_and_what_its_role_may() {
        let token = Actor { areas: BTreeSet::from([Area::Silences]), ..Actor::person("ci", Role::Operator, "") };
        assert!(token.may(Area::Silences, Role::Operator).is_ok());
        assert!(token.may(Area::Alerts, Role::Operator).is_err());
        assert!(token.may(Area::Silences, Role::Admin).is_err());
        assert!(Area::ALL.into_iter().all(|area| Area::parse(area.name()) == Some(area)));
    }
}
