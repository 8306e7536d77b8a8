//! What a policy is to say, as it comes from a form or a document.

use tocsin_policy::{ActiveHours, Every, ReceiverId, RuleId, Span};

/// What a policy says, as it comes from a form or a document.
#[derive(Clone, Debug)]
pub enum SayForm {
    Mute,
    Rules(Vec<RuleForm>),
}

/// One notification variation, as it comes from a form or a document.
#[derive(Clone, Debug)]
pub struct RuleForm {
    /// Kept over edits, so that the timers of open alerts go on (N5); `None` is a new rule, unless it is to be recognized.
    pub id: Option<RuleId>,
    pub receivers: Vec<ReceiverId>,
    pub every: Every,
    pub after: Span,
    pub recovery: bool,
    pub changes: bool,
    /// When it may speak; `None` is always.
    pub active: Option<ActiveHours>,
}

impl RuleForm {
    /// `ops e-mail, #db-alerts every 15m after 5m`
    pub(super) fn in_short(&self, receivers: &[String]) -> String {
        let every = match self.every {
            Every::Urgency(level) => format!("at urgency {level}"),
            Every::Interval(span) => format!("every {}", span.words()),
        };
        let after = if self.after > Span::ZERO { format!(" after {}", self.after.words()) } else { String::new() };
        let hours = self.active.as_ref().map(|hours| format!(", only {hours}")).unwrap_or_default();
        format!("{} {every}{after}{hours}", receivers.join(", "))
    }
}
