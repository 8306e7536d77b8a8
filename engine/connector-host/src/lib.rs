//! Runs one connector call under limits and grants, and says what came of it.
//!
//! The actors: the *server* decides that a receiver is to be told something and calls
//! [`ConnectorHost::deliver`]; the *guest* is a connector, a WebAssembly component that gets a fresh
//! instance for each call; the *doors* (HTTP, mail, store, log) are all that a guest can reach, and
//! each asks the [`Grant`] of the call before it opens. What comes back is a [`Receipt`], whatever
//! the guest did: a loop, a crash or a flood is an outcome like any other.
//!
//! This is the only crate that knows wasmtime.

mod bindings;
mod calls;
mod code;
mod connector;
mod containment;
mod describe;
mod doors;
mod engine;
mod grant;
mod guest;
mod host;
mod http;
mod kv;
mod lanes;
mod leave;
mod limiter;
mod limits;
mod log;
mod names;
mod network;
mod options;
mod output;
mod private;
mod reach;
mod receipt;
mod secrets;
mod smtp;
mod ticks;
mod trust;
mod weight;

pub use bindings::tocsin::connector::types::{
    Acknowledgement, Bundled, FieldError, HostRef, Kind, Label, Notification, Tier,
};
pub use connector::{Ability, ChannelLimits, Connector, LoadError, Manifest};
pub use containment::Containment;
pub use describe::WASM_BYTES;
pub use grant::{Grant, covers, is_prefix};
pub use host::{Call, ConnectorHost};
pub use kv::{KeyValue, KvError, KvFuture, MemoryKeyValue};
pub use leave::{Giver, Leave};
pub use limits::CallLimits;
pub use log::{LogLevel, LogLine};
pub use names::{Names, NamesFuture};
pub use network::{
    Answer, Exchange, Fault, Got, MailAnswer, Script, ScriptError, Sent, SentMail, SentRequest, WatchedNetwork,
};
pub use options::{HostError, HostOptions};
pub use private::PrivateAddresses;
pub use reach::out_of_reach;
pub use receipt::{Outcome, Receipt};
pub use secrets::Secrets;
