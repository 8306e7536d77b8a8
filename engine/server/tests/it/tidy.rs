//! The house rules that a compiler cannot keep: who may know what, how long a file may be, which words are ours.

use std::fs;
use std::path::{Path, PathBuf};

/// Longer files hold more than one idea.
const LINES: usize = 330;

/// A script with more lines has two duties; all of them together are no framework of our own.
const SCRIPT_LINES: usize = 150;
const SCRIPTS_LINES: usize = 850;

fn root() -> PathBuf {
    "../..".into()
}

/// All files below a folder with one of these endings.
pub fn files(folder: &str, endings: &[&str]) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("a folder of the house").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", "node_modules", "fixtures", "snapshots"].contains(&name.as_str()) {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push((path.clone(), fs::read_to_string(&path).expect("text")));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), endings, &mut found);
    assert!(!found.is_empty(), "{folder} holds nothing that ends in {endings:?}");
    found
}

/// The code of a file without comments and without its test module.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Fails for each file of `folder` outside `allowed` whose code names one of `words`.
fn only(folder: &str, allowed: &[&str], words: &[&str]) {
    let mut wrong = Vec::new();
    for (path, text) in files(folder, &[".rs"]) {
        let place = path.to_string_lossy().replace('\\', "/");
        if allowed.iter().any(|allowed| place.contains(allowed)) {
            continue;
        }
        let code = code(&text);
        wrong.extend(words.iter().filter(|word| code.contains(**word)).map(|word| format!("{place} names {word}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_and_the_reader_are_pure() {
    let impure =
        ["SystemTime::now", "Instant::now", "std::fs", "std::net", "std::thread", "tokio", "getrandom", "std::env"];
    only("engine/policy/src", &[], &impure);
    only("engine/monit/src", &[], &impure);
}

#[test]
fn the_core_knows_nothing_of_formats_and_databases() {
    only("engine/policy/src", &[], &["sqlx", "axum", "wasmtime", "tocsin_monit", "quick_xml"]);
    only("engine/monit/src", &[], &["sqlx", "axum", "wasmtime", "tocsin_policy"]);
}

#[test]
fn only_the_connector_host_knows_wasmtime() {
    only("engine", &["engine/connector-host/"], &["wasmtime"]);
}

#[test]
fn only_the_store_knows_sql() {
    only(
        "engine/server/src",
        &["src/store/", "src/fault.rs"],
        &["sqlx::", "execute!(", "fetch_all!(", "fetch_optional!(", "read_all!(", "read_optional!("],
    );
}

#[test]
fn only_http_knows_axum_and_only_the_clock_reads_the_clock() {
    only("engine/server/src", &["src/http/", "src/demo/", "src/cli/"], &["axum::"]);
    only("engine/server/src", &["src/clock.rs"], &["SystemTime::now", "Timestamp::now"]);
}

#[test]
fn files_hold_one_idea_each() {
    let long: Vec<String> = ["engine", "connectors", "sdk"]
        .iter()
        .flat_map(|folder| files(folder, &[".rs"]))
        .filter(|(path, _)| !path.to_string_lossy().contains("/tests/"))
        .map(|(path, text)| (path, text.split("#[cfg(test)]").next().unwrap_or_default().lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "split these, one idea a file (at most {LINES} lines):\n{}", long.join("\n"));
}

#[test]
fn scripts_stay_few_and_make_no_markup_and_no_words() {
    let (mut total, mut wrong) = (0, Vec::new());
    for (path, text) in files("engine/server/assets/js", &[".js"]) {
        let (lines, place) = (text.lines().count(), path.display());
        total += lines;
        if lines > SCRIPT_LINES {
            wrong.push(format!("{place}: {lines} lines, at most {SCRIPT_LINES}"));
        }
        // Pages are made by templates, and what they say stands there.
        for markup in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "createElement", "eval(", ".style"]
        {
            if text.contains(markup) {
                wrong.push(format!("{place} has {markup}"));
            }
        }
    }
    if total > SCRIPTS_LINES {
        wrong.push(format!("all scripts: {total} lines, at most {SCRIPTS_LINES}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_undone() {
    let marks = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["XX", "X"].concat()];
    let mut left = Vec::new();
    for folder in ["engine", "connectors", "sdk", "templates", "migrations", "docs"] {
        for (path, text) in files(folder, &[".rs", ".html", ".sql", ".md", ".css", ".wit", ".toml"]) {
            left.extend(
                marks.iter().filter(|mark| text.contains(*mark)).map(|mark| format!("{}: {mark}", path.display())),
            );
        }
    }
    assert!(left.is_empty(), "{}", left.join("\n"));
}

#[test]
fn one_word_for_one_thing() {
    // The field has many words for these; this house has one each (alert, connector, silence).
    let foreign = ["incident", "Incident", "plugin", "Plugin", "mute window", "silence-rule"];
    let mut found = Vec::new();
    for folder in ["engine/policy/src", "engine/server/src", "engine/connector-host/src", "templates", "docs"] {
        for (path, text) in files(folder, &[".rs", ".html", ".md"]) {
            found.extend(
                foreign.iter().filter(|word| text.contains(**word)).map(|word| format!("{}: {word}", path.display())),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = [
        "engine/monit/src",
        "engine/policy/src",
        "engine/connector-host/src",
        "engine/server/src",
        "connectors",
        "sdk/rust",
    ]
    .iter()
    .flat_map(|folder| files(folder, &[".rs"]))
    .filter(|(_, text)| !text.starts_with("//!"))
    .map(|(path, _)| path.display().to_string())
    .collect();
    assert!(silent.is_empty(), "without a comment at the top: {}", silent.join("\n"));
}
