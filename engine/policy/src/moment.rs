//! Points and lengths of time, in whole milliseconds: the unit of the database, of the wire and of every rule.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

/// A length of time in milliseconds; negative lengths do not occur in rules but may come out of a subtraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub i64);

impl Moment {
    /// Later than everything that happens: "until recovery", "never".
    pub const FAR: Moment = Moment(i64::MAX / 4);
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// A span of whole seconds.
    pub const fn seconds(n: i64) -> Span {
        Span(n * 1_000)
    }

    /// A span of whole minutes.
    pub const fn minutes(n: i64) -> Span {
        Span(n * 60_000)
    }

    /// A span of whole hours.
    pub const fn hours(n: i64) -> Span {
        Span(n * 3_600_000)
    }

    /// Reads what people write: `30s`, `5m`, `1h 30m`, `2d`, `90 min`, `3 hours`. `None` if it is no length, is
    /// zero or is longer than ten years.
    pub fn read(text: &str) -> Option<Span> {
        const LONGEST: Span = Span::hours(24 * 3_660);
        let mut rest = text.trim();
        let mut total = Span::ZERO;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let number: i64 = rest[..digits].parse().ok()?;
            rest = rest[digits..].trim_start();
            let unit = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let length = match rest[..unit].to_ascii_lowercase().as_str() {
                "s" | "sec" | "second" | "seconds" => Span::seconds(1),
                "m" | "min" | "minute" | "minutes" => Span::minutes(1),
                "h" | "hour" | "hours" => Span::hours(1),
                "d" | "day" | "days" => Span::hours(24),
                _ => return None,
            };
            total = Span(total.0.checked_add(number.checked_mul(length.0)?)?);
            rest = rest[unit..].trim_start();
        }
        (Span::ZERO < total && total <= LONGEST).then_some(total)
    }

    /// As [`Span::read`] reads it, without loss down to a second: `90m`, `45s`, `2d`.
    pub fn exactly(self) -> String {
        let seconds = self.0.max(0) / 1_000;
        let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
        let fits = units.into_iter().find(|(_, unit)| seconds > 0 && seconds % unit == 0);
        fits.map_or_else(|| "0s".to_owned(), |(unit, length)| format!("{}{unit}", seconds / length))
    }

    /// For people: `30s`, `5m`, `1h 30m`, `2d 4h`; at most two units, and never empty.
    pub fn words(self) -> String {
        let seconds = self.0.max(0) / 1_000;
        let units =
            [("d", seconds / 86_400), ("h", seconds / 3_600 % 24), ("m", seconds / 60 % 60), ("s", seconds % 60)];
        let first = units.iter().position(|(_, n)| *n > 0).unwrap_or(3);
        let words: Vec<String> =
            units[first..].iter().take(2).filter(|(_, n)| *n > 0).map(|(unit, n)| format!("{n}{unit}")).collect();
        if words.is_empty() { "0s".to_owned() } else { words.join(" ") }
    }
}

impl Add<Span> for Moment {
    type Output = Moment;
    fn add(self, span: Span) -> Moment {
        Moment(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Moment {
    type Output = Moment;
    fn sub(self, span: Span) -> Moment {
        Moment(self.0.saturating_sub(span.0))
    }
}

impl Sub for Moment {
    type Output = Span;
    fn sub(self, earlier: Moment) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn people_write_spans_in_several_ways() {
        for (text, span) in [
            ("15m", Span::minutes(15)),
            (" 1h30m ", Span::minutes(90)),
            ("1h 30m", Span::minutes(90)),
            ("90 min", Span::minutes(90)),
            ("2 Hours", Span::hours(2)),
            ("1d", Span::hours(24)),
        ] {
            assert_eq!(Span::read(text), Some(span), "{text}");
        }
        for text in ["", "5", "m", "-5m", "1.5h", "5m 3", "5 weeks", "0m", "99999999999999999999s", "9999999999d"] {
            assert_eq!(Span::read(text), None, "{text}");
        }
    }

    #[test]
    fn spans_read_as_people_say_them() {
        let said: Vec<String> =
            [0, 999, 30_000, 300_000, 5_400_000, 90_000_000].into_iter().map(|ms| Span(ms).words()).collect();
        assert_eq!(said, ["0s", "0s", "30s", "5m", "1h 30m", "1d 1h"]);
    }
}
