//! What every folder of `connectors` owes, looked up for whatever lies there: nothing here knows a channel's name.

use crate::channel;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tocsin_bundled::bundled;
use tocsin_testkit::KINDS;

/// Fewer found means that the search for them is broken.
const FEWEST: usize = 20;
/// Words of which a README consists that says something.
const SAYS_SOMETHING: usize = 12;

/// The folders with a package in them, this one excepted.
fn folders() -> Vec<PathBuf> {
    let all = fs::read_dir("..").expect("the folder `connectors`").flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> =
        all.filter(|folder| folder.join("Cargo.toml").is_file() && !folder.ends_with("bundled")).collect();
    folders.sort();
    folders
}

fn read(file: PathBuf) -> String {
    fs::read_to_string(file).unwrap_or_default()
}

/// A chapter of a README.
fn chapter<'t>(readme: &'t str, title: &str) -> Option<&'t str> {
    let (_, rest) = readme.split_once(&format!("\n## {title}\n"))?;
    let text = rest.split("\n## ").next()?;
    (text.split_whitespace().count() >= SAYS_SOMETHING).then_some(text)
}

/// What a channel lacks, in words.
fn lacks(folder: &Path) -> Vec<String> {
    let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
    if bundled(&name).is_none() {
        return vec!["it is not built and not offered".into()];
    }
    let mut lacking = Vec::new();
    let tests = read(folder.join("tests/golden.rs"));
    if !tests.contains(".golden(") {
        lacking.push("tests/golden.rs does not go through all kinds (Testkit::golden)".into());
    }
    let manifest = channel(&name).manifest().clone();
    let mails = manifest.abilities.iter().any(|ability| format!("{ability:?}").starts_with("Smtp"));
    if !mails && !tests.contains(".keeps_the_house_rules(") {
        lacking.push("tests/golden.rs does not try the house rules (Testkit::keeps_the_house_rules)".into());
    }
    if !tests.contains("hostile()") && !tests.contains(".withstands(") && !tests.contains(".keeps_the_house_rules(") {
        lacking.push("nothing tries a notification that tries everything".into());
    }
    for kind in KINDS.iter().chain(&["manifest"]) {
        if read(folder.join(format!("tests/snapshots/{kind}.snap"))).lines().count() < 5 {
            lacking.push(format!("tests/snapshots/{kind}.snap shows nothing that was sent"));
        }
    }

    let readme = read(folder.join("README.md"));
    for title in ["Settings", "Limits", "Not checked"] {
        if chapter(&readme, title).is_none() {
            lacking.push(format!("README.md has no chapter “{title}” that says something"));
        }
    }
    // What is not declared is said to be so, with the reason.
    let limits = chapter(&readme, "Limits").unwrap_or_default();
    let declared = manifest.limits;
    for (limit, words) in [
        (declared.title_chars, "declares no length of a title"),
        (declared.text_chars, "declares no length of a text"),
        (declared.per_minute, "declares no pace"),
    ] {
        if limit.is_none() && !limits.contains(words) {
            lacking.push(format!("a limit is missing, and README.md does not say “It {words}: …”"));
        }
    }
    let properties = manifest.settings_schema["properties"].as_object().cloned().unwrap_or_default();
    for (setting, property) in &properties {
        let said = |key: &str| property[key].as_str().is_some_and(|text| !text.is_empty());
        let described = said("description") || property.get("$ref").is_some() || property.get("anyOf").is_some();
        if !said("title") || !described {
            lacking.push(format!("the setting {setting} has no title and description for the form"));
        }
        // Of a group, such as a relay, each part has its own line.
        let named = [format!("`{setting}`"), format!("`{setting}.")].iter().any(|name| readme.contains(name));
        if !named {
            lacking.push(format!("README.md does not name the setting `{setting}`"));
        }
    }
    if properties.is_empty() || manifest.settings_schema["properties"] == Value::Null {
        lacking.push("it has no settings".into());
    }
    lacking
}

#[test]
fn every_channel_has_what_a_channel_owes() {
    let folders = folders();
    assert!(folders.len() >= FEWEST, "{folders:?}");
    let mut lacking = Vec::new();
    for folder in folders {
        lacking.extend(lacks(&folder).into_iter().map(|words| format!("{}: {words}", folder.display())));
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn the_readme_names_every_channel() {
    let readme = read("../../README.md".into()).to_lowercase();
    let unnamed: Vec<String> = folders()
        .iter()
        .map(|folder| channel(&folder.file_name().expect("a name").to_string_lossy()).manifest().title.to_lowercase())
        // It may say “Jira” for “Jira Cloud”, and “Alertmanager” for Prometheus's.
        .filter(|title| {
            let (first, last) = (title.split(' ').next(), title.split(' ').next_back());
            ![first, last].iter().flatten().any(|word| readme.contains(*word))
        })
        .collect();
    assert!(unnamed.is_empty(), "README.md does not name {unnamed:?}");
}
