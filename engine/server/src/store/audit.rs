//! The audit log: who did what, on what, from where. Only ever added to.

use tocsin_policy::Moment;

use super::Tx;
use super::sql::execute;
use crate::actor::Actor;

/// One line of the log; reads as "actor action object: detail".
#[derive(Debug)]
pub struct Line<'a> {
    pub id: i64,
    pub at: Moment,
    pub actor: &'a Actor,
    /// A verb in the past: `acknowledged`, `saved the policy of`.
    pub action: &'a str,
    pub object: &'a str,
    /// What else is worth knowing; may be empty. Never a secret.
    pub detail: &'a str,
}

const INSERT: &str = "insert into audit (id, at_ms, actor, action, object, detail, address)
    values ($1, $2, $3, $4, $5, $6, $7)";

/// Adds a line, in the transaction of what it tells about.
pub async fn write(tx: &mut Tx, line: &Line<'_>) -> sqlx::Result<()> {
    execute!(
        tx,
        INSERT,
        line.id,
        line.at.0,
        line.actor.name.as_str(),
        line.action,
        line.object,
        line.detail,
        line.actor.address.as_str()
    )?;
    Ok(())
}
