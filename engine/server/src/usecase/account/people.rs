//! Accounts of people: made and changed by admins, the password by its owner.

use tocsin_policy::Moment;

use super::check_name;
use crate::actor::{Actor, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store::account::{self, Account, session};

/// An admin makes an account for somebody.
pub struct CreateAccount {
    pub actor: Actor,
    pub name: String,
    pub role: Role,
    /// From [`super::password::hash`].
    pub password_hash: String,
}

impl UseCase for CreateAccount {
    type Output = i64;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, i64> {
        Box::pin(async move {
            self.actor.must_be(Role::Admin)?;
            let name = check_name(&self.name)?;
            if account::by_name_in(&mut work.tx, &name).await?.is_some() {
                let message = "Somebody has this name already; choose another.".to_owned();
                return Err(Fault::fields(vec![FieldError { field: "name".to_owned(), message }]));
            }

            let (id, Moment(now)) = (work.ids.next(), work.now);
            let role = self.role.name().to_owned();
            let person =
                Account { id, name: name.clone(), password_hash: self.password_hash.clone(), role, disabled: false };

            account::insert(&mut work.tx, &person, now).await?;
            work.audit(&self.actor, "created", &format!("account {name}"), &format!("as {}", person.role)).await?;
            Ok(id)
        })
    }
}

/// An admin gives an account another role, disables it or enables it again. Disabling ends its sessions at once.
pub struct ChangeAccount {
    pub actor: Actor,
    pub account: i64,
    pub role: Role,
    pub disabled: bool,
}

impl UseCase for ChangeAccount {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.must_be(Role::Admin)?;
            let Some(person) = account::by_id_in(&mut work.tx, self.account).await? else {
                return Err(Fault::not_found("there is no such account"));
            };
            let stays_admin = self.role == Role::Admin && !self.disabled;
            if !stays_admin && !account::has_other_admin(&mut work.tx, self.account).await? {
                return Err(Fault::conflict(
                    "this is the only admin left; make somebody else an admin first, so that nobody is locked out",
                ));
            }

            account::set_role(&mut work.tx, self.account, self.role.name(), self.disabled).await?;
            if self.disabled {
                session::end_others(&mut work.tx, self.account, "").await?;
            }
            let now = if self.disabled { "disabled" } else { self.role.name() };
            work.audit(&self.actor, "changed", &format!("account {}", person.name), &format!("now {now}")).await
        })
    }
}

/// A person chooses a new password; the other sessions of that person end.
pub struct ChangePassword {
    pub actor: Actor,
    pub account: i64,
    /// From [`super::password::hash`]; the old password was checked before.
    pub password_hash: String,
    /// The session that stays.
    pub kept: String,
}

impl UseCase for ChangePassword {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            account::set_password(&mut work.tx, self.account, &self.password_hash).await?;
            session::end_others(&mut work.tx, self.account, &self.kept).await?;
            work.audit(&self.actor, "changed the own password", "", "").await
        })
    }
}
