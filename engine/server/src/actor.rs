//! Who acts: a person with a session, a program with a token, or tocsin itself.

use serde::{Deserialize, Serialize};

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

/// The one in whose name a use case runs. Roles are enforced in the use cases, not only in the pages.
#[derive(Clone, Debug)]
pub struct Actor {
    /// As it stands in the audit log.
    pub name: String,
    pub role: Role,
    /// Where the request came from; empty for tocsin itself.
    pub address: String,
}

impl Actor {
    /// tocsin itself: provisioning, the demo, background tasks.
    pub fn system(name: &str) -> Actor {
        Actor { name: name.to_owned(), role: Role::Admin, address: String::new() }
    }

    /// Refuses when the role does not reach `needed`.
    pub fn must_be(&self, needed: Role) -> Result<(), crate::fault::Fault> {
        if self.role >= needed {
            return Ok(());
        }
        Err(crate::fault::Fault::forbidden(format!(
            "this needs the role {}; {} has the role {}: ask an admin",
            needed.name(),
            self.name,
            self.role.name()
        )))
    }
}
