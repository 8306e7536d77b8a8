//! Single elements to numbers and texts, with their bounds.

use std::borrow::Cow;

use crate::error::{ParseError, quote};
use crate::limits::{MAX_LONG_TEXT_BYTES, MAX_SHORT_TEXT_BYTES};
use crate::scan::{Leaf, Scanner, closing_tag};
use crate::text;

/// A decimal number, which the agent writes plainly: an optional minus and digits.
pub(super) fn parse_integer(bytes: &[u8], what: &'static str) -> Result<i64, ParseError> {
    let trimmed = bytes.trim_ascii();
    let (digits, sign) = match trimmed.strip_prefix(b"-") {
        Some(digits) => (digits, -1),
        None => (trimmed, 1),
    };
    let mut number: Option<i64> = if digits.is_empty() { None } else { Some(0) };
    for &digit in digits {
        number = match digit {
            b'0'..=b'9' => {
                number.and_then(|number| number.checked_mul(10)?.checked_add(sign * i64::from(digit - b'0')))
            }
            _ => None,
        };
    }
    number.ok_or_else(|| ParseError::Unreadable { what, found: quote(bytes) })
}

/// The integer inside the element just opened.
pub(super) fn integer<'a>(
    scanner: &mut Scanner<'a>,
    name: &'a [u8],
    inside: &'static str,
    what: &'static str,
) -> Result<i64, ParseError> {
    match plain_digits(scanner, name) {
        Some(number) => Ok(number),
        None => parse_integer(scanner.leaf(name, inside)?.bytes, what),
    }
}

/// Digits that always fit.
const SAFE_DIGITS: usize = 18;

/// The short way for what nearly all numbers are: a few digits and the closing tag.
fn plain_digits(scanner: &mut Scanner<'_>, name: &[u8]) -> Option<i64> {
    let rest = scanner.rest();
    let mut number = 0;
    for (index, byte) in rest.iter().enumerate().take(SAFE_DIGITS) {
        if !byte.is_ascii_digit() {
            let closing = closing_tag(&rest[index..], name).filter(|_| index > 0)?;
            scanner.skip(index + closing);
            return Some(number);
        }
        number = number * 10 + i64::from(byte - b'0');
    }
    None
}

/// An integer that must fit an unsigned type: bits, codes, seconds.
pub(super) fn unsigned<'a, T: TryFrom<i64>>(
    scanner: &mut Scanner<'a>,
    name: &'a [u8],
    inside: &'static str,
    what: &'static str,
) -> Result<T, ParseError> {
    let number = integer(scanner, name, inside, what)?;
    T::try_from(number).map_err(|_| ParseError::Unreadable { what, found: number.to_string() })
}

/// A number that is good to know but decides nothing: what cannot be read is as if absent.
pub(super) fn optional<'a, T: TryFrom<i64>>(
    scanner: &mut Scanner<'a>,
    name: &'a [u8],
    inside: &'static str,
) -> Result<Option<T>, ParseError> {
    let leaf = scanner.leaf(name, inside)?;
    Ok(parse_integer(leaf.bytes, "").ok().and_then(|number| T::try_from(number).ok()))
}

/// Text of a leaf, whether in CDATA or raw.
pub(crate) fn decode(leaf: Leaf<'_>) -> Cow<'_, str> {
    if leaf.is_cdata { text::decode_cdata(leaf.bytes) } else { text::decode(leaf.bytes) }
}

/// A path, address or other short text.
pub(super) fn short_text<'a>(
    scanner: &mut Scanner<'a>,
    name: &'a [u8],
    inside: &'static str,
    what: &'static str,
) -> Result<Cow<'a, str>, ParseError> {
    let leaf = scanner.leaf(name, inside)?;
    if leaf.bytes.len() > MAX_SHORT_TEXT_BYTES {
        return Err(ParseError::TooLong { what, limit: MAX_SHORT_TEXT_BYTES });
    }
    Ok(decode(leaf))
}

/// A message, which is cut rather than refused when it is too long.
pub(super) fn long_text<'a>(
    scanner: &mut Scanner<'a>,
    name: &'a [u8],
    inside: &'static str,
) -> Result<Cow<'a, str>, ParseError> {
    let leaf = scanner.leaf(name, inside)?;
    Ok(decode(Leaf { bytes: text::cut(leaf.bytes, MAX_LONG_TEXT_BYTES), ..leaf }))
}

/// Two numbers of the agent, seconds and microseconds, as one moment; odd ones stop at the ends of the range.
pub(super) fn moment_us(seconds: i64, microseconds: i64) -> i64 {
    seconds.saturating_mul(1_000_000).saturating_add(microseconds)
}
