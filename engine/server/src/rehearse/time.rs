//! Times as the timeline writes them: minutes since the start, `30` or `30:07`.

use tocsin_policy::{Moment, Span};

/// A rehearsal reaches this far at most, in minutes: ten years, as far as anybody plans.
pub const LONGEST_MINUTES: i64 = 10 * 366 * 24 * 60;

/// Reads `30` or `30:07`; `None` if it is neither, or too far away.
pub fn read(text: &str) -> Option<Span> {
    let (minutes, seconds) = text.split_once(':').unwrap_or((text, "00"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(minutes) || !digits(seconds) || seconds.len() != 2 {
        return None;
    }
    let (minutes, seconds): (i64, i64) = (minutes.parse().ok()?, seconds.parse().ok()?);
    (minutes <= LONGEST_MINUTES && seconds < 60).then_some(Span::seconds(minutes * 60 + seconds))
}

/// Writes it in the shortest way; moments that are no whole second occur with a start that is none.
pub fn write(span: Span) -> String {
    let sign = if span.0 < 0 { "-" } else { "" };
    let ms = span.0.unsigned_abs();
    let (minutes, seconds, rest) = (ms / 60_000, ms / 1_000 % 60, ms % 1_000);
    match (seconds, rest) {
        (0, 0) => format!("{sign}{minutes}"),
        (_, 0) => format!("{sign}{minutes}:{seconds:02}"),
        _ => format!("{sign}{minutes}:{seconds:02}.{rest:03}"),
    }
}

/// The newest instant at or before `now` at which hosts check in by themselves.
pub fn newest_cycle(start: Moment, poll: Span, now: Moment) -> Moment {
    now - Span((now - start).0.rem_euclid(poll.0))
}

/// The next such instant from `now` on, which may be `now`.
pub fn next_cycle(start: Moment, poll: Span, now: Moment) -> Moment {
    now + Span((start - now).0.rem_euclid(poll.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_alike() {
        for (text, seconds) in [("0", 0), ("30", 1_800), ("30:07", 1_807), ("0:30", 30), ("525600", 31_536_000)] {
            assert_eq!(read(text), Some(Span::seconds(seconds)), "{text}");
            assert_eq!(write(Span::seconds(seconds)), text);
        }
        assert_eq!(read("5:00"), Some(Span::minutes(5)));
        for text in ["", "-1", "1:5", "1:60", "1:005", "x", ":30", "5m", "+5", "99999999999999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn cycles_count_from_the_start_in_both_directions() {
        let (start, poll) = (Moment(1_000_000), Span::minutes(1));
        assert_eq!(newest_cycle(start, poll, start + Span(59_999)), start);
        assert_eq!(newest_cycle(start, poll, start), start);
        assert_eq!(newest_cycle(start, poll, start - Span(1)), start - poll);
        assert_eq!(next_cycle(start, poll, start + Span(1)), start + poll);
        assert_eq!(next_cycle(start, poll, start), start);
    }
}
