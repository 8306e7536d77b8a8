//! The tests of all channels, in one program: linking one for each would cost minutes.
//!
//! Each channel's tests lie beside it, in `connectors/NAME/tests/golden.rs`, and so do its snapshots. The
//! build script makes a module of each.

mod owed;

use std::path::Path;
use tocsin_bundled::{BUNDLED, bundled};
use tocsin_testkit::Testkit;

include!(concat!(env!("OUT_DIR"), "/channels.rs"));

/// A connector that ships with tocsin, with its snapshots beside it.
fn channel(name: &str) -> Testkit {
    let wasm = bundled(name).unwrap_or_else(|| panic!("there is no folder connectors/{name}")).wasm;
    let folder = std::path::absolute(Path::new("..").join(name).join("tests/snapshots")).expect("a working directory");
    Testkit::load(wasm).with_snapshots_in(folder)
}

#[test]
fn every_channel_has_tests_and_goes_by_the_name_of_its_folder() {
    assert_eq!(TESTED, BUNDLED.len(), "each folder in `connectors` has a file tests/golden.rs");
    for bundled in BUNDLED {
        assert_eq!(channel(bundled.name).manifest().name, bundled.name);
    }
}

#[test]
fn what_ships_says_who_it_is_and_asks_for_neither_files_nor_sockets() {
    for bundled in BUNDLED {
        let channel = channel(bundled.name);
        let imports = channel.imports().join(" ");
        for word in ["wasi:sockets", "wasi:filesystem", "wasi:random", "wasi:http"] {
            assert!(!imports.contains(word), "{}: {imports}", bundled.name);
        }
        channel.golden_manifest();
    }
}
