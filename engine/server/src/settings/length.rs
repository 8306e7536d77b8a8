//! Lengths of time as people write them in files and on the command line: `30s`, `5m`, `1h 30m`, `2d`.

use tocsin_policy::Span;

/// What [`parse`] takes, for error messages.
pub const EXPECTED: &str = "a length of time such as 30s, 5m, 1h 30m or 2d";

/// Ten years: longer is a slip of the keyboard.
const LONGEST: Span = Span::hours(24 * 3_660);

/// The length that is written here; `None` if it is none.
pub fn parse(text: &str) -> Option<Span> {
    let mut rest = text.trim();
    let (mut total, mut smallest) = (0i64, i64::MAX);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        let after = rest[digits..].trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let unit = match &after[..letters] {
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        // From great to small, each unit once: `30m 1h` is more likely a slip than a wish.
        if unit >= smallest {
            return None;
        }
        smallest = unit;
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = after[letters..].trim_start();
    }
    (smallest < i64::MAX && total <= LONGEST.0).then_some(Span(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_people_say_them() {
        for (text, seconds) in [("30s", 30), ("5m", 300), ("5 min", 300), ("1h 30m", 5_400), ("2d", 172_800), ("0s", 0)]
        {
            assert_eq!(parse(text), Some(Span::seconds(seconds)), "{text}");
        }
        for text in ["", "5", "m", "5 minutes", "-5m", "1.5h", "30m 1h", "5m 5m", "99999d", "99999999999999999999s"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
