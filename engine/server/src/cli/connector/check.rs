//! `tocsin connector check FILE.wasm`: what a connector is, imports and asks for, and whether it would be accepted.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tocsin_connector_host::{Ability, ChannelLimits, Connector, Manifest};

use super::{chain, host, read, runtime};
use crate::cli::Failure;
use crate::usecase::connector::LARGEST;

/// The verdict and its grounds.
///
/// # Errors
/// Why it would be refused.
pub fn run(file: &Path) -> Result<String, Failure> {
    let (report, doubts) = check(file)?;
    let doubts = doubts.iter().map(|doubt| format!("\n  but {doubt}")).collect::<String>();
    Ok(report.trim_end().to_owned() + &doubts)
}

/// The report and what a reviewer would ask about; or why it would be refused.
fn check(file: &Path) -> Result<(String, Vec<String>), Failure> {
    // It is what is looked at, whether it is there or not.
    let wasm = read(file).map_err(|failure| Failure::AtFault(failure.sentence().to_owned()))?;
    if wasm.len() > LARGEST {
        let most = LARGEST >> 20;
        let sentence = format!("{}\nIt would not be accepted: it is larger than {most} MiB", file_line(&wasm));
        return Err(Failure::AtFault(sentence));
    }
    let host = host()?;
    match runtime()?.block_on(host.load(&wasm)) {
        Ok(connector) => Ok((report(&connector, &wasm), doubts(connector.manifest(), connector.imports(), &wasm))),
        Err(error) => {
            let sentence = format!("{}\nIt would not be accepted: {}", file_line(&wasm), chain(&error));
            Err(Failure::AtFault(sentence))
        }
    }
}

/// Size and digest, by which a file is known whether it is taken or not.
fn file_line(wasm: &[u8]) -> String {
    let digest = hex::encode(Sha256::digest(wasm));
    format!("{:<11}{} KiB, SHA-256 {digest}\n", "file", wasm.len().div_ceil(1024))
}

fn report(connector: &Connector, wasm: &[u8]) -> String {
    let manifest = connector.manifest();
    let mut text = file_line(wasm);
    let mut line = |words: &str, value: &str| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{words:<11}{value}");
    };
    line("connector", &format!("{} {} ({})", manifest.name, manifest.version, manifest.title));
    line("", &manifest.summary);
    manifest.author.iter().for_each(|author| line("author", author));
    manifest.homepage.iter().for_each(|homepage| line("homepage", homepage.as_str()));
    for (number, import) in connector.imports().iter().enumerate() {
        line(if number == 0 { "imports" } else { "" }, import);
    }
    let asked: Vec<String> = manifest.abilities.iter().map(words).collect();
    line("asks for", asked.first().map_or("nothing", String::as_str));
    asked.iter().skip(1).for_each(|ability| line("", ability));
    line("limits", &limits(manifest.limits));
    for (number, (name, property)) in properties(&manifest.settings_schema).enumerate() {
        line(if number == 0 { "settings" } else { "" }, &setting(name, property, &manifest.settings_schema));
    }
    text + "\nIt would be accepted. What it asks for is granted when it is installed, or not.\n"
}

fn words(ability: &Ability) -> String {
    match ability {
        Ability::Http(prefix) => format!("HTTP to {prefix}"),
        Ability::HttpFromSettings(pointer) => format!("HTTP to the origin of the URL in the setting {pointer}"),
        Ability::SmtpFromSettings(pointer) => format!("mail through the relay in the setting {pointer}"),
        Ability::Kv => "a small store for each receiver".into(),
    }
}

fn limits(limits: ChannelLimits) -> String {
    let ChannelLimits { title_chars, text_chars, per_minute, bundles } = limits;
    let mut words: Vec<String> = Vec::new();
    words.extend(title_chars.map(|chars| format!("a title of {chars} characters")));
    words.extend(text_chars.map(|chars| format!("a text of {chars} characters")));
    words.extend(per_minute.map(|messages| format!("{messages} messages a minute")));
    words.push(if bundles { "several alerts in one message" } else { "a message for each alert" }.to_owned());
    words.join(", ")
}

fn properties(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties.map(|(name, property)| (name.as_str(), property))
}

fn setting(name: &str, property: &Value, schema: &Value) -> String {
    let required =
        schema.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|n| n == name));
    let secret = property.get("writeOnly") == Some(&Value::Bool(true));
    let marks = [(required, "needed"), (secret, "secret")].into_iter().filter(|(holds, _)| *holds);
    let marks: Vec<&str> = marks.map(|(_, word)| word).collect();
    let title = property.get("title").and_then(Value::as_str).unwrap_or_default();
    let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
    format!("{name}: {title}{marks}").trim_end_matches([' ', ':']).to_owned()
}

/// What to know of a file that has the name of another one that ships with tocsin.
pub fn stands_in(name: &str, wasm: &[u8]) -> Option<String> {
    let another = tocsin_bundled::bundled(name).is_some_and(|ours| ours.wasm != wasm);
    another.then(|| format!("{name} ships with tocsin: new receivers of that name would use this file instead"))
}

/// Nothing of this is a reason to refuse it.
fn doubts(manifest: &Manifest, imports: &[String], wasm: &[u8]) -> Vec<String> {
    let imported = |interface: &str| imports.iter().any(|name| name.starts_with(interface));
    let asks = |asked: fn(&Ability) -> bool| manifest.abilities.iter().any(asked);
    let mut doubts = Vec::new();
    doubts.extend(stands_in(&manifest.name, wasm));
    let doors = [
        ("tocsin:connector/http@", "HTTP", asks(|a| matches!(a, Ability::Http(_) | Ability::HttpFromSettings(_)))),
        ("tocsin:connector/smtp@", "mail", asks(|a| matches!(a, Ability::SmtpFromSettings(_)))),
        ("tocsin:connector/kv@", "the store", asks(|a| matches!(a, Ability::Kv))),
    ];
    for (interface, door, asked) in doors {
        match (imported(interface), asked) {
            (true, false) => doubts.push(format!("it can use {door} and does not ask for it: each use will be denied")),
            (false, true) => doubts.push(format!("it asks for {door} and cannot use it")),
            _ => {}
        }
    }
    for interface in ["wasi:sockets/", "wasi:filesystem/", "wasi:http/"] {
        if imported(interface) {
            doubts.push(format!("it imports {interface}…, which will find nothing there"));
        }
    }
    for (name, property) in properties(&manifest.settings_schema) {
        let said = |key| property.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        if !said("title") || !(said("description") || property.get("$ref").is_some()) {
            doubts.push(format!("the setting {name} has no title and description for the form"));
        }
        let looks_secret = ["password", "token", "secret", "key"].iter().any(|word| name.to_lowercase().contains(word));
        if looks_secret && property.get("writeOnly") != Some(&Value::Bool(true)) {
            doubts
                .push(format!("the setting {name} looks like a secret and is not marked writeOnly: it would be shown"));
        }
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(wasm: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), wasm).expect("written");
        file
    }

    #[test]
    fn what_ships_is_described_and_beyond_doubt() {
        let file = written(tocsin_bundled::bundled("webhook").expect("webhook").wasm);
        let (report, doubts) = check(file.path()).expect("accepted");
        for words in [
            "KiB, SHA-256 ",
            "webhook 0.1.0 (Webhook)",
            "tocsin:connector/http@0.1.0",
            "HTTP to the origin of the URL in the setting /url",
            "several alerts in one message",
            "url: URL (needed)",
            "token: Bearer token (secret)",
            "It would be accepted.",
        ] {
            assert!(report.contains(words), "{words}\n{report}");
        }
        assert_eq!(doubts, Vec::<String>::new());
    }

    #[test]
    fn what_is_no_connector_is_refused_with_the_reason() {
        let file = written(b"#!/bin/sh");
        let Err(Failure::AtFault(refused)) = check(file.path()) else { panic!("it was not refused") };
        assert!(refused.contains("It would not be accepted: this is not a WebAssembly component"), "{refused}");
        assert!(
            refused.contains("1 KiB, SHA-256 3af71adb278ad4af33c144b78fa1ae708da03b773d98324ae991a7daedb53ca2"),
            "{refused}"
        );
        let missing = check(Path::new("/nowhere.wasm"));
        assert!(matches!(missing, Err(Failure::AtFault(sentence)) if sentence.contains("/nowhere.wasm")));
    }

    #[test]
    fn a_reviewer_would_ask_about_these() {
        let manifest = Manifest {
            name: "x".into(),
            title: "X".into(),
            version: "1".into(),
            summary: "X".into(),
            author: None,
            homepage: None,
            settings_schema: serde_json::json!({"properties": {"api_token": {"type": "string", "title": "Token"}}}),
            abilities: vec![Ability::Kv],
            limits: ChannelLimits::default(),
        };
        let imports = ["tocsin:connector/http@0.1.0", "wasi:sockets/tcp@0.2.6"].map(str::to_owned);
        let doubts = doubts(&manifest, &imports, b"").join("\n");
        for words in
            ["can use HTTP", "asks for the store", "wasi:sockets/", "no title and description", "looks like a secret"]
        {
            assert!(doubts.contains(words), "{words}\n{doubts}");
        }
    }
}
