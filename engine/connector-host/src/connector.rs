//! A loaded connector: what it says of itself, and its compiled code.

use crate::bindings::ConnectorPre;
use crate::guest::State;
use crate::limits::CallLimits;
use crate::weight::Record;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Semaphore;
use url::Url;

/// A connector that can be called. Cheap to keep; a call in progress keeps its own alive.
pub struct Connector {
    pub(crate) manifest: Manifest,
    pub(crate) digest: String,
    pub(crate) imports: Vec<String>,
    pub(crate) pre: ConnectorPre<State>,
    pub(crate) slots: Semaphore,
    pub(crate) limits: CallLimits,
    pub(crate) record: Arc<Record>,
}

impl Connector {
    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the component, in hexadecimal: what a receiver is pinned to.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The interfaces it imports, such as `tocsin:connector/http@0.1.0`: what it could use at most.
    pub fn imports(&self) -> &[String] {
        &self.imports
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector")
            .field("manifest", &self.manifest)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

/// What a connector says of itself. Checked when it is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Lower case letters, digits and hyphens.
    pub name: String,
    /// What people call it.
    pub title: String,
    pub version: String,
    /// One line for the list of connectors.
    pub summary: String,
    pub author: Option<String>,
    pub homepage: Option<Url>,
    /// JSON Schema (2020-12) of a receiver's settings; `writeOnly` marks secrets.
    pub settings_schema: serde_json::Value,
    /// What it asks for; see [`Grant`](crate::Grant).
    pub abilities: Vec<Ability>,
    pub limits: ChannelLimits,
}

/// Something that a connector asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ability {
    /// HTTP to URLs with this prefix.
    Http(Url),
    /// HTTP to the origin of the URL, or of each of the URLs, at this JSON pointer in the settings.
    HttpFromSettings(String),
    /// Mail through the relay at this JSON pointer in the settings.
    SmtpFromSettings(String),
    /// A small store for each receiver.
    Kv,
}

/// What the far side can bear, as far as the connector says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelLimits {
    pub title_chars: Option<u32>,
    pub text_chars: Option<u32>,
    /// Messages per minute for one receiver.
    pub per_minute: Option<u32>,
    /// Whether several alerts may be told in one message.
    pub bundles: bool,
}

/// Why a file is not taken as a connector.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("the file has {bytes} bytes; connectors have at most {limit}")]
    TooLarge { bytes: usize, limit: usize },
    #[error("this is not a WebAssembly component; build the connector for the target wasm32-wasip2")]
    NotAComponent(#[source] wasmtime::Error),
    #[error("the connector wants {import}, which is not offered; it may use tocsin:connector 0.1 and WASI 0.2 only")]
    UnknownImport { import: String },
    #[error("the connector wants something that is not offered in this version")]
    Imports(#[source] wasmtime::Error),
    #[error("the connector does not offer tocsin:connector/connector-api 0.1; build it with a matching SDK")]
    Contract(#[source] wasmtime::Error),
    #[error("the connector could not describe itself: {0}")]
    Describe(String),
    #[error("the connector describes itself wrongly: {0}")]
    Manifest(String),
}
