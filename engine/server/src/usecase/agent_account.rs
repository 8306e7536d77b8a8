//! The accounts that agents report with: an admin makes one, puts it into `monitrc`, and may take it away.

use tocsin_policy::Moment;

use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::secret::{Keys, fill_random};
use crate::store::agent_account;

/// Monit cuts its whole Authorization line at 255 bytes: with more than this for `user:password` it breaks the request.
pub const LONGEST_CREDENTIALS: usize = 170;
/// Bytes of randomness of a password: 24 characters.
const RANDOM_BYTES: usize = 18;

/// What is kept of an agent's password, and what a check-in's password is compared with.
pub fn fingerprint(keys: &Keys, password: &str) -> String {
    keys.fingerprint("agent", password)
}

/// A secret that needs no quoting anywhere: 24 characters safe in a URL.
pub fn random_password() -> String {
    use base64::Engine as _;
    let mut bytes = [0; RANDOM_BYTES];
    fill_random(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Makes an account. The answer is its password, shown once.
pub struct CreateAgentAccount {
    pub actor: Actor,
    pub name: String,
    /// A random one is made if none is given.
    pub password: Option<String>,
}

impl UseCase for CreateAgentAccount {
    type Output = String;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, String> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let name = self.name.trim();
            let password = self.password.clone().unwrap_or_else(random_password);
            check(name, &password)?;
            if agent_account::named(&mut work.tx, name).await?.is_some() {
                return Err(wrong("name", "An agent account has this name already; choose another."));
            }

            let (id, Moment(now)) = (work.ids.next(), work.now);
            let fingerprint = fingerprint(&work.keys, &password);
            agent_account::insert(&mut work.tx, id, name, &fingerprint, now).await?;
            // Who may report is held in memory beside the book, and loaded again with it.
            work.edit_book();
            work.audit(&self.actor, "created", &format!("agent account {name}"), "").await?;
            Ok(password)
        })
    }
}

/// Gives an account another password. Agents that still have the old one are refused from now on.
pub struct SetAgentPassword {
    pub actor: Actor,
    pub id: i64,
    /// A random one is made if none is given.
    pub password: Option<String>,
}

impl UseCase for SetAgentPassword {
    type Output = String;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, String> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let account = agent_account::by_id(&mut work.tx, self.id).await?.ok_or_else(unknown)?;
            let password = self.password.clone().unwrap_or_else(random_password);
            check(&account.name, &password)?;

            let fingerprint = fingerprint(&work.keys, &password);
            agent_account::set_password(&mut work.tx, self.id, &fingerprint).await?;
            work.edit_book();
            work.audit(&self.actor, "changed the password of", &format!("agent account {}", account.name), "").await?;
            Ok(password)
        })
    }
}

/// Takes an account away. Agents that use it are refused from now on; their hosts stay.
pub struct DeleteAgentAccount {
    pub actor: Actor,
    pub id: i64,
}

impl UseCase for DeleteAgentAccount {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let account = agent_account::by_id(&mut work.tx, self.id).await?.ok_or_else(unknown)?;

            agent_account::delete(&mut work.tx, self.id).await?;
            work.edit_book();
            work.audit(&self.actor, "deleted", &format!("agent account {}", account.name), "").await
        })
    }
}

/// Whether agents can send this name and password.
fn check(name: &str, password: &str) -> Result<(), Fault> {
    if name.is_empty() {
        return Err(wrong("name", "Give the account a name."));
    }
    if name.contains([':', '@', '/']) || name.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(wrong("name", "The name stands in a URL: leave out spaces and the characters : @ /"));
    }
    if password.is_empty() || password.chars().any(char::is_control) {
        return Err(wrong("password", "Give a password without line breaks, or none to have one made."));
    }
    if name.len() + 1 + password.len() > LONGEST_CREDENTIALS {
        let message = "Name and password are too long together: Monit cuts them off after 170 bytes. Shorten one.";
        return Err(wrong("password", message));
    }
    Ok(())
}

fn wrong(field: &str, message: &str) -> Fault {
    Fault::fields(vec![FieldError { field: field.to_owned(), message: message.to_owned() }])
}

fn unknown() -> Fault {
    Fault::not_found("there is no such agent account; somebody may have deleted it meanwhile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_agent_could_not_send_is_refused() {
        assert!(check("monit", &random_password()).is_ok());
        assert!(check("monit", &"x".repeat(164)).is_ok(), "170 bytes with the colon");
        for (name, password) in [("", "x"), ("a:b", "x"), ("a b", "x"), ("a", ""), ("a", "x\ny")] {
            assert!(check(name, password).is_err(), "{name:?} {password:?}");
        }
        assert!(check("monit", &"x".repeat(165)).is_err());
    }

    #[test]
    fn made_passwords_are_24_characters_and_need_no_quoting() {
        let password = random_password();
        assert_eq!(password.len(), 24);
        assert!(password.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
        assert_ne!(password, random_password());
    }
}
