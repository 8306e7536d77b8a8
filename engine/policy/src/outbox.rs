//! What becomes of an undelivered notification when a newer one of the same alert and receiver comes, and as what a
//! notification is delivered (D1, D2, R2).

use crate::NoticeKind;

/// What to do with the pending and the new notification of one (alert, receiver).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// Nothing is pending: deliver the new one.
    Deliver,
    /// The pending one ends as superseded; the new one takes its place. A recovery then tells all of it: the connector
    /// has start, end and duration (D2).
    Replace,
    /// Keep the pending one and drop the new one: nothing comes after a recovery (R2).
    Keep,
}

/// Decides it; `pending` is the undelivered notification, if any.
pub fn merge(pending: Option<NoticeKind>) -> Merged {
    match pending {
        None => Merged::Deliver,
        Some(NoticeKind::Recovery) => Merged::Keep,
        Some(_) => Merged::Replace,
    }
}

/// As what a notification is delivered: whoever has got nothing of the alert hears of the problem before any reminder
/// (R2), whatever became of the notification that was to tell it. To be asked at each attempt, since what was under way
/// when the reminder was written may have failed by then.
pub fn heard_as(kind: NoticeKind, has_heard: bool) -> NoticeKind {
    if kind == NoticeKind::Reminder && !has_heard { NoticeKind::Problem } else { kind }
}
