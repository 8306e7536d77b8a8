//! The names behind ids, for sentences and lists.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tocsin_policy::{Book, GroupId, HostId, Moment, Names, PolicyId, ReceiverId, Scope, Target};

use super::time;
use crate::app::App;
use crate::fault::Fault;
use crate::store::page::receiver;

/// More receivers than any instance has; the names of others would read as numbers.
const MAX_RECEIVERS: i64 = 2_000;

/// What is needed to say names.
pub struct Known {
    app: App,
    pub book: Arc<Book>,
    receivers: HashMap<i64, String>,
    disabled: HashSet<i64>,
    pub now: Moment,
}

impl Known {
    pub async fn load(app: &App) -> Result<Known, Fault> {
        let rows = receiver::list(&app.store.readers, MAX_RECEIVERS).await?;
        let disabled = rows.iter().filter(|row| !row.enabled).map(|row| row.id).collect();
        let receivers = rows.into_iter().map(|row| (row.id, row.name)).collect();
        Ok(Known { app: app.clone(), book: app.engine.book(), receivers, disabled, now: app.clock.now() })
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        self.receivers.len()
    }

    /// Whether there is such a receiver, and rules do not pass over it.
    pub fn is_enabled(&self, id: ReceiverId) -> bool {
        self.receivers.contains_key(&id.0) && !self.disabled.contains(&id.0)
    }

    pub fn host(&self, id: HostId) -> String {
        self.app.engine.fleet().by_id(id).map_or_else(|| format!("host {id}"), |cell| cell.host().name.to_string())
    }

    /// `web1`, `nginx on web1`, `group web`, `default`.
    pub fn target(&self, target: &Target) -> String {
        match target {
            Target::Default => "default".to_owned(),
            Target::Group(id) => format!("group {}", self.group(*id)),
            Target::Host(id) => self.host(*id),
            Target::Service { host, service } => format!("{service} on {}", self.host(*host)),
        }
    }

    pub fn scope(&self, scope: &Scope) -> String {
        match scope {
            Scope::All => "everything".to_owned(),
            Scope::Group(id) => format!("group {}", self.group(*id)),
            Scope::Host(id) => self.host(*id),
            Scope::Service { host, service } => format!("{service} on {}", self.host(*host)),
        }
    }

    pub fn receivers(&self, ids: &[ReceiverId]) -> String {
        let names: Vec<String> = ids.iter().map(|id| self.receiver(*id)).collect();
        if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
    }
}

impl Names for Known {
    fn receiver(&self, id: ReceiverId) -> String {
        self.receivers.get(&id.0).cloned().unwrap_or_else(|| format!("receiver {id} (deleted)"))
    }

    fn policy(&self, id: PolicyId) -> String {
        match self.book.policies.values().find(|policy| policy.id == id) {
            Some(policy) if policy.target == Target::Default => "the default policy".to_owned(),
            Some(policy) => format!("the policy of {}", self.target(&policy.target)),
            None => "a policy that was deleted since".to_owned(),
        }
    }

    fn group(&self, id: GroupId) -> String {
        self.book.groups.get(&id).map_or_else(|| format!("group {id}"), |group| group.name.clone())
    }

    fn moment(&self, at: Moment) -> String {
        let near = (at.0 - self.now.0).abs() < 20 * 3_600_000;
        if near { time::of_day_with_zone(at) } else { time::exact(at) }
    }
}
