//! The lowest layer: a cursor over the document's bytes that knows tags, quotes and CDATA, and nothing of Monit.
//!
//! Every search moves forward only and what was passed is not looked at again, so time grows with the document's
//! length, whatever is in it.

use memchr::memmem::{self, Finder};
use memchr::{memchr, memchr_iter, memchr2};

use crate::error::ParseError;

/// How a CDATA section begins.
const CDATA: &[u8] = b"<![CDATA[";

/// A place in the document.
#[derive(Clone)]
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// An opening or closing tag.
pub(crate) struct Tag<'a> {
    /// The element's name; a closing tag's begins with a slash.
    pub name: &'a [u8],
    attributes: &'a [u8],
}

/// The text inside an element without children.
#[derive(Clone, Copy)]
pub(crate) struct Leaf<'a> {
    pub bytes: &'a [u8],
    pub is_cdata: bool,
}

impl<'a> Scanner<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Scanner { bytes, at: 0 }
    }

    /// What is still ahead.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Moves ahead.
    pub fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    /// Moves to just behind the next tag. Text before it is passed over: between elements there is none that counts.
    pub fn tag(&mut self, inside: &'static str) -> Result<Tag<'a>, ParseError> {
        let Some(start) = find(b'<', self.rest()) else { return Err(ParseError::Cut { inside }) };
        let rest = &self.rest()[start + 1..];
        let Some(length) = rest.iter().position(|byte| matches!(byte, b'>' | b' ')) else {
            return Err(ParseError::Cut { inside });
        };
        let (name, behind) = rest.split_at(length);
        let Some(attributes) = attributes(behind) else { return Err(ParseError::Cut { inside }) };
        self.skip(start + 1 + length + attributes.len() + 1);
        Ok(Tag { name, attributes })
    }

    /// The text up to the closing tag of the element just opened, in CDATA or raw.
    pub fn leaf(&mut self, name: &[u8], inside: &'static str) -> Result<Leaf<'a>, ParseError> {
        let Some(content) = self.rest().strip_prefix(CDATA) else { return self.raw_leaf(name, inside) };
        // Not the first `]]>`: only the one before the closing tag is certain to be the end.
        for end in memmem::find_iter(content, b"]]>") {
            if let Some(length) = closing_tag(&content[end + 3..], name) {
                self.skip(CDATA.len() + end + 3 + length);
                return Ok(Leaf { bytes: &content[..end], is_cdata: true });
            }
        }
        Err(ParseError::Cut { inside })
    }

    /// The text up to the closing tag, taken as it is. It may hold markup, even this closing tag: one that is followed by
    /// text is not the end, since elements follow each other with nothing in between.
    pub fn raw_leaf(&mut self, name: &[u8], inside: &'static str) -> Result<Leaf<'a>, ParseError> {
        let rest = self.rest();
        let mut end = 0;
        while let Some(next) = find(b'<', &rest[end..]) {
            end += next;
            if let Some(length) = closing_tag(&rest[end..], name)
                && rest[end + length..].trim_ascii_start().first().is_none_or(|&byte| byte == b'<')
            {
                self.skip(end + length);
                return Ok(Leaf { bytes: &rest[..end], is_cdata: false });
            }
            end += 1;
        }
        Err(ParseError::Cut { inside })
    }

    /// Everything up to a closing tag such as `</service>`, which CDATA sections on the way may hold as text.
    pub fn body(&mut self, closing: &Finder<'_>, inside: &'static str) -> Result<&'a [u8], ParseError> {
        let cut = ParseError::Cut { inside };
        let rest = self.rest();
        let mut from = 0;
        let mut end = closing.find(rest).ok_or_else(|| cut.clone())?;
        while let Some(cdata) = find_cdata(&rest[from..end]) {
            let cdata = from + cdata;
            // Not the first `]]>`: old agents do not protect it everywhere, and it always precedes a closing tag.
            from = cdata + memmem::find(&rest[cdata..], b"]]></").ok_or_else(|| cut.clone())?;
            if end < from {
                end = from + closing.find(&rest[from..]).ok_or_else(|| cut.clone())?;
            }
        }
        self.skip(end + closing.needle().len());
        Ok(&rest[..end])
    }

    /// Steps over the rest of an element of no interest.
    pub fn skip_element(&mut self, name: &[u8], inside: &'static str) -> Result<(), ParseError> {
        self.body(&Finder::new(&[b"</", name, b">"].concat()), inside).map(|_| ())
    }
}

/// Where a CDATA section begins. Looks for its exclamation mark, which is rare elsewhere.
fn find_cdata(bytes: &[u8]) -> Option<usize> {
    memchr_iter(b'!', bytes).filter_map(|mark| mark.checked_sub(1)).find(|&start| bytes[start..].starts_with(CDATA))
}

impl<'a> Tag<'a> {
    /// The value of an attribute; it ends at the next quote, whatever it holds.
    pub fn attribute(&self, name: &[u8]) -> Option<&'a [u8]> {
        let mut rest = self.attributes;
        loop {
            let equals = memchr(b'=', rest)?;
            let key = rest[..equals].trim_ascii();
            let value = rest[equals + 1..].strip_prefix(b"\"")?;
            let end = memchr(b'"', value)?;
            if key == name {
                return Some(&value[..end]);
            }
            rest = &value[end + 1..];
        }
    }
}

/// The part of a tag behind its name, up to its `>`. Names are written raw into attributes: a `>` between quotes does
/// not end the tag.
fn attributes(bytes: &[u8]) -> Option<&[u8]> {
    let mut end = 0;
    loop {
        end += find_either(&bytes[end..])?;
        if bytes[end] == b'>' {
            return Some(&bytes[..end]);
        }
        end += 1;
        end += memchr(b'"', &bytes[end..])? + 1;
    }
}

/// Most texts and tags are a few bytes long: looking at those one by one is quicker than to start a wide search.
const SHORT: usize = 12;

/// Where a byte occurs first.
fn find(wanted: u8, bytes: &[u8]) -> Option<usize> {
    match bytes.iter().take(SHORT).position(|&byte| byte == wanted) {
        Some(near) => Some(near),
        None => Some(memchr(wanted, bytes.get(SHORT..)?)? + SHORT),
    }
}

/// Where a quote or the end of a tag occurs first: mostly at once, as few tags have attributes.
fn find_either(bytes: &[u8]) -> Option<usize> {
    if bytes.first() == Some(&b'>') { Some(0) } else { memchr2(b'>', b'"', bytes) }
}

/// The length of the closing tag of `name`, when `bytes` begin with it.
pub(crate) fn closing_tag(bytes: &[u8], name: &[u8]) -> Option<usize> {
    let behind = bytes.strip_prefix(b"</")?.strip_prefix(name)?;
    behind.starts_with(b">").then_some(name.len() + 3)
}
