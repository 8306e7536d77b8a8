//! Flags over environment over file: finds what was given for each setting and from where, so that an error can name it.

use std::path::{Path, PathBuf};

use toml::de::DeValue;

use super::document::{Document, Place, Problem, listing};
use super::keys::{KEYS, Key, Shape};
use super::value::{Table, Value, to_i64};
use super::{Settings, parse};

/// The file that is read when none is named.
pub const DEFAULT_FILE: &str = "tocsin.toml";

/// What the process was started with; tests hand in their own.
pub struct Surroundings<'a> {
    /// The value of a flag, by the name of its setting.
    pub flag: &'a dyn Fn(&str) -> Option<String>,
    /// The value of an environment variable; empty counts as absent.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The file that was named; it must exist then.
    pub file: Option<PathBuf>,
    /// The folder in which [`DEFAULT_FILE`] is looked for.
    pub folder: &'a Path,
}

/// A value as it was given.
pub(super) struct Given {
    pub text: String,
    pub origin: Origin,
}

/// Who gave it.
pub(super) enum Origin {
    Flag(&'static str),
    Variable(String),
    File(Place),
}

/// The settings, or everything that is wrong with them, one sentence a line.
pub fn load(surroundings: &Surroundings<'_>) -> Result<Settings, String> {
    let named = surroundings.file.clone().or_else(|| (surroundings.variable)("TOCSIN_CONFIG").map(PathBuf::from));
    let (file, must_exist) = match named {
        Some(file) => (file, true),
        None => (surroundings.folder.join(DEFAULT_FILE), false),
    };
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => String::new(),
        Err(error) => return Err(format!("cannot read the settings in {}: {error}", file.display())),
    };
    let shown = file.display().to_string();
    let from_file =
        Document::read(&text, |table| Some(in_file(table))).map_err(|problems| listing(&shown, &problems))?;

    let find = |key: &'static str| -> Option<Given> {
        let key = KEYS.iter().find(|known| known.name == key)?;
        if let Some(text) = (surroundings.flag)(key.name) {
            return Some(Given { text, origin: Origin::Flag(key.flag) });
        }
        if let Some(text) = (surroundings.variable)(&key.variable()).filter(|text| !text.is_empty()) {
            return Some(Given { text, origin: Origin::Variable(key.variable()) });
        }
        let (_, text, place) = from_file.iter().find(|(name, ..)| *name == key.name)?;
        Some(Given { text: text.clone(), origin: Origin::File(place.clone()) })
    };
    let mut wrong = Vec::new();
    let mut reject = |key: &Key, given: &Given| {
        let sentence = format!("`{}` is not possible here; expected {}", given.text, key.expected);
        wrong.push(match &given.origin {
            Origin::Flag(flag) => format!("--{flag}: {sentence}"),
            Origin::Variable(variable) => format!("{variable}: {sentence}"),
            Origin::File(place) => format!("{shown}, {}", Problem::at(place, sentence)),
        });
    };
    let settings = parse::settings(&find, surroundings.variable, &mut reject);
    if wrong.is_empty() { Ok(settings) } else { Err(wrong.join("\n")) }
}

/// What stands in the file, each value as the text that the flag would have.
fn in_file(table: &Table<'_>) -> Vec<(&'static str, String, Place)> {
    let given = |key: &'static Key| {
        let value = table.get(key.name)?;
        Some((key.name, text_of(key, &value)?, value.place()))
    };
    KEYS.iter().filter_map(given).collect()
}

fn text_of(key: &Key, value: &Value<'_>) -> Option<String> {
    match key.shape {
        Shape::Text => value.text().map(str::to_owned),
        Shape::Switch => value.boolean().map(|on| on.to_string()),
        Shape::List => value.texts().map(|texts| texts.join(",")),
        // Bounds are checked where the flag's are, so that the sentence is the same.
        Shape::Number => match value.node() {
            DeValue::Integer(number) => Some(to_i64(number).map_or_else(|| number.to_string(), |n| n.to_string())),
            _ => value.fail(format!("expected {}", key.expected)),
        },
    }
}
