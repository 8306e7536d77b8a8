//! What comes next for an open alert.
use crate::{Alert, Book, Engine, Host, Moment, NoticeKind, ReceiverId, RuleId, Suppressor};

/// The next step of one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// When it will go out if nothing changes; [`Moment::FAR`] if only an event or an operator can bring it about.
    pub at: Moment,
    /// When it is, or was, due.
    pub due_at: Moment,
    pub rule: RuleId,
    pub receivers: Vec<ReceiverId>,
    pub what: NoticeKind,
    /// Who holds it back when it is due.
    pub held_by: Option<Suppressor>,
    /// It waits for the host's next check-in (L5).
    pub awaits_check_in: bool,
}

/// The next step of each rule of the deciding policy.
pub fn outlook(_host: &Host, _book: &Book, _engine: &Engine, _alert: &Alert, _now: Moment) -> Vec<Outlook> {
    Vec::new()
}
