//! The key file: made on the first start, readable by its owner only, never made anew beside a database that needs it.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::secret::{KEY_BYTES, Keys, fill_random};
use crate::store::{Store, key_check};

/// Readable and writable by the owner, by nobody else.
const OWNER_ONLY: u32 = 0o600;

/// Why there is no key, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("cannot read the key file {}: {source}; let it be readable for this user", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("cannot make the key file {}: {source}; make its folder writable for this user", path.display())]
    Make { path: PathBuf, source: std::io::Error },
    #[error("the key file {} holds no key: it must hold {KEY_BYTES} bytes; restore it from a backup", .0.display())]
    Damaged(PathBuf),
    #[error(
        "the key file {} is missing, and the database holds secrets that were sealed with it; restore it from a backup, \
         or say with --key-file where it is. If it is lost for good, docs/settings.md says how to go on",
        .0.display()
    )]
    Missing(PathBuf),
    #[error(
        "the key file {} is not the one that the secrets in the database were sealed with; say with --key-file where \
         that one is, or restore it from a backup. Nodes that share a database need the same key file",
        .0.display()
    )]
    Foreign(PathBuf),
    #[error("the database does not say which key it needs: {0}")]
    Database(Fault),
}

/// The keys of this file for this database: made if both are new, and the very ones otherwise.
///
/// # Errors
/// When the file is missing, damaged or another one.
pub async fn open_for(store: &Store, path: &Path) -> Result<Keys, KeyError> {
    let is_used = key_check::read(&store.readers).await.map_err(unanswered)?.is_some();
    if is_used && !path.exists() {
        return Err(KeyError::Missing(path.to_owned()));
    }
    let keys = open(path)?;
    let fingerprint = keys.fingerprint("key-check", "");
    let recorded = key_check::ensure(store, &fingerprint).await.map_err(unanswered)?;
    if recorded == fingerprint { Ok(keys) } else { Err(KeyError::Foreign(path.to_owned())) }
}

fn unanswered(error: impl Into<Fault>) -> KeyError {
    KeyError::Database(error.into())
}

/// The keys of this file, which is made if it is missing.
///
/// # Errors
/// When it cannot be read or made, or holds something else.
fn open(path: &Path) -> Result<Keys, KeyError> {
    let read = |source| KeyError::Read { path: path.to_owned(), source };
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return make(path),
        Err(error) => return Err(read(error)),
    };
    let mode = file.metadata().map_err(read)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!("others than its owner can read the key file {}; run: chmod 600 {0}", path.display());
    }
    let mut bytes = Vec::with_capacity(KEY_BYTES + 1);
    // One byte more than a key, so that a longer file is noticed and a huge one not read.
    Read::take(&mut file, KEY_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(read)?;
    let key: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| KeyError::Damaged(path.to_owned()))?;
    Ok(Keys::new(&key))
}

fn make(path: &Path) -> Result<Keys, KeyError> {
    let failed = |source| KeyError::Make { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut key = [0; KEY_BYTES];
    fill_random(&mut key);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path).map_err(failed)?;
    file.write_all(&key).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(Keys::new(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_for_its_owner_only_and_found_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/key");
        let made = open(&path).expect("made").fingerprint("test", "x");
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, OWNER_ONLY);
        assert_eq!(open(&path).expect("found").fingerprint("test", "x"), made);
    }

    #[test]
    fn a_damaged_key_is_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        std::fs::write(&path, b"short").expect("written");
        assert!(matches!(open(&path), Err(KeyError::Damaged(_))));
        assert_eq!(std::fs::read(&path).expect("still there"), b"short");
    }

    #[tokio::test]
    async fn a_database_opens_with_its_own_key_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let (own, other) = (folder.path().join("own"), folder.path().join("other"));
        let store = Store::memory().await.expect("a database");
        open_for(&store, &own).await.expect("both are new");
        open_for(&store, &own).await.expect("the same again");
        assert!(matches!(open_for(&store, &other).await, Err(KeyError::Missing(_))));
        assert!(!other.exists(), "no key is made that could not open anything");
        std::fs::write(&other, [7; KEY_BYTES]).expect("written");
        assert!(matches!(open_for(&store, &other).await, Err(KeyError::Foreign(_))));
    }
}
