//! Moments as a clock in some zone shows them, and what people type read back by such a clock.

use tocsin_policy::{Moment, Zone};

/// `Sun 29 Mar 2026, 03:00`.
pub fn day_and_time(at: Moment, zone: &Zone) -> String {
    format_as(at, zone, "%a %-d %b %Y, %H:%M")
}

/// `03:00`.
pub fn time_of_day(at: Moment, zone: &Zone) -> String {
    format_as(at, zone, "%H:%M")
}

/// For `<input type="datetime-local">`: `2026-11-23T15:46`.
pub fn input(at: Moment, zone: &Zone) -> String {
    format_as(at, zone, "%Y-%m-%dT%H:%M")
}

/// What `<input type="datetime-local">` sends, read by a clock of this zone; of two such moments the first.
pub fn from_input(text: &str, zone: &Zone) -> Option<Moment> {
    zone.moment(text.parse().ok()?)
}

fn format_as(at: Moment, zone: &Zone, form: &str) -> String {
    zone.civil(at).map_or_else(|| "never".to_owned(), |civil| civil.strftime(form).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_shows_and_reads_by_the_same_clock() {
        let berlin: Zone = "Europe/Berlin".parse().expect("a zone");
        let at = from_input("2026-07-01T02:00", &berlin).expect("a moment");
        assert_eq!(at, Moment(1_782_864_000_000));
        assert_eq!(input(at, &berlin), "2026-07-01T02:00");
        assert_eq!(day_and_time(at, &berlin), "Wed 1 Jul 2026, 02:00");
        assert_eq!(
            from_input("2026-03-29T02:30", &berlin),
            from_input("2026-03-29T03:30", &berlin),
            "02:30 is skipped"
        );
        assert_eq!(from_input("tomorrow", &berlin), None);
    }
}
