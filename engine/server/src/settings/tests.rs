//! Starting with flags, variables and files: who wins, and what is said of a mistake.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::{Database, KEYS, LogFormat, Settings, Surroundings, load, slips};

/// Starts with these flags, variables and, in a folder of its own, this file.
fn start(flags: &[(&str, &str)], variables: &[(&str, &str)], file: &str) -> Result<Settings, String> {
    let folder = tempfile::tempdir().expect("a folder");
    if !file.is_empty() {
        std::fs::write(folder.path().join("tocsin.toml"), file).expect("the file is written");
    }
    let find = |pairs: &[(&str, &str)], name: &str| {
        pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let settings = load(&Surroundings {
        flag: &|name| find(flags, name),
        variable: &|name| find(variables, name),
        file: None,
        folder: folder.path(),
    });
    // The folder is another one each time; what matters is the name of the file in it.
    settings.map_err(|text| text.replace(&format!("{}/", folder.path().display()), ""))
}

fn port(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let file = "listen = \"127.0.0.1:3\"\n";
    let variable = [("TOCSIN_LISTEN", "127.0.0.1:2")];
    let flag = [("listen", "127.0.0.1:1")];
    assert_eq!(start(&flag, &variable, file).expect("good").listen, port(1));
    assert_eq!(start(&[], &variable, file).expect("good").listen, port(2));
    assert_eq!(start(&[], &[("TOCSIN_LISTEN", "")], file).expect("good").listen, port(3));
}

#[test]
fn without_any_word_tocsin_keeps_its_things_in_one_folder() {
    let settings = start(&[], &[("STATE_DIRECTORY", "/srv/tocsin")], "").expect("good");
    assert_eq!(settings.database, Database::Sqlite(PathBuf::from("/srv/tocsin/tocsin.db")));
    assert_eq!(settings.key_file, Path::new("/srv/tocsin/key"));
    assert_eq!(settings.connector_cache, Path::new("/srv/tocsin/cache"));
    assert_eq!(settings.collector_paths, ["/collector"]);
    assert!(settings.public_url.starts_with("http://") && settings.public_url.ends_with(":8080"));
}

#[test]
fn the_file_may_say_everything() {
    let file = r#"
        listen = "[::1]:9000"
        public_url = "https://tocsin.example.org/"
        data_dir = "/srv/t"
        database = "postgres://tocsin:secret@db.example.org:5433/alerts"
        collector_paths = ["/collector", "/team/a"]
        key_file = "/etc/tocsin.key"
        connector_cache = "/var/cache/tocsin"
        trust_proxy = true
        log_level = "info,tocsin=debug"
        log_format = "json"
        max_connections = 4000
        provision = "/etc/tocsin/provision.toml"
    "#;
    let settings = start(&[], &[], file).expect("good");
    assert_eq!(settings.public_url, "https://tocsin.example.org");
    assert_eq!(settings.database.words(), "PostgreSQL at db.example.org:5433/alerts", "without the password");
    assert_eq!(settings.collector_paths, ["/collector", "/team/a"]);
    assert_eq!(settings.connector_cache, Path::new("/var/cache/tocsin"));
    assert!(settings.trust_proxy && settings.log_format == LogFormat::Json && settings.max_connections == 4_000);
    assert!(!format!("{settings:?}").contains("secret"));
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_what_was_meant() {
    let said = start(&[], &[], "# ours\nlog_level = \"info\"\nlisen = \"127.0.0.1:1\"\n").expect_err("a slip");
    assert_eq!(said, "tocsin.toml, line 3, column 1, lisen: there is no such key here; did you mean `listen`?");
}

#[test]
fn wrong_values_are_all_named_with_where_they_came_from() {
    let said =
        start(&[("listen", "8080")], &[("TOCSIN_LOG_FORMAT", "xml")], "max_connections = 3\n").expect_err("wrong");
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            "--listen: `8080` is not possible here; expected an address and a port, such as 0.0.0.0:8080 or [::]:8080",
            "TOCSIN_LOG_FORMAT: `xml` is not possible here; expected text or json",
            "tocsin.toml, line 1, column 19, max_connections: `3` is not possible here; expected a whole number from 16 to 100000",
        ]
    );
    for (name, value) in [
        ("public_url", "tocsin.example.org"),
        ("collector_paths", "collector"),
        ("database", "mysql://x"),
        ("log_level", "loud"),
    ] {
        let said = start(&[(name, value)], &[], "").expect_err(name);
        assert!(said.contains(value), "{said}");
    }
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let said = start(&[], &[("TOCSIN_CONFIG", "/nowhere/tocsin.toml")], "").expect_err("missing");
    assert!(said.starts_with("cannot read the settings in /nowhere/tocsin.toml: "), "{said}");
}

#[test]
fn flags_are_names_with_hyphens() {
    assert!(KEYS.iter().all(|key| key.flag == key.name.replace('_', "-")));
}

#[test]
fn a_variable_that_is_nearly_a_setting_is_noticed() {
    let names = ["TOCSIN_LISEN", "TOCSIN_LISTEN", "TOCSIN_CONFIG", "TOCSIN_ANNA_PASSWORD", "HOME"];
    let said = slips(names.into_iter().map(str::to_owned));
    assert_eq!(said, ["TOCSIN_LISEN in the environment is no setting; did you mean TOCSIN_LISTEN?"]);
}

#[test]
fn the_docs_name_every_setting() {
    let docs = include_str!("../../../../docs/settings.md");
    for key in KEYS {
        assert!(docs.contains(&format!("| `{}` |", key.name)), "docs/settings.md does not name {}", key.name);
    }
}
