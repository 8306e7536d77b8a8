//! Who holds a notification back.
use crate::{Alert, Book, Host, Moment, Subject, Suppressor};

/// The primary suppressor in force.
pub fn suppressor(
    _host: &Host,
    _book: &Book,
    _subject: &Subject,
    _alert: Option<&Alert>,
    _now: Moment,
) -> Option<Suppressor> {
    None
}
