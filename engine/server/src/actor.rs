//! Who acts: a person with a session, a program with a token, or tocsin itself.
//!
//! - `reach`: of which hosts; `area`: for what a token was made.

mod area;
mod reach;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tocsin_policy::{Host, Scope};

pub use area::Area;
pub use reach::Reach;

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
        let sentence = format!("this may not be done by {}: its token is not made for {}", self.name, area.name());
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
    use tocsin_policy::GroupId;

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
