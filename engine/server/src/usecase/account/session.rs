//! A person logs in, is seen, logs out. Tokens are random, handed to the browser once, and kept only as a hash.

use sha2::{Digest, Sha256};
use tocsin_policy::Span;

use crate::actor::Actor;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::secret::fill_random;
use crate::store::account::session::{self, NewSession};

/// A session that was not used so long has ended.
pub const IDLE: Span = Span::hours(12);
/// No session lives longer: the password is asked for once a week.
pub const ABSOLUTE: Span = Span::hours(24 * 7);
/// Browsers' names for themselves are cut here.
const CLIENT_CHARS: usize = 200;

/// A new session token: 256 random bits, hex.
pub fn new_token() -> String {
    let mut bytes = [0; 32];
    fill_random(&mut bytes);
    hex::encode(bytes)
}

/// What is stored of a token.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Begins a session, and ends the one that the browser had before.
pub struct Begin {
    pub actor: Actor,
    pub account: i64,
    pub token: String,
    /// The hash of the session before, if there was one: a token never outlives a login.
    pub replaces: Option<String>,
    pub client: String,
}

impl UseCase for Begin {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            if let Some(old) = &self.replaces {
                session::end(&mut work.tx, old).await?;
            }
            begin(work, self.account, &self.token, &self.actor.address, &self.client).await?;
            work.audit(&self.actor, "logged in", "", "").await
        })
    }
}

/// Writes the row, and tidies away sessions that have expired.
pub(super) async fn begin(
    work: &mut Work,
    account_id: i64,
    token: &str,
    address: &str,
    client: &str,
) -> Result<(), Fault> {
    let now = work.now;
    session::expire(&mut work.tx, (now - IDLE).0, (now - ABSOLUTE).0).await?;
    let client: String = client.chars().filter(|c| !c.is_control()).take(CLIENT_CHARS).collect();
    let hash = token_hash(token);
    let new = NewSession { token_hash: &hash, account_id, at_ms: now.0, address, client: &client };
    Ok(session::insert(&mut work.tx, &new).await?)
}

/// The session was used.
pub struct Touch {
    pub token_hash: String,
}

impl UseCase for Touch {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move { Ok(session::touch(&mut work.tx, &self.token_hash, work.now.0).await?) })
    }
}

/// A person logs out.
pub struct End {
    pub actor: Actor,
    pub token_hash: String,
}

impl UseCase for End {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            session::end(&mut work.tx, &self.token_hash).await?;
            work.audit(&self.actor, "logged out", "", "").await
        })
    }
}

/// A person ends all own sessions but the one in use.
pub struct EndOthers {
    pub actor: Actor,
    pub account: i64,
    pub kept: String,
}

impl UseCase for EndOthers {
    type Output = u64;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, u64> {
        Box::pin(async move {
            let ended = session::end_others(&mut work.tx, self.account, &self.kept).await?;
            work.audit(&self.actor, "ended other sessions", "", &format!("{ended} ended")).await?;
            Ok(ended)
        })
    }
}
