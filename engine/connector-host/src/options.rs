//! What one call may cost, and where compiled code is kept.

use crate::names::{self, Names};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How the host is set up. The defaults suit Rust, JavaScript and Python connectors alike.
#[derive(Clone, Debug)]
pub struct HostOptions {
    /// Where compiled code is kept between starts. What lies there is run as it is, so nobody but
    /// the engine may write to it; it is created for the owner only. None compiles at each start.
    pub cache_dir: Option<PathBuf>,
    /// Calls that run at once; further ones wait.
    pub slots: u32,
    /// Calls of one connector that run at once, so that one cannot take all slots.
    pub slots_per_connector: u32,
    /// Longest wait for a slot before a call comes back as busy.
    pub slot_wait: Duration,
    /// Linear memory of one call, all its memories together.
    pub memory_bytes: usize,
    /// The most that a connector's own limit may give to one call.
    pub memory_most_bytes: usize,
    /// Processor time of one call, looked at every 10 ms.
    pub cpu: Duration,
    /// Duration of one call, including what it waits for.
    pub wall: Duration,
    /// The name that relays are greeted with; by default the name of this machine.
    pub hello_name: Option<String>,
    /// A PEM file with certificates of authorities that are trusted beside those of the system: for
    /// relays and hooks of one's own.
    pub trusted_certificates: Option<PathBuf>,
    /// Who is asked for the addresses of a name; by default the system.
    pub names: Arc<dyn Names>,
}

impl Default for HostOptions {
    fn default() -> HostOptions {
        HostOptions {
            cache_dir: None,
            slots: 64,
            slots_per_connector: 48,
            slot_wait: Duration::from_secs(30),
            memory_bytes: 64 << 20,
            // Four times what the hungriest language needs; the pool reserves addresses for it, not memory.
            memory_most_bytes: 256 << 20,
            cpu: Duration::from_secs(1),
            wall: Duration::from_secs(30),
            hello_name: None,
            trusted_certificates: None,
            names: names::system(),
        }
    }
}

/// Why the host could not start.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    #[error("the WebAssembly engine does not start on this machine")]
    Engine(#[source] wasmtime::Error),
    #[error("no thread could be started for the connectors; look at the limits for processes")]
    Threads(#[source] std::io::Error),
    #[error("the folder {folder} for compiled connectors cannot be used; make it writable for the engine alone", folder = .0.display())]
    Cache(PathBuf, #[source] std::io::Error),
    #[error("no TLS could be set up")]
    Tls(#[source] rustls::Error),
    #[error("the certificates in {file} cannot be used; the file has to hold certificates in PEM form", file = .0.display())]
    Certificates(PathBuf, #[source] rustls::pki_types::pem::Error),
}
