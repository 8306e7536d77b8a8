//! The table of all settings: from it come the flags, the names in the environment, the keys of the file and the docs.

use super::nearest::nearest;

/// What the names in the environment begin with.
const PREFIX: &str = "TOCSIN_";

/// How a setting is written in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    /// A flag without a value, `true` or `false` elsewhere.
    Switch,
    Number,
    /// A list of texts; separated by commas outside the file.
    List,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// In the file; the environment has `TOCSIN_` before it, and capitals.
    pub name: &'static str,
    /// The same with hyphens.
    pub flag: &'static str,
    pub shape: Shape,
    /// What may be written, for help and for errors.
    pub expected: &'static str,
    pub help: &'static str,
}

impl Key {
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.to_uppercase())
    }
}

const fn key([name, flag]: [&'static str; 2], shape: Shape, expected: &'static str, help: &'static str) -> Key {
    Key { name, flag, shape, expected, help }
}

/// All settings.
pub const KEYS: &[Key] = &[
    key(
        ["listen", "listen"],
        Shape::Text,
        "an address and a port, such as 0.0.0.0:8080 or [::]:8080",
        "Address and port to listen on",
    ),
    key(
        ["public_url", "public-url"],
        Shape::Text,
        "an address that begins with http:// or https://, without a query",
        "What people type into the browser; links in messages begin with it",
    ),
    key(["data_dir", "data-dir"], Shape::Text, "a folder", "Folder of the database and the key"),
    key(
        ["database", "database"],
        Shape::Text,
        "a file, or postgres://user:password@host/name",
        "SQLite file, or the address of a PostgreSQL database",
    ),
    key(
        ["collector_paths", "collector-paths"],
        Shape::List,
        "paths that begin with a slash, such as /collector",
        "Paths on which agents post",
    ),
    key(["key_file", "key-file"], Shape::Text, "a file", "Key that seals secrets; made on the first start"),
    key(
        ["connector_cache", "connector-cache"],
        Shape::Text,
        "a folder",
        "Machine code of connectors; made again where it is missing",
    ),
    key(
        ["trust_proxy", "trust-proxy"],
        Shape::Switch,
        "true or false",
        "Believe X-Forwarded-For; only behind a proxy of your own that sets it",
    ),
    key(
        ["log_level", "log-level"],
        Shape::Text,
        "error, warn, info, debug, trace, or a filter such as info,tocsin=debug",
        "How much is logged",
    ),
    key(["log_format", "log-format"], Shape::Text, "text or json", "Form of log lines"),
    key(
        ["max_connections", "max-connections"],
        Shape::Number,
        "a whole number from 16 to 100000",
        "Connections open at once",
    ),
    key(["provision", "provision"], Shape::Text, "a file", "File that is applied at each start"),
];

/// What to say of variables that are no settings but look like one that was mistyped. Others with the same beginning are
/// nobody's mistake: secrets for the provision file, for one.
pub fn slips(variables: impl Iterator<Item = String>) -> Vec<String> {
    let known: Vec<String> = KEYS.iter().map(|key| key.name.to_uppercase()).chain(["CONFIG".to_owned()]).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let slip = |variable: String| {
        let name = variable.strip_prefix(PREFIX)?;
        let near = nearest(name, &known).filter(|near| *near != name)?;
        Some(format!("{variable} in the environment is no setting; did you mean {PREFIX}{near}?"))
    };
    variables.filter_map(slip).collect()
}
