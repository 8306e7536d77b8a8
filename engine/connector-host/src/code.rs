//! Wasm to machine code, and its cache.
//!
//! Compiling takes from a tenth of a second (Rust) to ten seconds (Python), so the result is kept in
//! files named after what they were made from. A file is read whole and carries a digest: one that
//! was damaged, or left by another version, is compiled again and replaced.

use crate::options::HostError;
use sha2::{Digest, Sha256};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};
use wasmtime::Engine;
use wasmtime::component::Component;

/// Length of the digest at the beginning of each file.
const DIGEST_BYTES: usize = 32;

pub(crate) struct CodeCache {
    folder: Option<PathBuf>,
}

impl CodeCache {
    pub(crate) fn open(folder: Option<PathBuf>) -> Result<CodeCache, HostError> {
        if let Some(folder) = &folder {
            create_private(folder).map_err(|error| HostError::Cache(folder.clone(), error))?;
        }
        Ok(CodeCache { folder })
    }

    /// Machine code for a component, from the cache if it is there. Blocks for as long as it takes.
    pub(crate) fn component(&self, engine: &Engine, wasm: &[u8], digest: &str) -> wasmtime::Result<Component> {
        let Some(folder) = &self.folder else { return Component::from_binary(engine, wasm) };
        let file = folder.join(format!("{digest}-{:016x}.cwasm", compatibility(engine)));
        if let Some(component) = load(engine, &file) {
            return Ok(component);
        }
        let code = engine.precompile_component(wasm)?;
        if let Err(error) = store(&file, &code) {
            tracing::warn!(%error, file = %file.display(), "compiled code could not be kept; the next start compiles again");
        }
        deserialize(engine, &code)
    }
}

/// Changes with the version and the settings of wasmtime and with the processor.
fn compatibility(engine: &Engine) -> u64 {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish()
}

fn load(engine: &Engine, file: &Path) -> Option<Component> {
    let bytes = fs::read(file).ok()?;
    let (digest, code) = bytes.split_at_checked(DIGEST_BYTES)?;
    if Sha256::digest(code).as_slice() != digest {
        tracing::warn!(file = %file.display(), "compiled code is damaged and is made again");
        return None;
    }
    deserialize(engine, code).ok()
}

fn store(file: &Path, code: &[u8]) -> io::Result<()> {
    let mut bytes = Sha256::digest(code).to_vec();
    bytes.extend_from_slice(code);
    // Another process may be writing the same: each writes its own file and the last rename wins.
    let unfinished = file.with_extension(format!("{}.tmp", std::process::id()));
    fs::write(&unfinished, bytes)?;
    fs::rename(&unfinished, file)
}

#[allow(
    unsafe_code,
    reason = "the code is our own compilation, its hash was compared just before: see the module comment"
)]
fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the bytes come from `precompile_component`, just now or through a file with a matching
    // digest in a folder that only the engine's own user can write. Never from an upload.
    unsafe { Component::deserialize(engine, code) }
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_code_is_compiled_again_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let cache = CodeCache::open(Some(folder.path().join("code"))).unwrap();
        let engine = Engine::default();
        let wasm = wat::parse_str("(component)").unwrap();
        cache.component(&engine, &wasm, "abc").unwrap();
        let file = fs::read_dir(folder.path().join("code")).unwrap().next().unwrap().unwrap().path();
        let good = fs::read(&file).unwrap();

        let mut damaged = good.clone();
        *damaged.last_mut().unwrap() ^= 1;
        fs::write(&file, &damaged).unwrap();
        cache.component(&engine, &wasm, "abc").unwrap();

        assert_eq!(fs::read(&file).unwrap(), good);
    }
}
