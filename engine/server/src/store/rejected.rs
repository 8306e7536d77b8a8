//! Check-ins that were refused: listed for the operator, with the cure.

use tocsin_policy::Moment;

use super::Tx;
use super::sql::execute;

const UPSERT: &str = "insert into rejected_check_in (id, fingerprint, reason, detail, address, agent_id, host_name, \
    account, times, first_at_ms, last_at_ms, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11) \
    on conflict (fingerprint) do update set times = rejected_check_in.times + excluded.times, \
    detail = excluded.detail, last_at_ms = excluded.last_at_ms, body = excluded.body";
const DELETE: &str = "delete from rejected_check_in where id = $1";
/// Only the newest are kept: an attacker must not fill the disk with refusals.
const TRIM: &str = "delete from rejected_check_in where id in \
    (select id from rejected_check_in order by last_at_ms desc, id desc limit 1000 offset $1)";

/// A refusal, counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejected {
    /// `password`, `no-credentials`, `unreadable`, `too-large`, `twin`, `blocked`
    pub reason: &'static str,
    pub detail: String,
    pub address: String,
    pub agent_id: Option<String>,
    pub host_name: Option<String>,
    pub account: Option<String>,
    pub times: i64,
    pub body: Option<Vec<u8>>,
}

impl Rejected {
    /// Refusals with the same fingerprint are counted, not listed again.
    pub fn fingerprint(&self) -> String {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        let (agent, account) = (part(&self.agent_id), part(&self.account));
        format!("{}\n{}\n{agent}\n{account}", self.reason, self.address)
    }
}

pub async fn upsert(tx: &mut Tx, id: i64, rejected: &Rejected, now: Moment) -> sqlx::Result<()> {
    execute!(
        tx,
        UPSERT,
        id,
        rejected.fingerprint(),
        rejected.reason,
        &rejected.detail,
        &rejected.address,
        &rejected.agent_id,
        &rejected.host_name,
        &rejected.account,
        rejected.times,
        now.0,
        &rejected.body
    )
    .map(drop)
}

pub async fn delete(tx: &mut Tx, id: i64) -> sqlx::Result<bool> {
    Ok(execute!(tx, DELETE, id)? == 1)
}

/// Forgets all but the newest `keep`.
pub async fn trim(tx: &mut Tx, keep: i64) -> sqlx::Result<()> {
    execute!(tx, TRIM, keep).map(drop)
}
