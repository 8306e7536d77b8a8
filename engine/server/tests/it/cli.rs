//! How commands end: one table of exit statuses for all of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::wait::free_port;

const GOOD: u8 = 0;
const AT_FAULT: u8 = 1;
const CANNOT_RUN: u8 = 2;

const REHEARSAL: &str = "host web1\npolicy default: urgency 1 to mail\nat 0 fail web1/nginx\nuntil 4\n\
                         expect\n0 P web1/nginx mail\nend\n";
const SETTINGS: &str = r#"{"url": "https://hooks.example.org/x"}"#;

/// What lies in the folder in which commands are typed.
fn files(folder: &Path) {
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("written");
    write("good.txt", REHEARSAL.as_bytes());
    write("differs.txt", REHEARSAL.replace("0 P web1", "1 P web1").as_bytes());
    write("nonsense.txt", b"hots web1\n");
    let agent = "../monit/tests/fixtures/basic-0002-status.body";
    write("good.body", &std::fs::read(agent).expect("a request of an agent"));
    write("nonsense.body", b"<monit");
    write("webhook.wasm", tocsin_bundled::bundled("webhook").expect("it ships").wasm);
    write("none.wasm", b"#!/bin/sh");
    write("settings.json", SETTINGS.as_bytes());
    write("wrong.json", b"{}");
    write("nonsense.json", b"url = 1");
    write("refuses.json", br#"{"answers": [{"status": 410}]}"#);
    write("wrong.toml", b"lisen = \"127.0.0.1:1\"\n");
}

/// The status and everything that was said.
fn typed(folder: &Path, words: &[&str]) -> (Option<i32>, String) {
    typed_with(folder, words, &[("TOCSIN_TOKEN", "tocsin_of_nobody_at_all")])
}

fn typed_with(folder: &Path, words: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tocsin"));
    command.args(words).current_dir(folder).env_clear().envs(variables.iter().copied());
    let ended = command.output().expect("it starts");
    (ended.status.code(), String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned())
}

#[test]
fn every_command_ends_with_the_same_statuses() {
    let folder = tempfile::tempdir().expect("a folder");
    files(folder.path());
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let tried = ["connector", "try", "webhook.wasm", "--settings"];
    let table: &[(&[&str], u8)] = &[
        (&["--version"], GOOD),
        (&["--help"], GOOD),
        (&[], CANNOT_RUN),
        (&["ring"], CANNOT_RUN),
        (&["serve", "--config", "wrong.toml"], CANNOT_RUN),
        (&["serve", "--config", "missing.toml"], CANNOT_RUN),
        (&["serve", "--data-dir", "/proc/nowhere"], CANNOT_RUN),
        (&["demo", "--hosts", "many"], CANNOT_RUN),
        (&["inspect", "good.body"], GOOD),
        (&["inspect", "good.body", "nonsense.body"], AT_FAULT),
        (&["inspect", "missing.body", "good.body"], AT_FAULT),
        (&["inspect"], CANNOT_RUN),
        (&["rehearse", "good.txt"], GOOD),
        (&["rehearse", "good.txt", "differs.txt"], AT_FAULT),
        (&["rehearse", "differs.txt", "nonsense.txt"], CANNOT_RUN),
        (&["rehearse", "missing.txt"], CANNOT_RUN),
        (&["connector", "new", "pager", "--sdk", "."], CANNOT_RUN),
        (&["connector", "new", "No Name"], CANNOT_RUN),
        (&["connector", "check", "webhook.wasm"], GOOD),
        (&["connector", "check", "none.wasm"], AT_FAULT),
        (&["connector", "check", "missing.wasm"], AT_FAULT),
        (&[&tried[..], &["settings.json"]].concat(), GOOD),
        (&[&tried[..], &["settings.json", "--network", "refuses.json"]].concat(), AT_FAULT),
        (&[&tried[..], &["wrong.json"]].concat(), AT_FAULT),
        (&[&tried[..], &["nonsense.json"]].concat(), CANNOT_RUN),
        (&[&tried[..], &["settings.json", "--notification", "rumour"]].concat(), CANNOT_RUN),
        (&["connector", "try", "none.wasm", "--settings", "settings.json"], AT_FAULT),
        (&["connector", "install", "webhook.wasm", "--server", &nobody], CANNOT_RUN),
        (&["connector", "install", "missing.wasm", "--server", &nobody], CANNOT_RUN),
        (&["connector", "grant", "webhook.wasm", "--server", &nobody, "--all"], CANNOT_RUN),
        (&["connector", "grant", "webhook.wasm", "--server", &nobody], CANNOT_RUN),
        (&["connector", "grant", "webhook.wasm", "--server", &nobody, "--all", "--kv"], CANNOT_RUN),
        (&["connector", "list", "--server", &nobody], CANNOT_RUN),
        (&["connector", "move", "webhook", "--server", &nobody, "--bundled"], CANNOT_RUN),
        (&["connector", "move", "webhook", "--server", &nobody], CANNOT_RUN),
        (&["connector", "remove", "webhook.wasm", "--server", &nobody], CANNOT_RUN),
    ];
    for (words, status) in table {
        let (ended, said) = typed(folder.path(), words);
        assert_eq!(ended, Some(i32::from(*status)), "tocsin {}: {said}", words.join(" "));
        assert!(!said.trim().is_empty(), "tocsin {} says nothing", words.join(" "));
    }
}

#[test]
fn who_cannot_reach_a_server_is_told_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    files(folder.path());
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let list = ["connector", "list", "--server"];
    let said = |words: &[&str]| typed(folder.path(), words).1;
    let at_nobody = said(&[&list[..], &[&nobody]].concat());
    assert!(at_nobody.contains("does it run there? --server or TOCSIN_SERVER says where it is"), "{at_nobody}");
    let nowhere = said(&[&list[..], &["127.0.0.1:8080"]].concat());
    assert!(nowhere.contains("write it with http:// or https://"), "{nowhere}");
    let (_, without) = typed_with(folder.path(), &["connector", "list"], &[]);
    assert!(without.contains("an API token is needed") && without.contains("TOCSIN_TOKEN"), "{without}");
    let other_file = said(&["connector", "remove", "webhok.wasm", "--server", &nobody]);
    assert!(other_file.contains("no file here is called webhok.wasm"), "{other_file}");
}

#[test]
fn the_readme_has_the_table() {
    let readme = std::fs::read_to_string(PathBuf::from("../../README.md")).expect("README.md");
    for words in ["**0** good", "**1** it ran, and what it looked at is at fault", "**2** it could not run"] {
        assert!(readme.contains(words), "{words}");
    }
}
