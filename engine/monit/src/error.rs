//! What can be wrong with a document, in sentences for the person who reads the log or the terminal.

use crate::limits::MAX_ID_BYTES;

/// Why a body could not be inflated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    /// More bytes than allowed, before or after inflating.
    #[error(
        "the document is larger than {limit} bytes; split the agent's configuration over fewer services, or lower its \
         `programOutput` limit"
    )]
    TooLarge { limit: usize },
    /// The request says gzip, and the bytes are neither gzip nor plain text.
    #[error(
        "the request is declared as gzip but is not; look for a proxy between agent and collector that rewrites it"
    )]
    NotGzip,
    /// The gzip stream breaks off or its checksum does not match.
    #[error("the gzip data is damaged or cut short; the agent sends it again if it has an event queue")]
    Damaged,
}

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// No bytes, or nothing but white space.
    #[error(
        "empty request: no document arrived; agents do this when their collector credentials are longer than 174 bytes"
    )]
    Empty,
    /// Some other kind of document.
    #[error(
        "this is no Monit document: <monit> is not its first element; check that only Monit agents post to this address"
    )]
    NotMonit,
    /// The end came too early.
    #[error("the document ends inside <{inside}>; it was cut on the way, so have it sent again")]
    Cut { inside: &'static str },
    /// The agent did not say who it is.
    #[error(
        "the agent's id is {found}; expected one word of at most {MAX_ID_BYTES} bytes: look at the agent's id file \
         (`monit --id` prints it, `monit --resetid` makes a new one)"
    )]
    BadIdentity { found: String },
    /// Something that must be a number or a known shape is not.
    #[error("cannot read {what}: found {found:?}; the document is damaged or from an agent this version does not know")]
    Unreadable { what: &'static str, found: String },
    /// A required element is not there.
    #[error("{what} is missing; the document is damaged or from an agent this version does not know")]
    Missing { what: &'static str },
    /// More of something than is accepted.
    #[error("more than {limit} {what}; split this agent's configuration over several agents")]
    TooMany { what: &'static str, limit: usize },
    /// A text that is longer than is accepted.
    #[error("{what} is longer than {limit} bytes; shorten it in the agent's configuration")]
    TooLong { what: &'static str, limit: usize },
}

/// Bytes of a damaged document that are repeated in a sentence about it.
const MAX_QUOTED_CHARS: usize = 40;

/// The beginning of some bytes, short enough to stand in a sentence.
pub(crate) fn quote(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(MAX_QUOTED_CHARS * 4)];
    String::from_utf8_lossy(head).chars().take(MAX_QUOTED_CHARS).collect()
}
