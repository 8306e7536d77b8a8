//! Text from outside, made short and harmless.
//!
//! What Monit says can be long, and what a program prints can be anything. Three things help:
//! [`shorten`] keeps the far side's limits and both ends of the text, [`one_line`] keeps a name from
//! becoming two headers or two lines, and [`tame`] takes out what would make text look like other text.
//! Escaping is in [`markup`](crate::markup).

/// Stands for what was cut out.
const CUT: char = '…';

/// At most so many characters. What is cut is the middle: the beginning says what it is, the end of a
/// message often holds the value that was measured.
///
/// ```
/// use tocsin_connector::text::shorten;
/// let message = format!("'nginx' cpu usage of 97.2%{} matches resource limit [cpu usage > 90%]", " and so on".repeat(50));
/// assert_eq!(shorten(&message, 40), "'nginx' cpu usage of 97.2% and…ge > 90%]");
/// assert_eq!(shorten("short", 40), "short");
/// ```
pub fn shorten(text: &str, chars: usize) -> String {
    by(text, chars, |_| 1)
}

/// The same for a limit in bytes of UTF-8.
///
/// ```
/// assert_eq!(tocsin_connector::text::shorten_bytes("größer als üblich", 12), "größe…ch");
/// ```
pub fn shorten_bytes(text: &str, bytes: usize) -> String {
    by(text, bytes, char::len_utf8)
}

/// The same for a limit in UTF-16 units, as JavaScript counts: 😀 is two of them.
///
/// ```
/// assert_eq!(tocsin_connector::text::shorten_utf16("😀😀😀😀", 6), "😀😀…");
/// ```
pub fn shorten_utf16(text: &str, units: usize) -> String {
    by(text, units, char::len_utf16)
}

fn by(text: &str, limit: usize, size: fn(char) -> usize) -> String {
    if text.chars().map(size).sum::<usize>() <= limit {
        return text.to_owned();
    }
    let Some(kept) = limit.checked_sub(size(CUT)) else { return String::new() };
    let (tail, head) = (kept / 4, kept - kept / 4);
    let mut room = head;
    let fits = |room: &mut usize, c: char| room.checked_sub(size(c)).map(|left| *room = left).is_some();
    let mut short: String = text.chars().take_while(|c| fits(&mut room, *c)).collect();
    short.push(CUT);
    let mut room = tail;
    let end: Vec<char> = text.chars().rev().take_while(|c| fits(&mut room, *c)).collect();
    short.extend(end.into_iter().rev());
    short
}

/// Escaped text of at most so many characters. Escaping makes text longer, and an escape must not be
/// cut in two, so the text is shortened until its escaped form fits.
///
/// ```
/// use tocsin_connector::{markup, text};
/// assert_eq!(text::fit("a < b", 20, markup::html), "a &lt; b");
/// assert_eq!(text::fit("<<<<<<<<", 10, markup::html), "&lt;&lt;…");
/// ```
pub fn fit(text: &str, chars: usize, escape: fn(&str) -> String) -> String {
    let mut room = chars;
    loop {
        let fitted = escape(&shorten(text, room));
        let over = fitted.chars().count().saturating_sub(chars);
        if over == 0 || room == 0 {
            return fitted;
        }
        // An escaped character takes at most six places; going down in steps of that is enough.
        room = room.saturating_sub(over.div_ceil(6).max(1));
    }
}

/// As many of the parts as fit whole, with a separator between them: a part that is cut could be cut in
/// the middle of an escape.
///
/// ```
/// let parts = ["host web1", "service nginx", "team=web"].map(String::from);
/// assert_eq!(tocsin_connector::text::joined(parts, " · ", 25), "host web1 · service nginx");
/// ```
pub fn joined(parts: impl IntoIterator<Item = String>, separator: &str, chars: usize) -> String {
    let mut text = String::new();
    for part in parts {
        let more = if text.is_empty() { part } else { format!("{separator}{part}") };
        if text.chars().count() + more.chars().count() > chars {
            break;
        }
        text.push_str(&more);
    }
    text
}

/// One line: line breaks, control characters and runs of spaces become one space each.
///
/// ```
/// assert_eq!(tocsin_connector::text::one_line(" disk\r\nBcc: x@example.org\0"), "disk Bcc: x@example.org");
/// ```
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The first line, and what follows it.
///
/// ```
/// use tocsin_connector::text::headline;
/// assert_eq!(headline("status failed (2)\n\ndisk full\n"), ("status failed (2)", "disk full"));
/// assert_eq!(headline("one line"), ("one line", ""));
/// ```
pub fn headline(text: &str) -> (&str, &str) {
    let (first, rest) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
    (first.trim_end(), rest.trim())
}

/// Without characters that nobody sees: those that turn the direction of writing, so that text reads
/// as something else than it is, and control characters except line breaks and tabs.
///
/// ```
/// assert_eq!(tocsin_connector::text::tame("web\u{202e}gpj.exe\u{7}\n"), "webgpj.exe\n");
/// ```
pub fn tame(text: &str) -> String {
    let turns =
        |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace("\r\n", "\n").chars().filter(|c| !turns(*c) && (!c.is_control() || matches!(c, '\n' | '\t'))).collect()
}

/// A length of time in its two largest units.
///
/// ```
/// use tocsin_connector::text::duration;
/// assert_eq!(duration(59_999), "59 s");
/// assert_eq!(duration(299_000), "4 min 59 s");
/// assert_eq!(duration(7_500_000), "2 h 5 min");
/// assert_eq!(duration(90_000_000), "1 d 1 h");
/// ```
pub fn duration(ms: u64) -> String {
    let seconds = ms / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup;

    #[test]
    fn both_ends_of_a_long_message_are_kept() {
        let text = format!("cpu usage {} matches limit 90%", "x".repeat(500));
        let short = shorten(&text, 60);
        assert_eq!(short.chars().count(), 60);
        assert!(short.starts_with("cpu usage xxx") && short.ends_with("limit 90%"), "{short}");
    }

    #[test]
    fn every_limit_is_kept_in_every_measure() {
        let text = "größer 😀 als üblich ".repeat(20);
        for limit in 0..200 {
            assert!(shorten(&text, limit).chars().count() <= limit);
            assert!(shorten_bytes(&text, limit).len() <= limit);
            assert!(shorten_utf16(&text, limit).encode_utf16().count() <= limit);
        }
    }

    #[test]
    fn escaped_text_fits_and_no_escape_is_cut() {
        for limit in 1..40 {
            let fitted = fit(&"<&>\"".repeat(30), limit, markup::html);
            assert!(fitted.chars().count() <= limit, "{limit}");
            let bare =
                ["&amp;", "&lt;", "&gt;", "&quot;", "…"].iter().fold(fitted, |text, part| text.replace(part, ""));
            assert_eq!(bare, "", "{limit}");
        }
    }
}
