//! Tokens for programs: an admin makes one with a role, the program shows it with each request.

use std::collections::BTreeSet;

use tocsin_policy::Moment;

use super::account::Limit;
use super::agent_account::random_password;
use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::secret::Keys;
use crate::store::api_token::{self, ApiToken};

/// Longer names break lists.
const NAME_CHARS: usize = 60;
/// What a token that somebody brings along must have at least: shorter ones can be guessed.
pub const SHORTEST: usize = 20;
/// What it may have at most: it stands in a header.
pub const LONGEST: usize = 200;
/// Tells people and scanners for leaked secrets what it is.
const PREFIX: &str = "tocsin_";

/// What is kept of a token, and what a shown one is looked up by.
pub fn fingerprint(keys: &Keys, token: &str) -> String {
    keys.fingerprint("api-token", token)
}

/// Makes a token. The answer is the token itself, shown once.
pub struct CreateApiToken {
    pub actor: Actor,
    pub name: String,
    pub role: Role,
    /// What it may do beside reading, as far as its role goes.
    pub areas: BTreeSet<Area>,
    /// Of which hosts it knows.
    pub limit: Limit,
    /// A random one is made if none is given.
    pub token: Option<String>,
}

impl UseCase for CreateApiToken {
    type Output = String;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, String> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let name = self.name.trim();
            let token = self.token.clone().unwrap_or_else(|| format!("{PREFIX}{}", random_password()));
            check(name, &token)?;
            self.limit.check(self.role)?;
            if api_token::named(&mut work.tx, name).await?.is_some() {
                return Err(wrong("name", "A token has this name already; choose another."));
            }

            let token_hash = fingerprint(&work.keys, &token);
            if api_token::by_fingerprint_in(&mut work.tx, &token_hash).await?.is_some() {
                return Err(wrong("token", "Another program has this very token; let each have its own."));
            }

            let (id, Moment(now), role) = (work.ids.next(), work.now, self.role.name().to_owned());
            let areas = api_token::areas_text(&self.areas);
            let groups = self.limit.groups(&work.book)?;
            let (name, limited) = (name.to_owned(), groups.is_some());
            let row = ApiToken { id, name, token_hash, role, areas, limited, used_at_ms: None };
            api_token::insert(&mut work.tx, &row, now).await?;
            for group in groups.into_iter().flatten() {
                api_token::add_group(&mut work.tx, id, *group).await?;
            }
            work.audit(
                &self.actor,
                "created",
                &format!("API token {}", row.name),
                &format!("as {}, for {}{}", row.role, row.areas, self.limit.words()),
            )
            .await?;
            Ok(token)
        })
    }
}

/// Takes a token away: the program that shows it is refused from now on.
pub struct DeleteApiToken {
    pub actor: Actor,
    pub id: i64,
}

impl UseCase for DeleteApiToken {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let Some(token) = api_token::by_id(&mut work.tx, self.id).await? else {
                return Err(Fault::not_found("there is no such API token; somebody may have deleted it meanwhile"));
            };

            api_token::delete(&mut work.tx, self.id).await?;
            work.audit(&self.actor, "deleted", &format!("API token {}", token.name), "").await
        })
    }
}

/// Notes that a token was used. Nothing that a program does is this, so it is no line of the audit log.
pub struct Touch {
    pub id: i64,
}

impl UseCase for Touch {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            let Moment(now) = work.now;
            Ok(api_token::touch(&mut work.tx, self.id, now).await?)
        })
    }
}

fn check(name: &str, token: &str) -> Result<(), Fault> {
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        return Err(wrong("name", "Give it a name of 60 characters at most that says which program uses it."));
    }
    let visible = token.chars().all(|c| c.is_ascii_graphic());
    if !visible || !(SHORTEST..=LONGEST).contains(&token.len()) {
        return Err(wrong("token", "Use 20 to 200 visible ASCII characters without spaces, or none to have one made."));
    }
    Ok(())
}

fn wrong(field: &str, message: &str) -> Fault {
    Fault::fields(vec![FieldError { field: field.to_owned(), message: message.to_owned() }])
}
