//! Names of services where they stand as text: group members, the event's service.
//!
//! In the attribute a name is certain, as quotes cannot occur in it. As text it is written raw up to version 5 and may
//! hold `</service>` or look like CDATA; then the list of attributes decides. From version 6 on it is real CDATA.

use std::borrow::Cow;

use memchr::memmem;

use super::fields;
use crate::error::ParseError;
use crate::limits::{MAX_MARKUP_NAMES, MAX_NAME_BYTES};
use crate::scan::{Leaf, Scanner, closing_tag};
use crate::text;
use crate::version::Version;

/// What is known of the services' names so far.
pub(super) struct Names<'a> {
    are_raw: bool,
    /// Names holding `</service>`: usually none.
    with_markup: Vec<&'a [u8]>,
}

impl<'a> Names<'a> {
    /// The custom of an agent's version.
    pub fn of_version(version: Version) -> Self {
        Names { are_raw: !version.is_unknown() && version < Version::V6_0, with_markup: Vec::new() }
    }

    /// Takes note of a service's name and reads it.
    pub fn add(&mut self, name: &'a [u8]) -> Result<Cow<'a, str>, ParseError> {
        let text = decode(name, "a service's name")?;
        if self.with_markup.len() < MAX_MARKUP_NAMES && memmem::find(name, b"</service>").is_some() {
            self.with_markup.push(name);
        }
        Ok(text)
    }

    /// The name inside the `<service>` just opened.
    pub fn read(&self, scanner: &mut Scanner<'a>, inside: &'static str) -> Result<Cow<'a, str>, ParseError> {
        let rest = scanner.rest();
        let known = self
            .with_markup
            .iter()
            .filter(|name| rest.strip_prefix(**name).is_some_and(|behind| closing_tag(behind, b"service").is_some()));
        if let Some(name) = known.max_by_key(|name| name.len()) {
            scanner.skip(name.len());
            scanner.tag(inside)?;
            return decode(name, "a service's name");
        }
        let leaf =
            if self.are_raw { scanner.raw_leaf(b"service", inside)? } else { scanner.leaf(b"service", inside)? };
        checked(leaf, "a service's name")
    }
}

/// A name from its bytes as they are.
pub(super) fn decode<'a>(bytes: &'a [u8], what: &'static str) -> Result<Cow<'a, str>, ParseError> {
    if bytes.len() > MAX_NAME_BYTES {
        return Err(ParseError::TooLong { what, limit: MAX_NAME_BYTES });
    }
    Ok(text::decode(bytes))
}

/// A name from a leaf, raw or in CDATA.
pub(super) fn checked<'a>(leaf: Leaf<'a>, what: &'static str) -> Result<Cow<'a, str>, ParseError> {
    if leaf.bytes.len() > MAX_NAME_BYTES {
        return Err(ParseError::TooLong { what, limit: MAX_NAME_BYTES });
    }
    Ok(fields::decode(leaf))
}
