//! The connectors that ship with tocsin, as WebAssembly components in the program itself.
//!
//! `build.rs` compiles them, so a plain `cargo run` or `cargo test` needs no other command.

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

#[cfg(test)]
mod tests {
    use super::*;

    /// The first eight bytes of a component, as opposed to a core module.
    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

    #[test]
    fn all_three_are_components_and_can_be_found_by_name() {
        for name in ["email", "slack", "webhook"] {
            let found = bundled(name).expect(name);
            assert!(found.wasm.starts_with(COMPONENT), "{name} is no component");
        }
        assert_eq!(BUNDLED.len(), 3);
        assert!(bundled("hostile").is_none(), "only what ships is in the list");
    }
}
