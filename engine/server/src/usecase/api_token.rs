//! Tokens for programs: an admin makes one with a role, the program shows it with each request.

use std::collections::BTreeSet;

use tocsin_policy::{Moment, Span};

use super::agent_account::random_password;
use crate::actor::{Actor, Area, Reach, Role};
use crate::app::App;
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
            if api_token::named(&mut work.tx, name).await?.is_some() {
                return Err(wrong("name", "A token has this name already; choose another."));
            }

            let token_hash = fingerprint(&work.keys, &token);
            if api_token::by_fingerprint_in(&mut work.tx, &token_hash).await?.is_some() {
                return Err(wrong("token", "Another program has this very token; let each have its own."));
            }

            let (id, Moment(now), role) = (work.ids.next(), work.now, self.role.name().to_owned());
            let areas = api_token::areas_text(&self.areas);
            let row = ApiToken { id, name: name.to_owned(), token_hash, role, areas, used_at_ms: None };
            api_token::insert(&mut work.tx, &row, now).await?;
            work.audit(
                &self.actor,
                "created",
                &format!("API token {name}"),
                &format!("as {}, for {}", row.role, row.areas),
            )
            .await?;
            Ok(token)
        })
    }
}

/// How often the last use of a token is written down: requests stay free of writes.
const TOUCH_EVERY: Span = Span::minutes(1);

/// The program behind a token, if it is one of ours; that it was used is noted.
///
/// # Errors
/// When the database fails.
pub async fn program(app: &App, token: &str, address: &str) -> Result<Option<Actor>, Fault> {
    if !(SHORTEST..=LONGEST).contains(&token.len()) {
        return Ok(None);
    }
    // Looked up by a keyed fingerprint: how long it takes says nothing about the token.
    let found = api_token::by_fingerprint(&app.store.readers, &fingerprint(&app.keys, token)).await?;
    let Some(row) = found else { return Ok(None) };
    let Some(role) = Role::parse(&row.role) else { return Ok(None) };
    let now = app.clock.now();
    if row.used_at_ms.is_none_or(|used| now - Moment(used) >= TOUCH_EVERY) {
        app.engine.run(Touch(row.id)).await?;
    }
    let (name, address, areas) = (format!("token {}", row.name), address.to_owned(), api_token::areas_of(&row.areas));
    Ok(Some(Actor { name, role, address, reach: Reach::Everything, areas }))
}

struct Touch(i64);

impl UseCase for Touch {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move { Ok(api_token::touch(&mut work.tx, self.0, work.now.0).await?) })
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
