//! The demo's data folder: for this run only, removed at its end.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::secret::fill_random;

/// A folder that goes away with this value.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes a new one among the system's temporary files.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> std::io::Result<Folder> {
        let mut bytes = [0; 8];
        fill_random(&mut bytes);
        let path = std::env::temp_dir().join(format!("tocsin-demo-{}", hex::encode(bytes)));
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Folder(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind lies among temporary files, which the system tidies.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
