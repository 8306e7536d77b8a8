//! Secrets in a provision file: written out, or left in the environment or a file of their own, so that the provision
//! file itself can be kept where everybody reads it.

use std::io::Read;
use std::path::Path;

use toml::de::DeValue;

use crate::settings::value::{Table, Value, to_i64};

/// No secret is longer; a larger file is another file.
const LONGEST_SECRET: u64 = 65_536;

/// Where secrets are looked for.
pub struct Sources<'a> {
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The folder of the provision file: names of files are relative to it.
    pub folder: &'a Path,
}

impl Sources<'_> {
    /// `password`, `password_env` or `password_file` of a table: at most one of them.
    pub fn one_of(&self, table: &Table<'_>, keys: [&'static str; 3]) -> Option<String> {
        let [plain, env, file] = keys.map(|key| table.get(key));
        match (plain, env, file) {
            (None, None, None) => None,
            (Some(value), None, None) => value.text().map(str::to_owned),
            (None, Some(value), None) => self.environment(&value),
            (None, None, Some(value)) => self.file(&value),
            (_, Some(value), _) | (_, _, Some(value)) => {
                value.fail(format!("this is given twice; keep one of {}", keys.join(", ")))
            }
        }
    }

    /// Any value as JSON; a table `{ env = "NAME" }` or `{ file = "PATH" }` stands for the text found there.
    pub fn json(&self, value: &Value<'_>) -> Option<serde_json::Value> {
        Some(match value.node() {
            DeValue::String(text) => text.to_string().into(),
            DeValue::Boolean(on) => (*on).into(),
            DeValue::Integer(number) => match to_i64(number) {
                Some(number) => number.into(),
                None => return value.fail("this number is too large"),
            },
            DeValue::Float(number) => {
                match number.as_str().parse::<f64>().ok().and_then(serde_json::Number::from_f64) {
                    Some(number) => number.into(),
                    None => return value.fail("this is no finite number"),
                }
            }
            DeValue::Datetime(datetime) => datetime.to_string().into(),
            DeValue::Array(_) => {
                let items: Vec<_> = value.items()?.iter().map(|item| self.json(item)).collect();
                items.into_iter().collect::<Option<Vec<_>>>()?.into()
            }
            DeValue::Table(_) => return self.json_of_table(&value.table()?),
        })
    }

    fn json_of_table(&self, table: &Table<'_>) -> Option<serde_json::Value> {
        let entries = table.entries();
        if let [(name, value)] = entries.as_slice() {
            match name.as_str() {
                "env" => return self.environment(value).map(Into::into),
                "file" => return self.file(value).map(Into::into),
                _ => {}
            }
        }
        let read: Vec<_> = entries.iter().map(|(name, value)| Some((name.clone(), self.json(value)?))).collect();
        read.into_iter().collect::<Option<serde_json::Map<_, _>>>().map(Into::into)
    }

    fn environment(&self, value: &Value<'_>) -> Option<String> {
        let name = value.text()?;
        match (self.variable)(name).filter(|secret| !secret.is_empty()) {
            Some(secret) => Some(secret),
            None => value.fail(format!("the environment has no {name}; set it for the user that runs tocsin")),
        }
    }

    fn file(&self, value: &Value<'_>) -> Option<String> {
        let path = self.folder.join(value.text()?);
        let mut secret = String::new();
        let read = std::fs::File::open(&path).and_then(|file| file.take(LONGEST_SECRET).read_to_string(&mut secret));
        match read {
            // Editors end files with a line break that is no part of the secret.
            Ok(_) => Some(secret.trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => value.fail(format!("cannot read {}: {error}", path.display())),
        }
    }
}
