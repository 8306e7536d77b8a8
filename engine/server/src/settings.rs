//! The dozen settings that tocsin needs before it can open its database; everything else is laid down in the admin UI
//! or the provision file.
//!
//! Each can be given as a flag, in the environment and in a TOML file, and the first of these that has it wins. The
//! [`KEYS`] are the one table from which the flags, the environment, the file and the docs are made.

pub mod document;
mod keys;
mod layers;
pub mod length;
pub mod nearest;
mod parse;
pub mod value;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

pub use keys::{KEYS, Key, Shape, slips};
pub use layers::{Surroundings, load};

/// Where tocsin listens unless told otherwise: on all addresses, since agents on other hosts must reach it.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8080);
/// Where agents post, as in Monit's own examples.
pub const DEFAULT_COLLECTOR_PATH: &str = "/collector";
/// Stays under the 1,024 open files that most systems grant, with room for the database and connectors.
pub const DEFAULT_MAX_CONNECTIONS: usize = 800;

/// How tocsin is set up.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub listen: SocketAddr,
    /// What people type into the browser, without a slash at the end: links in messages begin with it.
    pub public_url: String,
    /// Whether somebody gave it, or it was guessed from `listen` and the name of the machine.
    pub public_url_is_said: bool,
    /// The database, the key and compiled connectors.
    pub data_dir: PathBuf,
    pub database: Database,
    /// Where agents post.
    pub collector_paths: Vec<String>,
    /// The key that seals secrets in the database.
    pub key_file: PathBuf,
    /// Compiled connectors; what lies there is run. No setting of its own: tests share one to start quickly.
    pub connector_cache: PathBuf,
    /// Whether the address of a request is what a proxy says in `X-Forwarded-For`.
    pub trust_proxy: bool,
    /// `info`, or a filter such as `info,tocsin=debug`.
    pub log_level: String,
    pub log_format: LogFormat,
    /// Connections open at once; further ones wait to be accepted.
    pub max_connections: usize,
    /// What is applied at each start.
    pub provision: Option<PathBuf>,
}

/// Where everything is kept.
#[derive(Clone, PartialEq)]
pub enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// A URL with a password in it.
    Postgres(String),
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl Settings {
    /// What holds in this data folder when nothing else is said.
    pub fn in_folder(data_dir: &Path) -> Settings {
        Settings {
            listen: DEFAULT_LISTEN,
            public_url: public_url(DEFAULT_LISTEN, None),
            public_url_is_said: false,
            data_dir: data_dir.to_owned(),
            database: Database::Sqlite(data_dir.join("tocsin.db")),
            collector_paths: vec![DEFAULT_COLLECTOR_PATH.to_owned()],
            key_file: data_dir.join("key"),
            connector_cache: data_dir.join("cache"),
            trust_proxy: false,
            log_level: "info".to_owned(),
            log_format: LogFormat::Text,
            max_connections: DEFAULT_MAX_CONNECTIONS,
            provision: None,
        }
    }

    /// For tests and the demo: reachable from this machine only, on a port that the system picks.
    pub fn for_tests(data_dir: &Path) -> Settings {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Settings { listen, public_url: "http://localhost:8080".to_owned(), ..Settings::in_folder(data_dir) }
    }
}

impl Database {
    /// For people: a PostgreSQL address without its password.
    pub fn words(&self) -> String {
        match self {
            Database::Sqlite(file) => file.display().to_string(),
            Database::Postgres(address) => match url::Url::parse(address) {
                Ok(url) => {
                    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                    format!("PostgreSQL at {}{port}{}", url.host_str().unwrap_or("localhost"), url.path())
                }
                Err(_) => "PostgreSQL".to_owned(),
            },
        }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words())
    }
}

/// What links begin with when nobody said it: the address listened on, or this machine's name when that is all of them.
fn public_url(listen: SocketAddr, machine: Option<&str>) -> String {
    let host = match listen.ip() {
        ip if ip.is_unspecified() => machine.unwrap_or("localhost").to_owned(),
        ip if ip.is_loopback() => "localhost".to_owned(),
        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
        std::net::IpAddr::V4(ip) => ip.to_string(),
    };
    match listen.port() {
        80 => format!("http://{host}"),
        port => format!("http://{host}:{port}"),
    }
}

#[cfg(test)]
mod tests;
