//! Bytes to text. The document's declaration claims ISO-8859-1 but the agent copies bytes as it found them: UTF-8 nearly
//! always, now and then Latin-1, and now and then UTF-8 that was cut in the middle of a character.

use std::borrow::Cow;

/// What bytes 0x80–0x9f mean in Windows-1252; the five it leaves open stay control characters.
const WINDOWS_1252_HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// One run of text: valid UTF-8 as it is, else Windows-1252. NUL and control characters survive.
///
/// A text that is UTF-8 up to a last character cut short keeps what is whole and ends in U+FFFD; pure ASCII before the
/// cut says nothing about the encoding, so that is taken for Windows-1252 (`caf\xe9`).
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Cow::Borrowed(text),
        Err(error) => error,
    };
    let (whole, rest) = bytes.split_at(error.valid_up_to());
    if error.error_len().is_none() && !whole.is_ascii() && !rest.is_empty() {
        return Cow::Owned(String::from_utf8_lossy(bytes).into_owned());
    }
    Cow::Owned(bytes.iter().map(|&byte| windows_1252(byte)).collect())
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252_HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The content of a CDATA section: the agent writes `]]>` as `]]&gt;` there and escapes nothing else.
pub(crate) fn decode_cdata(bytes: &[u8]) -> Cow<'_, str> {
    let text = decode(bytes);
    if memchr::memmem::find(text.as_bytes(), b"]]&gt;").is_some() {
        return Cow::Owned(text.replace("]]&gt;", "]]>"));
    }
    text
}

/// The longest beginning of `bytes` within `limit` that does not split a UTF-8 character.
pub(crate) fn cut(bytes: &[u8], limit: usize) -> &[u8] {
    if bytes.len() <= limit {
        return bytes;
    }
    let mut end = limit;
    while end > 0 && limit - end < 3 && bytes[end] & 0b1100_0000 == 0b1000_0000 {
        end -= 1;
    }
    &bytes[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_passes_untouched_with_its_control_characters() {
        assert!(matches!(decode("grün 中文 \u{1b}[31m\0".as_bytes()), Cow::Borrowed("grün 中文 \u{1b}[31m\0")));
    }

    #[test]
    fn latin_1_is_read_as_windows_1252() {
        assert_eq!(decode(b"caf\xe9"), "café");
        assert_eq!(decode(b"\x80 5 \x96 \xe9t\xe9"), "€ 5 – été");
    }

    #[test]
    fn utf8_cut_in_its_last_character_keeps_the_rest() {
        assert_eq!(decode(b"gr\xc3\xbcn caf\xc3"), "grün caf\u{fffd}");
    }

    #[test]
    fn only_the_end_of_cdata_is_unescaped_in_cdata() {
        assert_eq!(decode_cdata(b"a ]]&gt; &amp; &lt; b"), "a ]]> &amp; &lt; b");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("aé".as_bytes(), 2), b"a");
        assert_eq!(cut("aé".as_bytes(), 3), "aé".as_bytes());
        assert_eq!(cut("a🔥".as_bytes(), 4), b"a");
    }
}
