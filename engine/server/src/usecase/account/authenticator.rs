//! The second factor: an authenticator app, and recovery codes for the day on which the phone is lost.

use tocsin_policy::Moment;

use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::secret::{Keys, fill_random};
use crate::store::account::{self, authenticator as rows, session};
use crate::totp;
use crate::usecase::account::session::token_hash;

/// Recovery codes that a person gets.
const CODES: usize = 10;
/// Bytes of randomness in each: fifty bits are beyond guessing at the pace of a login.
const CODE_BYTES: usize = 7;
const CODE_CHARS: usize = 10;
/// What the fingerprints are for.
const PURPOSE: &str = "recovery-code";

/// Makes a secret for a person who wants an authenticator. It counts once a first code was typed.
pub struct BeginAuthenticator {
    pub actor: Actor,
    pub account: i64,
}

impl UseCase for BeginAuthenticator {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            let there = rows::get_in(&mut work.tx, self.account).await?;
            if there.is_some_and(|there| there.confirmed_at_ms.is_some()) {
                return Err(Fault::conflict("your authenticator is set up already; turn it off first to begin anew"));
            }

            let mut secret = [0; totp::SECRET_BYTES];
            fill_random(&mut secret);
            let sealed = work.keys.seal(&rows::seal_place(self.account), &secret);
            Ok(rows::put(&mut work.tx, self.account, &sealed).await?)
        })
    }
}

/// Opens the secret of an account.
///
/// # Errors
/// When the key file is not the one it was sealed with.
pub fn secret_of(keys: &Keys, account: i64, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    keys.open(&rows::seal_place(account), sealed).ok_or_else(|| {
        Fault::conflict(
            "the authenticator cannot be checked: the key file is not the one it was set up with. Restore the key \
             file, or have an admin turn the authenticator off",
        )
    })
}

/// A first code was typed: from now on one is asked for at each login. The session goes on under a new token, the others
/// end. The answer is the recovery codes, shown once.
pub struct ConfirmAuthenticator {
    pub actor: Actor,
    pub account: i64,
    pub code: String,
    /// The hash of the session in use, and the token that takes its place.
    pub kept: String,
    pub fresh: String,
}

impl UseCase for ConfirmAuthenticator {
    type Output = Vec<String>;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, Vec<String>> {
        Box::pin(async move {
            let there = rows::get_in(&mut work.tx, self.account).await?;
            let there = there.filter(|there| there.confirmed_at_ms.is_none());
            let there =
                there.ok_or_else(|| Fault::conflict("there is nothing to confirm; begin to set it up again"))?;
            let secret = secret_of(&work.keys, self.account, &there.secret)?;
            let wall = work.engine.wall(work.now);
            let step = totp::matching(&secret, &self.code, wall, there.used_step);
            let step = step.ok_or_else(|| wrong("code", "This is not the code that the app shows now. Check the time of the phone, and type the newest code."))?;

            let Moment(now) = work.now;
            rows::confirm(&mut work.tx, self.account, now, step).await?;
            let codes = new_codes(work, self.account).await?;
            let fresh = token_hash(&self.fresh);
            session::rename(&mut work.tx, &self.kept, &fresh).await?;
            session::end_others(&mut work.tx, self.account, &fresh).await?;
            work.audit(&self.actor, "set up an authenticator", "", "").await?;
            Ok(codes)
        })
    }
}

/// Replaces the recovery codes: whoever had the old ones can do nothing with them any more.
pub struct NewRecoveryCodes {
    pub actor: Actor,
    pub account: i64,
}

impl UseCase for NewRecoveryCodes {
    type Output = Vec<String>;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, Vec<String>> {
        Box::pin(async move {
            let there = rows::get_in(&mut work.tx, self.account).await?;
            if there.is_none_or(|there| there.confirmed_at_ms.is_none()) {
                return Err(Fault::conflict("set an authenticator up first; recovery codes stand in for it"));
            }
            let codes = new_codes(work, self.account).await?;
            work.audit(&self.actor, "made new recovery codes", "", "").await?;
            Ok(codes)
        })
    }
}

/// Turns the second factor off: a person for the own account (the password was checked before), or an admin for
/// somebody who has lost everything. Other sessions of the account end.
pub struct RemoveAuthenticator {
    pub actor: Actor,
    pub account: i64,
    /// The own session, with the token that takes its place; `None` for an admin who does it for somebody else.
    pub own: Option<(String, String)>,
}

impl UseCase for RemoveAuthenticator {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            if self.own.is_none() {
                self.actor.may(Area::Setup, Role::Admin)?;
            }
            let person = account::by_id_in(&mut work.tx, self.account).await?;
            let person = person.ok_or_else(|| Fault::not_found("there is no such account"))?;

            rows::remove(&mut work.tx, self.account).await?;
            let mut kept = String::new();
            if let Some((old, fresh)) = &self.own {
                kept = token_hash(fresh);
                session::rename(&mut work.tx, old, &kept).await?;
            }
            session::end_others(&mut work.tx, self.account, &kept).await?;
            work.audit(&self.actor, "turned off the authenticator of", &format!("account {}", person.name), "").await
        })
    }
}

/// Whether a code, or a recovery code, is one that this account may log in with now. It is used up by that.
pub struct TakeCode {
    pub account: i64,
    pub code: String,
}

impl UseCase for TakeCode {
    type Output = bool;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, bool> {
        Box::pin(async move {
            let Some(there) = rows::get_in(&mut work.tx, self.account).await? else { return Ok(false) };
            let secret = secret_of(&work.keys, self.account, &there.secret)?;
            let wall = work.engine.wall(work.now);
            if let Some(step) = totp::matching(&secret, &self.code, wall, there.used_step) {
                return Ok(rows::take(&mut work.tx, self.account, step).await?);
            }
            let fingerprint = work.keys.fingerprint(PURPOSE, &plain(&self.code));
            Ok(rows::spend_code(&mut work.tx, self.account, &fingerprint).await?)
        })
    }
}

async fn new_codes(work: &mut Work, account: i64) -> Result<Vec<String>, Fault> {
    let codes: Vec<String> = (0..CODES).map(|_| random_code()).collect();
    let fingerprints: Vec<String> = codes.iter().map(|code| work.keys.fingerprint(PURPOSE, &plain(code))).collect();
    rows::set_codes(&mut work.tx, account, &fingerprints).await?;
    Ok(codes)
}

/// `k3v9q-2mxw7`
fn random_code() -> String {
    let mut bytes = [0; CODE_BYTES];
    fill_random(&mut bytes);
    let code: String = totp::base32(&bytes).to_lowercase().chars().take(CODE_CHARS).collect();
    format!("{}-{}", &code[..CODE_CHARS / 2], &code[CODE_CHARS / 2..])
}

/// As it is compared: people leave the dash out, or add spaces.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn wrong(field: &str, message: &str) -> Fault {
    Fault::fields(vec![FieldError { field: field.to_owned(), message: message.to_owned() }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_codes_are_read_as_people_type_them() {
        let code = random_code();
        assert_eq!(code.len(), CODE_CHARS + 1);
        assert_ne!(code, random_code());
        assert_eq!(plain(&code.to_uppercase().replace('-', " ")), plain(&code));
    }
}
