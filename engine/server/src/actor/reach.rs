//! Of which hosts somebody knows. Pages and answers are made of these and never of the whole fleet.

use std::collections::BTreeSet;
use std::sync::Arc;

use tocsin_policy::{GroupId, Host, HostId, Scope, Target};

use crate::engine::fleet::CellState;
use crate::engine::{Cell, Fleet};

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
        self.is_everything() || host.groups.iter().any(|group| self.group(*group))
    }

    /// The hosts that are known, in no order: the only ones that pages and answers are made of.
    pub fn cells(&self, fleet: &Fleet) -> Vec<Arc<Cell>> {
        let mut cells = fleet.cells();
        if !self.is_everything() {
            cells.retain(|cell| self.host(&cell.host()));
        }
        cells
    }

    /// Looks at each host that is known: see [`Fleet::each`].
    pub fn each(&self, fleet: &Fleet, mut look: impl FnMut(&CellState)) {
        fleet.each(|state| {
            if self.host(&state.host) {
                look(state);
            }
        });
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
