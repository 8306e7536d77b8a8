//! The table of all settings: from it come the flags, the names in the environment, the keys of the file and the docs.

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
    /// In the file; the flag is the same with hyphens, the environment has `TOCSIN_` and capitals.
    pub name: &'static str,
    pub shape: Shape,
    /// What may be written, for help and for errors.
    pub expected: &'static str,
    pub help: &'static str,
}

impl Key {
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    pub fn variable(&self) -> String {
        format!("TOCSIN_{}", self.name.to_uppercase())
    }
}

const fn key(name: &'static str, shape: Shape, expected: &'static str, help: &'static str) -> Key {
    Key { name, shape, expected, help }
}

/// All settings.
pub const KEYS: &[Key] = &[
    key(
        "listen",
        Shape::Text,
        "an address and a port, such as 0.0.0.0:8080 or [::]:8080",
        "Address and port to listen on",
    ),
    key(
        "public_url",
        Shape::Text,
        "an address that begins with http:// or https://, without a query",
        "What people type into the browser; links in messages begin with it",
    ),
    key("data_dir", Shape::Text, "a folder", "Folder of the database, the key and compiled connectors"),
    key(
        "database",
        Shape::Text,
        "a file, or postgres://user:password@host/name",
        "SQLite file, or the address of a PostgreSQL database",
    ),
    key(
        "collector_paths",
        Shape::List,
        "paths that begin with a slash, such as /collector",
        "Paths on which agents post",
    ),
    key("key_file", Shape::Text, "a file", "Key that seals secrets; made on the first start"),
    key(
        "trust_proxy",
        Shape::Switch,
        "true or false",
        "Believe X-Forwarded-For; only behind a proxy of your own that sets it",
    ),
    key(
        "log_level",
        Shape::Text,
        "error, warn, info, debug, trace, or a filter such as info,tocsin=debug",
        "How much is logged",
    ),
    key("log_format", Shape::Text, "text or json", "Form of log lines"),
    key("max_connections", Shape::Number, "a whole number from 16 to 100000", "Connections open at once"),
    key("provision", Shape::Text, "a file", "File that is applied at each start"),
];
