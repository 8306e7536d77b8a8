//! The connectors that ship with tocsin, as WebAssembly components in the program itself.
//!
//! `build.rs` finds and compiles them, so a plain `cargo run` or `cargo test` needs no other command.

/// One connector, ready to be loaded.
#[derive(Clone, Copy)]
pub struct Bundled {
    /// The name in its manifest.
    pub name: &'static str,
    pub wasm: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The connector of this name.
pub fn bundled(name: &str) -> Option<&'static Bundled> {
    BUNDLED.iter().find(|bundled| bundled.name == name)
}
