//! A file comes, is looked at, and goes.

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tocsin_connector_host::Manifest;

use super::version_of;
use crate::actor::{Actor, Area, Role};
use crate::connectors::catalog::short;
use crate::connectors::signature;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store::connector;

/// Largest file: the largest known, with Python inside, have less than 20 MiB.
pub const LARGEST: usize = 32 << 20;
/// Files at once, a few versions of each connector: more are forgotten ones, and each takes room in the database.
const MOST_FILES: i64 = 100;
/// Files that were refused are known for their reasons only: the newest so many.
const MOST_REFUSED: i64 = 20;
/// How every WebAssembly file begins.
const MAGIC: &[u8] = b"\0asm";

/// Takes a file in. What it is and what it asks for is found out beside the requests; nothing is granted by this.
pub struct InstallConnector {
    pub actor: Actor,
    pub wasm: Bytes,
    /// A minisign signature of the file, as it stands in a `.minisig` file.
    pub signature: Option<String>,
    digest: String,
}

impl InstallConnector {
    /// Takes its time for the digest: some 50 ms for the largest.
    pub fn new(actor: Actor, wasm: Bytes, signature: Option<String>) -> InstallConnector {
        let digest = hex::encode(Sha256::digest(&wasm));
        InstallConnector { actor, wasm, signature, digest }
    }
}

impl UseCase for InstallConnector {
    /// The digest of the file.
    type Output = String;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, String> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            self.check()?;
            let there = connector::version(&mut work.tx, &self.digest).await?;
            if there.as_ref().is_some_and(|there| there.refusal.is_some()) {
                // Whoever brings it again wants to hear why, or runs another tocsin by now.
                connector::delete(&mut work.tx, &self.digest).await?;
            } else if let Some(there) = there {
                let name = there.name.map_or_else(String::new, |name| format!(" as {name}"));
                return Err(Fault::conflict(format!("this very file is here already{name}: {}", short(&self.digest))));
            }
            connector::forget_refused(&mut work.tx, MOST_REFUSED).await?;
            if connector::count(&mut work.tx).await? >= MOST_FILES {
                return Err(Fault::conflict(format!(
                    "there are {MOST_FILES} files; remove those that nobody uses first"
                )));
            }

            let (at, by) = (work.now.0, self.actor.name.as_str());
            connector::insert(&mut work.tx, &self.digest, &self.wasm, self.signature.as_deref(), at, by).await?;
            work.edit_book();
            let object = format!("connector file {}", short(&self.digest));
            work.audit(&self.actor, "installed", &object, &format!("{} bytes", self.wasm.len())).await?;
            Ok(self.digest.clone())
        })
    }
}

impl InstallConnector {
    fn check(&self) -> Result<(), Fault> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
        if self.wasm.is_empty() {
            wrong("file", "choose the file of a connector, which ends in .wasm".to_owned());
        } else if self.wasm.len() > LARGEST {
            wrong("file", format!("a connector has at most {} MiB", LARGEST >> 20));
        } else if !self.wasm.starts_with(MAGIC) {
            wrong("file", "this is no WebAssembly file; connectors are built for the target wasm32-wasip2".to_owned());
        }
        if let Some(sentence) = self.signature.as_deref().and_then(|text| signature::check(text).err()) {
            wrong("signature", sentence);
        }
        if errors.is_empty() { Ok(()) } else { Err(Fault::fields(errors)) }
    }
}

/// What was found in a file.
pub struct Looked {
    pub manifest: Manifest,
    pub imports: Vec<String>,
    /// The listed key that has signed it.
    pub signed_with: Option<String>,
}

/// Writes down what was found. Any node may have looked; the first one counts.
pub struct RecordLook {
    pub digest: String,
    /// Or why it is no connector.
    pub looked: Result<Looked, String>,
}

impl UseCase for RecordLook {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            let json = |error: serde_json::Error| Fault::Internal(error.to_string());
            let (first, said) = match &self.looked {
                Ok(Looked { manifest, imports, signed_with }) => {
                    let name = manifest.name.as_str();
                    let words = (serde_json::to_string(manifest), serde_json::to_string(imports));
                    let (manifest_json, imports) = (words.0.map_err(json)?, words.1.map_err(json)?);
                    let signed_with = signed_with.as_deref();
                    let first =
                        connector::ready(&mut work.tx, &self.digest, name, &manifest_json, &imports, signed_with);
                    (first.await?, format!("{name} {}", manifest.version))
                }
                Err(sentence) => {
                    (connector::refused(&mut work.tx, &self.digest, sentence).await?, format!("refused: {sentence}"))
                }
            };
            if first {
                work.edit_book();
                let object = format!("connector file {}", short(&self.digest));
                work.audit(&Actor::system("tocsin"), "compiled", &object, &said).await?;
            }
            Ok(())
        })
    }
}

/// Removes a file that no receiver is pinned to.
pub struct RemoveConnector {
    pub actor: Actor,
    pub digest: String,
}

impl UseCase for RemoveConnector {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let version = version_of(work, &self.digest).await?;
            let users = connector::pinned(&mut work.tx, &self.digest).await?;
            if !users.is_empty() {
                let (n, names) = (users.len(), users.join(", "));
                return Err(Fault::conflict(match n {
                    1 => format!("the receiver {names} uses this version; move it to another one first"),
                    _ => format!("{n} receivers use this version ({names}); move them to another one first"),
                }));
            }

            connector::delete(&mut work.tx, &self.digest).await?;
            work.edit_book();
            let name = version.manifest().map_or("", |manifest| manifest.name.as_str());
            work.audit(&self.actor, "removed", &format!("connector file {}", version.short()), name).await
        })
    }
}
