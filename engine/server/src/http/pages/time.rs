//! Moments and lengths for people: relative in sight, exact with zone on hover and for machines. Shown in the zone of
//! whoever looks (`viewer.rs`), read from forms and written for machines in UTC.

use jiff::Timestamp;
use tocsin_policy::{Moment, Span};

use crate::http::viewer::shown_zone;

/// `4m ago`, `in 1h 30m`, `just now`.
pub fn relative(at: Moment, now: Moment) -> String {
    let (ahead, span) = if at > now { (true, at - now) } else { (false, now - at) };
    match (ahead, span < Span::seconds(5)) {
        (_, true) => "just now".to_owned(),
        (true, false) => format!("in {}", rough(span)),
        (false, false) => format!("{} ago", rough(span)),
    }
}

/// One unit for what is long, two for what is counted down: `45s`, `12m`, `3h 5m`, `2d 4h`, `40d`.
pub fn rough(span: Span) -> String {
    const DAY_S: i64 = 86_400;
    match span.0 / 1_000 {
        s if s < 60 => format!("{s}s"),
        s if s < 3_600 => format!("{}m", s / 60),
        s if s < 14 * DAY_S => Span::minutes(s / 60).words(),
        s => format!("{}d", s / DAY_S),
    }
}

/// `2026-11-23 15:46:24 UTC`, `2026-11-23 16:46:24 CET`.
pub fn exact(at: Moment) -> String {
    shown_as(at, "%Y-%m-%d %H:%M:%S %Z")
}

/// `15:46:24`.
pub fn of_day(at: Moment) -> String {
    shown_as(at, "%H:%M:%S")
}

/// `15:46 UTC`, for sentences.
pub fn of_day_with_zone(at: Moment) -> String {
    shown_as(at, "%H:%M %Z")
}

/// `Mon 23 Nov 2026`.
pub fn day(at: Moment) -> String {
    shown_as(at, "%a %-d %b %Y")
}

/// For `datetime` attributes: `2026-11-23T15:46:24Z`.
pub fn machine(at: Moment) -> String {
    format_as(at, "%Y-%m-%dT%H:%M:%SZ")
}

/// In UTC.
fn format_as(at: Moment, form: &str) -> String {
    match Timestamp::from_millisecond(at.0) {
        Ok(at) => at.strftime(form).to_string(),
        Err(_) => "never".to_owned(),
    }
}

/// In the zone of whoever looks.
fn shown_as(at: Moment, form: &str) -> String {
    match Timestamp::from_millisecond(at.0) {
        Ok(at) => at.to_zoned_datetime(shown_zone()).strftime(form).to_string(),
        Err(_) => "never".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Moment = Moment(1_795_435_200_000);

    #[test]
    fn moments_read_as_people_say_them() {
        let said = |seconds| relative(NOON + Span::seconds(seconds), NOON);
        assert_eq!(said(0), "just now");
        assert_eq!(said(-45), "45s ago");
        assert_eq!(said(-240), "4m ago");
        assert_eq!(said(-11_100), "3h 5m ago");
        assert_eq!(said(5_400), "in 1h 30m");
        assert_eq!(said(-86_400 * 40), "40d ago");
    }

    #[test]
    fn the_exact_time_names_its_zone() {
        assert_eq!(exact(NOON), "2026-11-23 12:00:00 UTC");
        assert_eq!(exact(Moment::FAR), "never");
    }
}
