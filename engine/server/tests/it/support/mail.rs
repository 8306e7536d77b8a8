//! A mail as it lies in a mailbox, read as far as these tests want to know.

use std::path::Path;

/// A mail that arrived.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Unfolded, in their order.
    headers: Vec<(String, String)>,
    /// Everything after the headers, quoted-printable undone.
    pub text: String,
}

impl Mail {
    pub fn read(file: &Path) -> Option<Mail> {
        let bytes = std::fs::read(file).ok()?;
        let raw = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        let (head, text) = raw.split_once("\n\n")?;
        let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
        let header =
            |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
        Some(Mail { headers: unfolded.lines().filter_map(header).collect(), text: unquote(text) })
    }

    /// The value of a header; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// problem, reminder, recovery …
    pub fn kind(&self) -> &str {
        self.header("x-tocsin-kind")
    }

    /// The mails that this one refers to, oldest first; the first is the root of the thread.
    pub fn references(&self) -> Vec<&str> {
        self.header("references").split_whitespace().collect()
    }
}

/// Undoes quoted-printable.
fn unquote(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => {
                bytes.push(b'=');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
