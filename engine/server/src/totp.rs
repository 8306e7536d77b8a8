//! One-time codes of an authenticator app (RFC 6238): SHA-1, six digits, thirty seconds. These are the choices that
//! every app understands; SHA-1 is used as a keyed hash here, where its known weakness does not matter.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;
use tocsin_policy::{Moment, Span};

/// Bytes of a secret: as long as the hash, as RFC 4226 asks.
pub const SECRET_BYTES: usize = 20;
/// How long one code is shown.
const STEP: Span = Span::seconds(30);
/// Clocks of phones are off, and people type slowly: the code before and the one after are taken as well.
const AROUND: i64 = 1;
const DIGITS: u32 = 1_000_000;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step whose code was typed, if it is one of those around `now` and later than `used`, the last step that was
/// taken: a code that somebody has read over a shoulder is of no use after it was typed.
pub fn matching(secret: &[u8], typed: &str, now: Moment, used: i64) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let step = now.0.div_euclid(STEP.0);
    let mut found = None;
    // All are compared, whichever fits: the time that it takes tells nothing.
    for candidate in step - AROUND..=step + AROUND {
        let fits: bool = code(secret, candidate).as_bytes().ct_eq(digits.as_bytes()).into();
        if fits && candidate > used {
            found = Some(candidate);
        }
    }
    found
}

/// The code of a step: six digits.
pub fn code(secret: &[u8], step: i64) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[hash.len() - 1] & 0xf);
    let word = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", word % DIGITS)
}

/// The secret as people type it where they cannot scan.
pub fn base32(secret: &[u8]) -> String {
    let mut text = String::new();
    for chunk in secret.chunks(5) {
        let mut word = [0; 8];
        word[3..3 + chunk.len()].copy_from_slice(chunk);
        let word = u64::from_be_bytes(word);
        let characters = (chunk.len() * 8).div_ceil(5);
        text.extend((0..characters).map(|at| char::from(BASE32[(word >> (35 - 5 * at)) as usize & 31])));
    }
    text
}

/// What an app reads from the picture.
pub fn uri(issuer: &str, account: &str, secret: &[u8]) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let (issuer, account, secret) = (encode(issuer), encode(account), base32(secret));
    format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the RFC's own examples.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Moment {
        Moment(0) + Span::seconds(seconds)
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six of its eight digits.
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SECRET, seconds / 30), expected);
        }
    }

    #[test]
    fn a_code_is_taken_a_little_early_and_a_little_late_and_once() {
        let step = 59 / 30;
        assert_eq!(matching(SECRET, "287 082", at(59), -1), Some(step));
        assert_eq!(matching(SECRET, "287082", at(89), -1), Some(step));
        assert_eq!(matching(SECRET, "287082", at(29), -1), Some(step));
        assert_eq!(matching(SECRET, "287082", at(125), -1), None, "too late");
        assert_eq!(matching(SECRET, "287082", at(59), step), None, "it was used");
        assert_eq!(matching(SECRET, "287083", at(59), -1), None);
        assert_eq!(matching(SECRET, "", at(59), -1), None);
    }

    #[test]
    fn secrets_are_written_as_rfc_4648_says() {
        for (plain, expected) in [("f", "MY"), ("fo", "MZXQ"), ("foobar", "MZXW6YTBOI"), ("fooba", "MZXW6YTB")] {
            assert_eq!(base32(plain.as_bytes()), expected);
        }
        let uri = uri("tocsin: main", "anna@x", SECRET);
        assert!(uri.starts_with("otpauth://totp/tocsin%3A%20main:anna%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"));
    }
}
