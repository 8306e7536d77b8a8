//! What becomes of an undelivered notification when a newer one of the same alert and receiver comes (D1, D2).

use crate::NoticeKind;

/// What to do with the pending and the new notification of one (alert, receiver).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// Nothing is pending: deliver the new one.
    Deliver(NoticeKind),
    /// The pending one ends as superseded; the new one is delivered as this kind.
    Replace(NoticeKind),
    /// Keep the pending one and drop the new one: nothing comes after a recovery (R2).
    Keep,
}

/// Decides it. `pending` is the undelivered notification, if any; `first_told_delivered` whether any notification of
/// this alert has reached the receiver; `new` the one just committed.
///
/// - A reminder that replaces a problem nobody received is delivered as the problem: it is the first the receiver hears.
/// - A recovery replaces whatever is pending. If the problem was never received, the one recovery tells all of it:
///   the connector has start, end and duration (D2).
pub fn merge(pending: Option<NoticeKind>, first_told_delivered: bool, new: NoticeKind) -> Merged {
    let kind = if new == NoticeKind::Reminder && !first_told_delivered { NoticeKind::Problem } else { new };
    match pending {
        None => Merged::Deliver(new),
        Some(NoticeKind::Recovery) => Merged::Keep,
        Some(_) => Merged::Replace(kind),
    }
}
