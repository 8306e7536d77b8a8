//! Accounts of people: made and changed by admins, the password by its owner.

use std::collections::BTreeSet;

use tocsin_policy::{Book, GroupId, Moment};

use super::check_name;
use super::session::token_hash;
use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store::account::{self, Account, session};

/// To which host groups an account, or a token, is limited.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Limit {
    /// An account that is there stays as it is; a new one is not limited.
    #[default]
    AsItIs,
    Everything,
    Groups(BTreeSet<GroupId>),
}

impl Limit {
    /// Policies and settings reach everywhere, so whoever edits them does.
    pub(in crate::usecase) fn check(&self, role: Role) -> Result<(), Fault> {
        match self {
            Limit::Groups(_) if role == Role::Admin => {
                Err(wrong("groups", "An admin reaches everything; choose the role operator to limit it to groups."))
            }
            Limit::Groups(groups) if groups.is_empty() => {
                Err(wrong("groups", "Choose at least one host group, or let it reach everything."))
            }
            _ => Ok(()),
        }
    }

    /// The groups, if it is limited to some.
    pub(in crate::usecase) fn groups(&self, book: &Book) -> Result<Option<&BTreeSet<GroupId>>, Fault> {
        let Limit::Groups(groups) = self else { return Ok(None) };
        if groups.iter().any(|group| !book.groups.contains_key(group)) {
            return Err(Fault::conflict("one of the groups is gone; load the page again"));
        }
        Ok(Some(groups))
    }

    pub(in crate::usecase) fn words(&self) -> &'static str {
        match self {
            Limit::AsItIs => "",
            Limit::Everything => ", for everything",
            Limit::Groups(_) => ", for some host groups",
        }
    }
}

/// An admin makes an account for somebody.
pub struct CreateAccount {
    pub actor: Actor,
    pub name: String,
    pub role: Role,
    /// From [`super::password::hash`].
    pub password_hash: String,
    pub limit: Limit,
}

impl UseCase for CreateAccount {
    type Output = i64;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, i64> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let name = check_name(&self.name)?;
            self.limit.check(self.role)?;
            if account::by_name_in(&mut work.tx, &name).await?.is_some() {
                return Err(wrong("name", "Somebody has this name already; choose another."));
            }

            let (id, Moment(now), role) = (work.ids.next(), work.now, self.role.name().to_owned());
            let password_hash = self.password_hash.clone();
            let person = Account { id, name: name.clone(), password_hash, role, disabled: false, limited: false };
            account::insert(&mut work.tx, &person, now).await?;
            limit(work, id, &self.limit).await?;
            let detail = format!("as {}{}", person.role, self.limit.words());
            work.audit(&self.actor, "created", &format!("account {name}"), &detail).await?;
            Ok(id)
        })
    }
}

/// An admin gives an account another role or other groups, disables it or enables it again. Its sessions end at once
/// when it may do something else than before: nobody goes on with what was opened under other rights.
pub struct ChangeAccount {
    pub actor: Actor,
    pub account: i64,
    pub role: Role,
    pub disabled: bool,
    pub limit: Limit,
}

impl UseCase for ChangeAccount {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let Some(person) = account::by_id_in(&mut work.tx, self.account).await? else {
                return Err(Fault::not_found("there is no such account"));
            };
            self.limit.check(self.role)?;
            let stays_admin = self.role == Role::Admin && !self.disabled;
            if !stays_admin && !account::has_other_admin(&mut work.tx, self.account).await? {
                return Err(Fault::conflict(
                    "this is the only admin left; make somebody else an admin first, so that nobody is locked out",
                ));
            }

            account::set_role(&mut work.tx, self.account, self.role.name(), self.disabled).await?;
            // An admin is not limited, whatever the account was before.
            let now = if self.role == Role::Admin { &Limit::Everything } else { &self.limit };
            let moved = limit(work, self.account, now).await?;
            if moved || person.role != self.role.name() || person.disabled != self.disabled {
                session::end_others(&mut work.tx, self.account, "").await?;
            }
            let state = if self.disabled { "disabled" } else { self.role.name() };
            let detail = format!("now {state}{}", now.words());
            work.audit(&self.actor, "changed", &format!("account {}", person.name), &detail).await
        })
    }
}

/// Writes to which groups an account is limited; whether that is something else than before.
async fn limit(work: &mut Work, account: i64, limit: &Limit) -> Result<bool, Fault> {
    if *limit == Limit::AsItIs {
        return Ok(false);
    }
    let groups = limit.groups(&work.book)?;
    let before = account::groups_in(&mut work.tx, account).await?;
    let was_limited = account::by_id_in(&mut work.tx, account).await?.is_some_and(|person| person.limited);
    account::set_groups(&mut work.tx, account, groups).await?;
    Ok(was_limited != groups.is_some() || groups.is_some_and(|groups| *groups != before))
}

/// A person chooses a new password. The session goes on under a new token, the others end.
pub struct ChangePassword {
    pub actor: Actor,
    pub account: i64,
    /// From [`super::password::hash`]; the old password was checked before.
    pub password_hash: String,
    /// The hash of the session in use, and the token that takes its place.
    pub kept: String,
    pub fresh: String,
}

impl UseCase for ChangePassword {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            account::set_password(&mut work.tx, self.account, &self.password_hash).await?;
            let fresh = token_hash(&self.fresh);
            session::rename(&mut work.tx, &self.kept, &fresh).await?;
            session::end_others(&mut work.tx, self.account, &fresh).await?;
            work.audit(&self.actor, "changed the own password", "", "").await
        })
    }
}

/// An admin sets the password of somebody who has forgotten it. All sessions of that person end.
pub struct ResetPassword {
    pub actor: Actor,
    pub account: i64,
    /// From [`super::password::hash`].
    pub password_hash: String,
}

impl UseCase for ResetPassword {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let Some(person) = account::by_id_in(&mut work.tx, self.account).await? else {
                return Err(Fault::not_found("there is no such account"));
            };
            account::set_password(&mut work.tx, self.account, &self.password_hash).await?;
            session::end_others(&mut work.tx, self.account, "").await?;
            work.audit(&self.actor, "set the password of", &format!("account {}", person.name), "").await
        })
    }
}

/// An admin ends all sessions of somebody: a lost laptop.
pub struct EndSessions {
    pub actor: Actor,
    pub account: i64,
}

impl UseCase for EndSessions {
    type Output = u64;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, u64> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let Some(person) = account::by_id_in(&mut work.tx, self.account).await? else {
                return Err(Fault::not_found("there is no such account"));
            };
            let ended = session::end_others(&mut work.tx, self.account, "").await?;
            let detail = format!("{ended} ended");
            work.audit(&self.actor, "ended the sessions of", &format!("account {}", person.name), &detail).await?;
            Ok(ended)
        })
    }
}

fn wrong(field: &str, message: &str) -> Fault {
    Fault::fields(vec![FieldError { field: field.to_owned(), message: message.to_owned() }])
}
