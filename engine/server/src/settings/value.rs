//! Tables and values of a document that is being read. Every question about a value either answers or reports a problem
//! at its place and answers nothing, so a reader asks on and all problems come out together.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use tocsin_policy::{Moment, Span};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::document::{Document, Place};
use super::length;
use super::nearest::nearest;

/// A table: asked for its keys one by one, then told that it is [`Table::done`].
pub struct Table<'d> {
    document: &'d Document<'d>,
    path: String,
    at: Range<usize>,
    entries: &'d DeTable<'d>,
    /// The keys that were asked for: all that may stand here.
    known: RefCell<Vec<&'static str>>,
}

impl<'d> Table<'d> {
    pub(super) fn root(document: &'d Document<'d>, entries: &'d DeTable<'d>) -> Table<'d> {
        Table { document, path: String::new(), at: 0..0, entries, known: RefCell::default() }
    }

    /// The value of a key that may be left out.
    pub fn get(&self, key: &'static str) -> Option<Value<'d>> {
        self.known.borrow_mut().push(key);
        let node = self.entries.get(key)?;
        Some(Value { document: self.document, path: self.join(key), node })
    }

    /// The value of a key that must not be left out.
    pub fn need(&self, key: &'static str) -> Option<Value<'d>> {
        let value = self.get(key);
        if value.is_none() {
            self.report(format!("`{key}` is missing"));
        }
        value
    }

    /// The tables of `[[key]]`, in their order; none if the key is left out.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'d>> {
        let items = self.get(key).and_then(|value| value.items()).unwrap_or_default();
        items.into_iter().filter_map(|item| item.table()).collect()
    }

    /// All entries, whatever they are called.
    pub fn entries(&self) -> Vec<(String, Value<'d>)> {
        let entry = |(key, node): (&'d Spanned<_>, &'d Spanned<DeValue<'d>>)| {
            let name = AsRef::<std::borrow::Cow<'d, str>>::as_ref(key).to_string();
            let path = self.join(&name);
            (name, Value { document: self.document, path, node })
        };
        self.entries.iter().map(entry).collect()
    }

    /// Reports every key that was not asked for, with the nearest one that was.
    pub fn done(&self) {
        let known = self.known.borrow();
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let place = self.document.place(key.span(), &self.join(name));
            let hint = match nearest(name, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("what may stand here: {}", known.join(", ")),
            };
            self.document.report(place, format!("there is no such key here; {hint}"));
        }
    }

    /// Says that something is wrong with this table as a whole.
    pub fn report(&self, sentence: impl Into<String>) {
        self.document.report(self.place(), sentence.into());
    }

    /// Says that something is wrong at a place that was read before.
    pub fn report_at(&self, place: &Place, sentence: impl Into<String>) {
        self.document.report(place.clone(), sentence.into());
    }

    pub fn place(&self) -> Place {
        self.document.place(self.at.clone(), &self.path)
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// One value.
#[derive(Clone)]
pub struct Value<'d> {
    document: &'d Document<'d>,
    path: String,
    node: &'d Spanned<DeValue<'d>>,
}

impl<'d> Value<'d> {
    pub fn text(&self) -> Option<&'d str> {
        match self.node.get_ref() {
            DeValue::String(text) => Some(text),
            _ => self.unlike("a text in quotes"),
        }
    }

    pub fn boolean(&self) -> Option<bool> {
        match self.node.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            _ => self.unlike("true or false"),
        }
    }

    pub fn integer(&self, bounds: RangeInclusive<i64>) -> Option<i64> {
        let expected = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        match self.node.get_ref() {
            DeValue::Integer(number) => match to_i64(number) {
                Some(value) if bounds.contains(&value) => Some(value),
                _ => self.fail(format!("{number} is out of bounds; expected {expected}")),
            },
            _ => self.unlike(&expected),
        }
    }

    /// A length of time: `30s`, `5m`, `3h`, `2d`, `1h 30m`.
    pub fn span(&self) -> Option<Span> {
        let text = match self.node.get_ref() {
            DeValue::String(text) => text,
            _ => return self.unlike(length::EXPECTED),
        };
        match length::parse(text) {
            Some(span) => Some(span),
            None => self.fail(format!("`{text}` is no length of time; expected {}", length::EXPECTED)),
        }
    }

    /// A moment with its offset from UTC.
    pub fn moment(&self) -> Option<Moment> {
        const EXPECTED: &str = "a date and time with its offset, such as 2026-12-24T18:00:00+01:00";
        let DeValue::Datetime(datetime) = self.node.get_ref() else { return self.unlike(EXPECTED) };
        match datetime.to_string().parse::<jiff::Timestamp>() {
            Ok(timestamp) => Some(Moment(timestamp.as_millisecond())),
            Err(_) => self.fail(format!("`{datetime}` names no moment; expected {EXPECTED}")),
        }
    }

    /// One of a fixed set of words.
    pub fn word<T: Copy>(&self, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.fail(format!("there is no `{text}`; expected one of {}", known.join(", ")))
    }

    pub fn items(&self) -> Option<Vec<Value<'d>>> {
        let DeValue::Array(items) = self.node.get_ref() else { return self.unlike("a list") };
        let item =
            |(index, node)| Value { document: self.document, path: format!("{}[{}]", self.path, index + 1), node };
        Some(items.iter().enumerate().map(item).collect())
    }

    pub fn texts(&self) -> Option<Vec<&'d str>> {
        // Every item is asked, so that all wrong ones are reported.
        let texts: Vec<Option<&str>> = self.items()?.iter().map(Value::text).collect();
        texts.into_iter().collect()
    }

    pub fn table(&self) -> Option<Table<'d>> {
        let DeValue::Table(entries) = self.node.get_ref() else { return self.unlike("a table") };
        let (document, path, at) = (self.document, self.path.clone(), self.node.span());
        Some(Table { document, path, at, entries, known: RefCell::default() })
    }

    /// The value as it is, for whoever walks free-form settings.
    pub fn node(&self) -> &'d DeValue<'d> {
        self.node.get_ref()
    }

    pub fn place(&self) -> Place {
        self.document.place(self.node.span(), &self.path)
    }

    /// Reports that something is wrong here.
    pub fn fail<T>(&self, sentence: impl Into<String>) -> Option<T> {
        self.document.report(self.place(), sentence.into());
        None
    }

    fn unlike<T>(&self, expected: &str) -> Option<T> {
        let found = match self.node.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a number with a point",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.fail(format!("this is {found}; expected {expected}"))
    }
}

/// The number, if it fits.
pub fn to_i64(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}
