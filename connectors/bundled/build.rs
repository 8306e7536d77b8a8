//! Compiles the connectors to WebAssembly with a cargo of its own and embeds what comes out.
//!
//! A connector is a folder beside this one: `connectors/NAME` with the package `connector-NAME`. Nothing
//! else names it, so adding a folder adds a connector and deleting it removes one. Its tests lie in
//! `tests/golden.rs` there and become modules of this package's one test program.
//!
//! The nested cargo has one fixed target directory beside the outer one, so `build`, `test` and
//! `clippy` share its work and the two never wait for each other's lock. Nothing is installed from
//! here: a build script that changed the toolchain would pull the compiler from under other builds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const TARGET: &str = "wasm32-wasip2";
const PROFILE: &str = "connector";

/// This folder, the only one in `connectors` that is none.
const SELF: &str = "bundled";
/// Misbehave on purpose; built for the tests of the connector host only.
const HOSTILE: &[&str] = &["hostile", "hostile-mail"];

/// What the outer cargo says to build scripts, or what somebody set for native code.
const NOT_FOR_WASM: &[&str] = &[
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_MANIFEST_PATH",
    "CARGO_TARGET_DIR",
    "DEBUG",
    "HOST",
    "LLVM_PROFILE_FILE",
    "NUM_JOBS",
    "OPT_LEVEL",
    "OUT_DIR",
    "PROFILE",
    "RUSTC_LINKER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
    "TARGET",
];
const NOT_FOR_WASM_PREFIXES: &[&str] = &["CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_", "CARGO_PROFILE_", "DEP_"];

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap()).join("../..").canonicalize().unwrap();
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    let mut names = connectors(&root);
    fs::write(out.join("channels.rs"), channels(&root, &names)).unwrap();
    if env::var_os("CARGO_FEATURE_TESTING").is_some() {
        names.extend(HOSTILE.iter().map(|&name| name.to_owned()));
    }
    watch(&root, &names);

    let folder = match env::var_os("TOCSIN_CONNECTORS_DIR") {
        // Packagers, and machines without the target, bring the files along.
        Some(folder) => PathBuf::from(folder),
        None => {
            if !target_is_installed() {
                // One line that can be pasted; exit code 0 keeps cargo from burying it in a backtrace.
                println!(
                    "cargo::error=the connectors are WebAssembly and this toolchain lacks the target. Run:  rustup target add {TARGET}"
                );
                println!("cargo::error=(or let TOCSIN_CONNECTORS_DIR name a folder of ready-made .wasm files)");
                return;
            }
            build(&root, &target_dir(&out), &names)
        }
    };
    fs::write(out.join("bundled.rs"), listing(&folder, &names)).unwrap();
}

/// The names of the folders with a package in them, sorted.
fn connectors(root: &Path) -> Vec<String> {
    let folders = fs::read_dir(root.join("connectors")).expect("the folder `connectors` can be read");
    let mut names: Vec<String> = folders
        .map(|folder| folder.expect("the folder `connectors` can be read").path())
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .filter_map(|folder| Some(folder.file_name()?.to_str()?.to_owned()))
        .filter(|name| name != SELF)
        .collect();
    names.sort();
    names
}

/// One module for the tests of each connector.
fn channels(root: &Path, names: &[String]) -> String {
    let module = |name: &String| {
        let file = root.join("connectors").join(name).join("tests/golden.rs");
        file.is_file().then(|| format!("#[path = {file:?}]\nmod {};\n", name.replace('-', "_")))
    };
    let tested: Vec<String> = names.iter().filter_map(module).collect();
    format!("{}\n/// How many connectors have tests.\nconst TESTED: usize = {};\n", tested.concat(), tested.len())
}

/// What makes this script run again. A folder that comes or goes changes `Cargo.lock`, since the
/// workspace takes every folder in.
fn watch(root: &Path, names: &[String]) {
    let mut paths =
        vec!["Cargo.lock".to_owned(), "sdk/wit".into(), "sdk/rust/src".into(), "sdk/rust/Cargo.toml".into()];
    for name in names {
        let folder = folder_of(name);
        paths.extend([format!("{folder}/src"), format!("{folder}/Cargo.toml")]);
        let tests = format!("{folder}/tests/golden.rs");
        // A path that is not there would make the script run each time.
        paths.push(if root.join(&tests).is_file() { tests } else { folder });
    }
    for path in paths {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TOCSIN_CONNECTORS_DIR");
}

fn folder_of(name: &str) -> String {
    if HOSTILE.contains(&name) { format!("engine/connector-host/tests/{name}") } else { format!("connectors/{name}") }
}

/// `<outer target directory>/connectors`: OUT_DIR is `<target>[/<triple>]/<profile>/build/<package>/out`.
fn target_dir(out: &Path) -> PathBuf {
    let outer = out
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").exists())
        .or_else(|| out.ancestors().nth(4))
        .expect("OUT_DIR lies in a target directory");
    outer.join("connectors")
}

fn target_is_installed() -> bool {
    let rustc = env::var_os("RUSTC").unwrap();
    let Ok(output) = Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output() else {
        return false;
    };
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    fs::read_dir(folder).is_ok_and(|mut files| {
        files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libcore-")))
    })
}

/// Builds the packages and says where the files are.
fn build(root: &Path, target_dir: &Path, names: &[String]) -> PathBuf {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap());
    cargo.current_dir(root).args(["build", "--locked", "--target", TARGET, "--profile", PROFILE, "--target-dir"]);
    cargo.arg(target_dir);
    for name in names {
        cargo.args(["--package", &format!("connector-{name}")]);
    }
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        if NOT_FOR_WASM.contains(&&*name) || NOT_FOR_WASM_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            cargo.env_remove(&key);
        }
    }
    let status = cargo.status().expect("cargo can be run");
    assert!(status.success(), "the connectors did not compile for {TARGET}; the reason is above");
    target_dir.join(TARGET).join(PROFILE)
}

fn listing(folder: &Path, names: &[String]) -> String {
    let entry = |name: &&String| {
        let file = folder.join(format!("connector_{}.wasm", name.replace('-', "_")));
        assert!(file.exists(), "{} is missing", file.display());
        println!("cargo::rerun-if-changed={}", file.display());
        format!("Bundled {{ name: {name:?}, wasm: include_bytes!({file:?}) }}")
    };
    let (hostile, shipped): (Vec<&String>, Vec<&String>) =
        names.iter().partition(|name| HOSTILE.contains(&name.as_str()));
    let entries: Vec<String> = shipped.iter().map(&entry).collect();
    let mut text = format!(
        "/// The connectors that ship with tocsin, by name.\npub static BUNDLED: &[Bundled] = &[\n    {},\n];\n",
        entries.join(",\n    ")
    );
    for name in &hostile {
        let constant = name.replace('-', "_").to_uppercase();
        text += &format!("/// Misbehaves on purpose.\npub static {constant}: Bundled = {};\n", entry(name));
    }
    text
}
