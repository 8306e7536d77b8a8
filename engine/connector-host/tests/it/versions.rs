//! The contract's promise: a version that was published stays as it is, and what was built against it
//! runs on every later host of its line.

use crate::world::{detail, grant, host, notification};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use tocsin_connector_host::{Call, Kind, LoadError, MemoryKeyValue};
use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Engine, Store};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Every published version with the SHA-256 of its text. A line may be added here, never changed.
const PUBLISHED: &[(&str, &str)] = &[("0.1.0", "55e631a9e848e863904f9617874b926c4ca9da9ad53ee1e1b74f688913ec6de1")];

/// What the version after the first might add: one more function for connectors to call.
const MORE: &str = "\n    /// Throws the lines so far away.\n    forget: func();\n";

fn text(version: &str) -> String {
    let folder = Path::new("../../sdk/wit").join(version);
    std::fs::read_to_string(folder.join("tocsin-connector.wit")).expect(version)
}

/// A later version, as the rules for change allow it.
fn next() -> String {
    let text = text("0.1.0").replace("@0.1.0;", "@0.1.1;");
    let end = text.find("\n}\n\n/// HTTP").expect("the interface `log` stands before `http`");
    [&text[..end], MORE, &text[end + 1..]].concat()
}

/// The smallest connector there is, as core WebAssembly: it says who it is, finds all settings good, and
/// writes one line before it has delivered.
fn core(version: &str, log_function: &str) -> String {
    let call = if log_function == "write" {
        "(call $log (i32.const 1) (i32.const 1104) (i32.const 4))"
    } else {
        "(call $log)"
    };
    let signature = if log_function == "write" { "(param i32 i32 i32)" } else { "" };
    format!(
        r#"(module
  (import "tocsin:connector/log@{version}" "{log_function}" (func $log {signature}))
  (memory (export "memory") 4)
  (global $free (mut i32) (i32.const 8192))
  ;; The manifest: pointers and lengths of its texts, none for author and homepage, no abilities, no limits.
  (data (i32.const 0) "\e8\03\00\00\05\00\00\00\e8\03\00\00\05\00\00\00\f2\03\00\00\05\00\00\00\fc\03\00\00\05\00\00\00")
  (data (i32.const 56) "\06\04\00\00\02\00\00\00")
  (data (i32.const 100) "\06\04\00\00\02\00\00\00")
  ;; Delivered, without a handle, with the detail `told`.
  (data (i32.const 528) "\00\00\00\00\01\00\00\00\50\04\00\00\04\00\00\00")
  (data (i32.const 1000) "first") (data (i32.const 1010) "0.1.0") (data (i32.const 1020) "Early") (data (i32.const 1030) "{{}}")
  (data (i32.const 1104) "told")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  (func (export "tocsin:connector/connector-api@{version}#describe") (result i32) (i32.const 0))
  (func (export "tocsin:connector/connector-api@{version}#validate") (param i32 i32) (result i32) (i32.const 256))
  (func (export "tocsin:connector/connector-api@{version}#deliver") (param i32) (result i32) {call} (i32.const 512)))"#
    )
}

fn build(contract: &str, core: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("tocsin-connector.wit", contract).unwrap();
    let world = resolve.select_world(&[package], Some("connector")).unwrap();
    let mut module = wat::parse_str(core).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
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
