//! Characters that turn the direction of text round (overrides, embeddings, isolates and their ends) are shown, not obeyed.
//!
//! Every name stands in an element that isolates its direction, yet the end of an isolate in the name itself would close
//! that, and what follows turns the rest of the line; in a sentence nothing stands between. Letters that are written from
//! the right are as before, and so are the marks that people type among them.

use std::borrow::Cow;

/// What is shown in their place.
const SHOWN: &str = "\u{fffd}";
/// In UTF-8 each of them has this many bytes.
const BYTES: usize = 3;

/// Where in a page the reader is.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Text,
    Tag,
    Attribute,
    /// What a form sends back: it stays as it is, and a field lets nothing out.
    Value,
    TextArea,
}

/// The page with these characters made visible everywhere but in the values of forms. Templates quote every attribute and
/// escape every text, so that `<`, `>` and `"` are theirs.
pub fn shown(page: &str) -> Cow<'_, str> {
    let bytes = page.as_bytes();
    if !bytes.windows(BYTES).any(turns) {
        return Cow::Borrowed(page);
    }
    let (mut out, mut copied, mut at, mut tag) = (String::with_capacity(page.len()), 0, At::Text, 0);
    let mut n = 0;
    while n < bytes.len() {
        at = match (at, bytes[n]) {
            (At::Text | At::TextArea, b'<') => {
                tag = n;
                At::Tag
            }
            (At::Tag, b'"') if bytes[..n].ends_with(b" value=") => At::Value,
            (At::Tag, b'"') => At::Attribute,
            (At::Tag, b'>') if bytes[tag..].starts_with(b"<textarea") => At::TextArea,
            (At::Tag, b'>') => At::Text,
            (At::Attribute | At::Value, b'"') => At::Tag,
            (at, _) => at,
        };
        if turns(&bytes[n..]) && !matches!(at, At::Value | At::TextArea) {
            out.push_str(&page[copied..n]);
            out.push_str(SHOWN);
            copied = n + BYTES;
            n += BYTES;
        } else {
            n += 1;
        }
    }
    out.push_str(&page[copied..]);
    Cow::Owned(out)
}

/// U+202A to U+202E, and U+2066 to U+2069.
fn turns(bytes: &[u8]) -> bool {
    matches!(bytes, [0xe2, 0x80, 0xaa..=0xae, ..] | [0xe2, 0x81, 0xa6..=0xa9, ..])
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_turns_text_is_seen_and_does_nothing() {
        let page = "<p title=\"\u{202e}a\">\u{2066}b\u{2069}\u{202e} – c</p>";
        assert_eq!(shown(page), "<p title=\"\u{fffd}a\">\u{fffd}b\u{fffd}\u{fffd} – c</p>");
        let right_to_left = "<p>\u{5d0}\u{200f} “x” …</p>";
        assert_eq!(shown(right_to_left), right_to_left);
    }

    #[test]
    fn forms_send_back_what_they_were_given() {
        let form = "<input name=\"a\" value=\"\u{202e}x\" title=\"\u{202e}\"><textarea>\u{202e}y</textarea>\u{202e}";
        let seen = "<input name=\"a\" value=\"\u{202e}x\" title=\"\u{fffd}\"><textarea>\u{202e}y</textarea>\u{fffd}";
        assert_eq!(shown(form), seen);
    }
}
