//! The contract's promise: a version that was published stays as it is, and what was built against it
//! runs on every later host of its line.

use crate::smallest::{build, core, text};
use crate::world::{detail, grant, host, notification};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use tocsin_connector_host::{Call, Kind, LoadError, MemoryKeyValue};
use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Engine, Store};

/// Every published version with the SHA-256 of its text. A line may be added here, never changed.
const PUBLISHED: &[(&str, &str)] = &[("0.1.0", "55e631a9e848e863904f9617874b926c4ca9da9ad53ee1e1b74f688913ec6de1")];

/// What the version after the first might add: one more function for connectors to call.
const MORE: &str = "\n    /// Throws the lines so far away.\n    forget: func();\n";

/// A later version, as the rules for change allow it.
fn next() -> String {
    let text = text("0.1.0").replace("@0.1.0;", "@0.1.1;");
    let end = text.find("\n}\n\n/// HTTP").expect("the interface `log` stands before `http`");
    [&text[..end], MORE, &text[end + 1..]].concat()
}

/// Built against the first version.
fn early() -> Vec<u8> {
    build(&text("0.1.0"), &core("0.1.0", "write"))
}

#[test]
fn a_published_version_never_changes() {
    let folder = Path::new("../../sdk/wit");
    let mut folders: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(folders, PUBLISHED.iter().map(|(version, _)| *version).collect::<Vec<_>>());
    for (version, digest) in PUBLISHED {
        let now = hex::encode(Sha256::digest(text(version)));
        assert_eq!(
            &now, digest,
            "{version} was published; what is new goes into a folder of its own, see sdk/wit/README.md"
        );
    }
}

#[tokio::test]
async fn a_connector_of_the_first_version_runs_on_todays_host() {
    let connector = host().load(&early()).await.unwrap();
    assert_eq!(connector.manifest().name, "first");
    let call = Call {
        settings: serde_json::json!({}),
        notification: notification(Kind::Problem),
        grant: grant(&connector),
        kv: Arc::new(MemoryKeyValue::default()),
    };
    let receipt = host().deliver(&connector, call).await;
    assert_eq!(detail(&receipt), "told");
    assert_eq!(receipt.logs[0].message, "told");
}

#[test]
fn a_connector_of_the_first_version_runs_on_a_host_that_offers_more() {
    let engine = Engine::default();
    let component = Component::new(&engine, early()).unwrap();
    let mut linker: Linker<()> = Linker::new(&engine);
    linker.instance("tocsin:connector/types@0.1.1").unwrap();
    let mut log = linker.instance("tocsin:connector/log@0.1.1").unwrap();
    log.func_new("write", |_, _, _, _| Ok(())).unwrap();
    log.func_new("forget", |_, _, _, _| Ok(())).unwrap();

    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let api = instance.get_export_index(&mut store, None, "tocsin:connector/connector-api@0.1.1").unwrap();
    let describe = instance.get_export_index(&mut store, Some(&api), "describe").unwrap();
    let mut said = [Val::Bool(false)];
    instance.get_func(&mut store, describe).unwrap().call(&mut store, &[], &mut said).unwrap();
    let Val::Record(fields) = &said[0] else { panic!("{said:?}") };
    assert_eq!(fields[0], ("name".into(), Val::String("first".into())));
}

#[tokio::test]
async fn a_connector_that_uses_what_is_newer_than_the_host_is_refused_by_the_name_of_it() {
    let late = build(&next(), &core("0.1.1", "forget"));
    let error = host().load(&late).await.expect_err("refused");
    assert!(matches!(error, LoadError::Imports(_)), "{error:?}");
    let chain = format!("{:?}", error);
    assert!(chain.contains("forget"), "{chain}");
}
