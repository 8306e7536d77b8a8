//! A TOML document read with positions: everything wrong in it is collected and said at once, each problem with its
//! line, column and key. The settings and the provision file are both read through here.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use toml::de::DeTable;

use super::value::Table;

/// Somebody who has this many problems corrects the first ones and tries again.
const PROBLEMS_SHOWN: usize = 50;

/// Where in a document something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Counted from one.
    pub line: usize,
    /// In characters, counted from one.
    pub column: usize,
    /// `receiver[2].settings.url`; empty for the document itself.
    pub key: String,
}

/// One thing that is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub place: Place,
    pub sentence: String,
}

impl Problem {
    pub fn at(place: &Place, sentence: impl Into<String>) -> Problem {
        Problem { place: place.clone(), sentence: sentence.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column, key } = &self.place;
        match key.as_str() {
            "" => write!(f, "line {line}, column {column}: {}", self.sentence),
            _ => write!(f, "line {line}, column {column}, {key}: {}", self.sentence),
        }
    }
}

/// The problems of one document in the order of their lines, one a line, each led by the file's name.
pub fn listing(file: &str, problems: &[Problem]) -> String {
    let mut lines: Vec<String> =
        problems.iter().take(PROBLEMS_SHOWN).map(|problem| format!("{file}, {problem}")).collect();
    if problems.len() > PROBLEMS_SHOWN {
        lines.push(format!("{file}: and {} more", problems.len() - PROBLEMS_SHOWN));
    }
    lines.join("\n")
}

/// A document that is being read.
pub struct Document<'i> {
    text: &'i str,
    problems: RefCell<Vec<Problem>>,
}

impl Document<'_> {
    /// Reads a whole document with `read`; its result counts only if nothing was wrong.
    pub fn read<T>(text: &str, read: impl FnOnce(&Table<'_>) -> Option<T>) -> Result<T, Vec<Problem>> {
        let document = Document { text, problems: RefCell::default() };
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let place = document.place(error.span().unwrap_or_default(), "");
            document.report(place, format!("this is no TOML: {}", error.message()));
        }
        if errors.is_empty() {
            let table = Table::root(&document, root.get_ref());
            let result = read(&table);
            table.done();
            if let (Some(result), true) = (result, document.problems.borrow().is_empty()) {
                return Ok(result);
            }
        }
        let mut problems = document.problems.into_inner();
        problems.sort();
        problems.dedup();
        Err(problems)
    }

    pub(super) fn report(&self, place: Place, sentence: String) {
        self.problems.borrow_mut().push(Problem { place, sentence });
    }

    pub(super) fn place(&self, at: Range<usize>, key: &str) -> Place {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            key: key.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let read = |table: &Table<'_>| {
            let name = table.need("name").and_then(|value| value.text().map(str::to_owned));
            let size = table.get("size").and_then(|value| value.integer(1..=9));
            for rule in table.tables("rule") {
                rule.get("every").and_then(|value| value.span());
                rule.done();
            }
            name.zip(size)
        };
        let problems = Document::read(text, read).expect_err("something is wrong");
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once_and_in_order() {
        let text = "name = 7\nsize = 12\n\n[[rule]]\nevery = \"5m\"\n\n[[rule]]\nevrey = \"5m\"\n";
        assert_eq!(
            problems(text),
            [
                "line 1, column 8, name: this is an integer; expected a text in quotes",
                "line 2, column 8, size: 12 is out of bounds; expected a whole number from 1 to 9",
                "line 8, column 1, rule[2].evrey: there is no such key here; did you mean `every`?",
            ]
        );
    }

    #[test]
    fn what_is_missing_is_said_where_it_should_stand() {
        assert_eq!(problems("size = 3\n"), ["line 1, column 1: `name` is missing"]);
    }

    #[test]
    fn broken_toml_is_said_with_its_line() {
        let said = problems("name = \"a\"\nsize = = 3\n");
        assert!(said[0].starts_with("line 2, column 8: this is no TOML: "), "{said:?}");
    }
}
