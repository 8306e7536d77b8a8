//! Why somebody was told, and why not: the tier that decides, and everything that was due and not sent (S8).

use serde::Serialize;
use tocsin_policy::{HostId, Names, Rule, Say, Subject};

use super::super::names::Known;
use super::super::policy_words::{self, Rung};
use super::super::timeline;
use crate::app::App;
use crate::fault::Fault;
use crate::store::page::alert::{self, AlertRow, WithheldRow};

/// Rows of what was not sent that are read: the newest.
const MAX_ROWS: i64 = 500;
/// Reasons that are shown.
const MAX_REASONS: usize = 20;

#[derive(Serialize)]
pub struct Why {
    /// The tiers that were asked, as things stand now; none once the host is gone.
    pub ladder: Vec<Rung>,
    pub not_sent: Vec<NotSent>,
}

/// Notifications that were due and not sent for one reason.
#[derive(Serialize)]
pub struct NotSent {
    pub reason: String,
    /// Whom the rule would have told; empty where no rule was asked.
    pub to: String,
    pub times: usize,
    pub first_due_ms: i64,
    pub last_due_ms: i64,
}

pub async fn of(app: &App, row: &AlertRow, known: &Known) -> Result<Why, Fault> {
    let host = app.engine.fleet().by_id(HostId(row.host_id)).map(|cell| cell.host());
    let subject = row.service.as_deref().map_or(Subject::Host, |name| Subject::Service(name.into()));
    let ladder = host.map(|host| policy_words::ladder(known, &host, &subject)).unwrap_or_default();
    let withheld = alert::withheld(&app.store.readers, row.id, MAX_ROWS).await?;
    Ok(Why { ladder, not_sent: grouped(&withheld, known) })
}

/// The newest reason first.
fn grouped(withheld: &[WithheldRow], known: &Known) -> Vec<NotSent> {
    let mut reasons: Vec<NotSent> = Vec::new();
    for row in withheld {
        let (reason, to) = (timeline::reason_words(&row.reason, known), receivers_of(row.rule_id, known));
        match reasons.iter_mut().find(|known| known.reason == reason && known.to == to) {
            Some(known) => {
                known.times += 1;
                known.first_due_ms = known.first_due_ms.min(row.due_at_ms);
            }
            None => {
                reasons.push(NotSent { reason, to, times: 1, first_due_ms: row.due_at_ms, last_due_ms: row.due_at_ms })
            }
        }
    }
    reasons.truncate(MAX_REASONS);
    reasons
}

/// Whom a rule tells, as it is now; empty for one that was deleted since.
fn receivers_of(rule: Option<i64>, known: &Known) -> String {
    let Some(id) = rule else { return String::new() };
    let rules = known.book.policies.values().flat_map(|policy| match &policy.say {
        Say::Rules(rules) => rules.as_slice(),
        Say::Mute => &[],
    });
    let found: Option<&Rule> = rules.into_iter().find(|rule| rule.id.0 == id);
    let names = found.map(|rule| rule.receivers.iter().map(|id| known.receiver(*id)).collect::<Vec<_>>());
    names.unwrap_or_default().join(", ")
}
