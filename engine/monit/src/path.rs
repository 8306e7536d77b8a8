//! Where in the details of a service the walk is, and what the value there is called.

use std::borrow::Cow;

use crate::limits::{MAX_DEPTH, MAX_ELEMENT_NAME_BYTES};
use crate::scan::Tag;
use crate::schema::{Content, REPEATED};

/// The open elements, joined by dots, and how many of each repeated element were seen.
#[derive(Default)]
pub(crate) struct Path {
    pub text: String,
    /// Length of `text` before each open element.
    starts: Vec<usize>,
    seen: [usize; REPEATED.len()],
    /// Where the outermost open element stands among the repeated ones, if it does.
    repeated: Option<usize>,
}

impl Path {
    /// Into an element; `None` when it is nested too deeply or has no sensible name.
    pub fn enter(&mut self, tag: &Tag<'_>) -> Option<()> {
        if self.starts.len() == MAX_DEPTH {
            return None;
        }
        let name = std::str::from_utf8(tag.name).ok().filter(|name| name.len() <= MAX_ELEMENT_NAME_BYTES)?;
        if self.starts.is_empty() {
            self.repeated = REPEATED.iter().position(|&repeated| repeated == name);
            if let Some(kind) = self.repeated {
                self.seen[kind] += 1;
            }
        }
        self.starts.push(self.text.len());
        if !self.text.is_empty() {
            self.text.push('.');
        }
        self.text.push_str(name);
        Some(())
    }

    /// Out of the innermost element; `None` when there is none.
    pub fn leave(&mut self) -> Option<()> {
        self.text.truncate(self.starts.pop()?);
        Some(())
    }

    /// The name of a value: the path, with a number behind a repeated element.
    pub fn name(&self, known: Option<(&'static str, Content)>) -> Cow<'static, str> {
        if let (Some(kind), Some((first, rest))) = (self.repeated, self.text.split_once('.')) {
            return Cow::Owned(format!("{first}[{}].{rest}", self.seen[kind].saturating_sub(1)));
        }
        known.map_or_else(|| Cow::Owned(self.text.clone()), |(name, _)| Cow::Borrowed(name))
    }
}
