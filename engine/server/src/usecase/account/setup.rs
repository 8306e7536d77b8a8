//! First start: nobody is there yet, so the program prints a link that works once and makes its opener the first admin.

use tocsin_policy::Moment;

use super::{check_name, session};
use crate::actor::{Actor, Role};
use crate::app::App;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store::account::{self, Account};

/// What the fingerprint of the token is for.
const PURPOSE: &str = "setup";
/// Said for a wrong link, a used one, and one after a restart.
const SPENT: &str = "this set-up link is not valid any more; tocsin prints a new one at each start until the first \
                     account exists, so look at its newest output, or log in if you have an account";

/// The path of the one-time link, `/setup/TOKEN`, for whoever prints it; `None` when somebody has an account already.
/// Each call makes the link before it useless.
///
/// # Errors
/// When the database fails.
pub async fn issue_setup_link(app: &App) -> Result<Option<String>, Fault> {
    let token = session::new_token();
    let issued = app.engine.run(Issue { fingerprint: app.keys.fingerprint(PURPOSE, &token) }).await?;
    Ok(issued.then(|| format!("/setup/{token}")))
}

/// Whether this token would be taken now.
///
/// # Errors
/// Refused with a sentence when it would not.
pub async fn check_token(app: &App, token: &str) -> Result<(), Fault> {
    let stored = account::setup(&app.store.readers).await?;
    let nobody = account::count(&app.store.readers).await? == 0;
    if nobody && stored.as_deref() == Some(app.keys.fingerprint(PURPOSE, token).as_str()) {
        return Ok(());
    }
    Err(Fault::not_found(SPENT))
}

struct Issue {
    fingerprint: String,
}

impl UseCase for Issue {
    type Output = bool;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, bool> {
        Box::pin(async move {
            let nobody = account::count_in(&mut work.tx).await? == 0;
            if nobody {
                account::set_setup(&mut work.tx, &self.fingerprint).await?;
            }
            Ok(nobody)
        })
    }
}

/// The first admin arrives over the link: an account, a session, and the link is spent.
pub struct SetUp {
    pub token: String,
    pub name: String,
    /// From [`super::password::hash`].
    pub password_hash: String,
    pub session_token: String,
    pub address: String,
    pub client: String,
}

impl UseCase for SetUp {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            let name = check_name(&self.name)?;
            let stored = account::setup_in(&mut work.tx).await?;
            let nobody = account::count_in(&mut work.tx).await? == 0;
            if !nobody || stored != Some(work.keys.fingerprint(PURPOSE, &self.token)) {
                return Err(Fault::not_found(SPENT));
            }

            let (id, Moment(now)) = (work.ids.next(), work.now);
            let person = Account {
                id,
                name: name.clone(),
                password_hash: self.password_hash.clone(),
                role: Role::Admin.name().to_owned(),
                disabled: false,
                limited: false,
            };

            account::insert(&mut work.tx, &person, now).await?;
            account::clear_setup(&mut work.tx).await?;
            session::begin(work, id, &self.session_token, &self.address, &self.client).await?;
            let actor = Actor::person(&name, Role::Admin, &self.address);
            work.audit(&actor, "set up this instance", "", "by the one-time link").await
        })
    }
}
