//! Host groups: named sets of hosts with a priority; lower wins (T3).

use tocsin_policy::GroupId;

use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store;

/// Longest name of a group.
pub const NAME_CHARS: usize = 100;

/// Makes a group, or changes its name and priority.
pub struct SaveGroup {
    pub actor: Actor,
    pub id: Option<GroupId>,
    pub name: String,
    pub priority: i32,
}

impl UseCase for SaveGroup {
    type Output = GroupId;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, GroupId> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let name = self.name.trim();
            if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
                let message = format!("a name of 1 to {NAME_CHARS} characters without control characters");
                return Err(Fault::fields(vec![FieldError { field: "name".to_owned(), message }]));
            }
            let namesake = store::policy::group_named(&mut work.tx, name).await?;
            if namesake.is_some() && namesake != self.id {
                let message = format!("there is a group “{name}” already; choose another name");
                return Err(Fault::fields(vec![FieldError { field: "name".to_owned(), message }]));
            }
            let id = self.id.unwrap_or_else(|| GroupId(work.ids.next()));

            store::policy::save_group(&mut work.tx, id, name, self.priority, work.now).await?;
            work.edit_book();
            let detail = format!("priority {}", self.priority);
            work.audit(&self.actor, "saved", &format!("host group {name}"), &detail).await?;
            Ok(id)
        })
    }
}

/// Removes a group, its policy and its downtimes; its hosts stay.
pub struct DeleteGroup {
    pub actor: Actor,
    pub id: GroupId,
}

impl UseCase for DeleteGroup {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let name = work.book.groups.get(&self.id).map(|group| group.name.clone());
            for host in store::policy::group_hosts(&mut work.tx, self.id).await? {
                let draft = work.draft(host).await?;
                draft.host.groups.retain(|group| *group != self.id);
                draft.changed = true;
            }

            if !store::policy::delete_group(&mut work.tx, self.id).await? {
                return Err(Fault::not_found("there is no such group; it may have been deleted meanwhile"));
            }
            work.edit_book();
            work.audit(&self.actor, "deleted", &format!("host group {}", name.unwrap_or_default()), "").await
        })
    }
}
