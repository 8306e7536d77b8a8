//! From given texts to settings, with what holds where nothing was given.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::keys::{KEYS, Key};
use super::layers::Given;
use super::{Database, LogFormat, Settings, public_url};

/// More paths than this is a mistake, not a migration.
const MOST_COLLECTOR_PATHS: usize = 16;

type Find<'a> = &'a dyn Fn(&'static str) -> Option<Given>;
type Reject<'a> = &'a mut dyn FnMut(&Key, &Given);

/// The settings; whatever cannot be used is handed to `reject` and its default stands in.
pub(super) fn settings(find: Find<'_>, variable: &dyn Fn(&str) -> Option<String>, reject: Reject<'_>) -> Settings {
    let data_dir = read("data_dir", find, reject, path).unwrap_or_else(|| default_data_dir(variable));
    let defaults = Settings::in_folder(&data_dir);
    let listen = read("listen", find, reject, |text| SocketAddr::from_str(text).ok()).unwrap_or(defaults.listen);
    let said = read("public_url", find, reject, web_address);
    Settings {
        listen,
        public_url_is_said: said.is_some(),
        public_url: said.unwrap_or_else(|| public_url(listen, machine_name().as_deref())),
        database: read("database", find, reject, database).unwrap_or(defaults.database),
        collector_paths: read("collector_paths", find, reject, paths).unwrap_or(defaults.collector_paths),
        key_file: read("key_file", find, reject, path).unwrap_or(defaults.key_file),
        connector_cache: read("connector_cache", find, reject, path).unwrap_or(defaults.connector_cache),
        trust_proxy: read("trust_proxy", find, reject, |text| text.parse().ok()).unwrap_or(defaults.trust_proxy),
        log_level: read("log_level", find, reject, log_filter).unwrap_or(defaults.log_level),
        log_format: read("log_format", find, reject, log_format).unwrap_or(defaults.log_format),
        max_connections: read("max_connections", find, reject, connections).unwrap_or(defaults.max_connections),
        provision: read("provision", find, reject, path),
        data_dir,
    }
}

fn read<T>(name: &'static str, find: Find<'_>, reject: Reject<'_>, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    let given = find(name)?;
    let value = parse(given.text.trim());
    if value.is_none()
        && let Some(key) = KEYS.iter().find(|key| key.name == name)
    {
        reject(key, &given);
    }
    value
}

fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

fn web_address(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    (web && plain).then(|| text.trim_end_matches('/').to_owned())
}

fn database(text: &str) -> Option<Database> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return url::Url::parse(text).ok().map(|_| Database::Postgres(text.to_owned()));
    }
    // Another scheme is a wish that cannot be met, not the name of a file.
    let file = text.strip_prefix("sqlite:").unwrap_or(text);
    let file = file.strip_prefix("//").unwrap_or(file);
    (!file.is_empty() && !file.contains("://")).then(|| Database::Sqlite(PathBuf::from(file)))
}

fn paths(text: &str) -> Option<Vec<String>> {
    let paths: Vec<String> = text.split(',').map(|path| path.trim().to_owned()).collect();
    let good = |path: &String| path.starts_with('/') && !path.contains(['?', '#', '{', '}', ' ']);
    (paths.len() <= MOST_COLLECTOR_PATHS && paths.iter().all(good)).then_some(paths)
}

fn log_filter(text: &str) -> Option<String> {
    tracing_subscriber::EnvFilter::builder().parse(text).ok()?;
    // The filter takes any single word for the name of a module and would then log nothing.
    let level = |word: &str| tracing_subscriber::filter::LevelFilter::from_str(word).is_ok();
    text.split(',').all(|part| part.contains(['=', '[']) || level(part.trim())).then(|| text.to_owned())
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

fn connections(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number| (16..=100_000).contains(number))
}

/// The folder that systemd made for the service; else the system's, if somebody made it; else the user's own.
fn default_data_dir(variable: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if let Some(folder) = set("STATE_DIRECTORY") {
        return PathBuf::from(folder);
    }
    let system = Path::new("/var/lib/tocsin");
    if system.is_dir() {
        return system.to_owned();
    }
    if let Some(folder) = set("XDG_DATA_HOME") {
        return Path::new(&folder).join("tocsin");
    }
    match set("HOME") {
        Some(home) => Path::new(&home).join(".local/share/tocsin"),
        None => PathBuf::from("data"),
    }
}

fn machine_name() -> Option<String> {
    let name =
        std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::fs::read_to_string("/etc/hostname"));
    name.ok().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}
