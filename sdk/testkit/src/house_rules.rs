//! What every channel over HTTP owes the engine, whatever its far side is.

use crate::{Answer, Fault, Outcome, Script, Testkit, Told, hostile, problem};
use serde_json::Value;

impl Testkit {
    /// A far side that is busy, broken or out of reach is tried again, when it asked for; one that
    /// floods is not; a 400 does not bring the receiver to a halt; a message that tries everything does no
    /// harm. `script` is how the far side answers when all is well.
    ///
    /// # Panics
    /// With the rule that is broken.
    pub fn keeps_the_house_rules(&self, settings: &Value, script: impl Into<Script>) {
        let busy = self.tell(settings, problem(), Answer::text(429, "slow down").header("retry-after", "7"));
        assert_eq!(busy.retry_after_ms(), Some(7_000), "429 is tried again after the time that the far side names");
        for status in [500, 502, 503, 504] {
            let broken = self.tell(settings, problem(), Answer::text(status, "maintenance"));
            assert!(matches!(broken.receipt.outcome, Outcome::Retry { .. }), "{status} is tried again: {broken:#?}");
        }
        for fault in [Fault::Timeout, Fault::Cut, Fault::Dns, Fault::Connect, Fault::Tls] {
            let unheard = self.tell(settings, problem(), fault);
            assert!(matches!(unheard.receipt.outcome, Outcome::Retry { .. }), "{fault:?} is tried again: {unheard:#?}");
        }
        let flooded = self.tell(settings, problem(), Fault::Huge);
        assert!(
            matches!(flooded.receipt.outcome, Outcome::Permanent { .. }),
            "a flood is not called for twice: {flooded:#?}"
        );
        let refused = self.tell(settings, problem(), Answer::text(400, "bad request"));
        let given_up = matches!(refused.receipt.outcome, Outcome::Permanent { .. } | Outcome::Misconfigured { .. });
        assert!(given_up, "400 is not tried again: {refused:#?}");
        self.withstands(settings, script);
    }

    /// Tells the notification that tries everything: it is delivered, in one piece.
    ///
    /// # Panics
    /// When it is not, or a body that says it is JSON is none.
    pub fn withstands(&self, settings: &Value, script: impl Into<Script>) -> Told {
        let told = self.tell(settings, hostile(), script);
        assert!(matches!(told.receipt.outcome, Outcome::Delivered { .. }), "{:#?}", told.receipt);
        for request in told.requests() {
            if request.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
                let read = serde_json::from_slice::<Value>(&request.body);
                assert!(read.is_ok(), "{} {}: {read:?}", request.method, request.url);
            }
        }
        told
    }
}
