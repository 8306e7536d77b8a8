//! Why something was told, or was not: a word for programs (`because`), the facts behind it, and the sentence that
//! people read on the pages.

use serde::Serialize;
use tocsin_policy::{PolicyId, Reason, Suppressor, Tier};

use super::json::Object;
use crate::http::pages::names::Known;
use crate::http::pages::timeline;

/// The `because` of a message that no rule decided: a test, or news of a receiver.
const ASKED_FOR: &str = "asked-for";

/// A reason of the core.
pub fn reason(reason: &Reason, known: &Known) -> Object {
    let said = Object::new().with("because", word(reason, "because")).with("sentence", reason.sentence(known));
    let by = |tier: &Tier, id: &PolicyId| Object::new().with("tier", tier.word()).id("policy", id.0);
    match reason {
        Reason::FirstNotice { tier, policy } | Reason::Muted { tier, policy } => said.and(by(tier, policy)),
        Reason::IntervalPassed { tier, policy, every } => said.and(by(tier, policy)).with("every_ms", every.0),
        Reason::Released { tier, policy, due_at } | Reason::Overdue { tier, policy, due_at } => {
            said.and(by(tier, policy)).at("due", *due_at)
        }
        Reason::Ended { close } => said.with("ended", serde_json::to_value(close).unwrap_or_default()),
        Reason::Suppressed { by } => said.with("suppressor", suppressor(by, known)),
        Reason::OutsideActiveHours { until } => said.at("until", *until),
        Reason::NotAdmitted { pending } => said.with("pending", *pending),
        Reason::NoPolicy
        | Reason::ChangesNotWanted
        | Reason::RecoveryNotWanted
        | Reason::NobodyWasTold
        | Reason::AwaitsCheckIn => said,
    }
}

/// A reason as the database keeps it.
pub fn stored(json: &str, known: &Known) -> Object {
    match serde_json::from_str::<Reason>(json) {
        Ok(known_reason) => reason(&known_reason, known),
        Err(_) => Object::new().with("because", ASKED_FOR).with("sentence", timeline::reason_words(json, known)),
    }
}

/// Who holds back, and until when.
pub fn suppressor(by: &Suppressor, known: &Known) -> Object {
    let kind = word(by, "suppressor");
    let said = Object::new().with("kind", kind).with("sentence", by.sentence(known)).at("until", by.until());
    match by {
        Suppressor::HostDown { since } => said.at("since", *since),
        Suppressor::Downtime { id, title, .. } => said.id("id", id.0).with("title", title.as_str()),
        Suppressor::Silence { id, by, .. } => said.id("id", id.0).with("by", by.as_str()),
        Suppressor::Acknowledgement { by, .. } => said.with("by", by.as_str()),
    }
}

/// The word by which a value is told from its siblings where it is stored: one list of words, not two.
fn word(value: &impl Serialize, tag: &str) -> serde_json::Value {
    let mut json = serde_json::to_value(value).unwrap_or_default();
    json.get_mut(tag).map(serde_json::Value::take).unwrap_or_default()
}
