//! The smallest connector there is, to be made worse in one respect.

use std::path::Path;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The text of a published version of the contract.
pub fn text(version: &str) -> String {
    let folder = Path::new("../../sdk/wit").join(version);
    std::fs::read_to_string(folder.join("tocsin-connector.wit")).expect(version)
}

/// As core WebAssembly: it says who it is, finds all settings good, and
/// writes one line before it has delivered.
pub fn core(version: &str, log_function: &str) -> String {
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

pub fn build(contract: &str, core: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("tocsin-connector.wit", contract).unwrap();
    let world = resolve.select_world(&[package], Some("connector")).unwrap();
    let mut module = wat::parse_str(core).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}

/// The same of version 0.1.0 with `more` in its module.
pub fn with(more: &str) -> Vec<u8> {
    let core = core("0.1.0", "write");
    let end = core.rfind(')').expect("the end of the module");
    build(&text("0.1.0"), &format!("{}\n  {more})", &core[..end]))
}

/// The same with so many pages of memory instead of 4.
pub fn with_pages(pages: u32) -> Vec<u8> {
    let core = core("0.1.0", "write")
        .replace("(memory (export \"memory\") 4)", &format!("(memory (export \"memory\") {pages})"));
    build(&text("0.1.0"), &core)
}
