//! What a Monit agent posts, as values.
//!
//! The actors: an *agent* posts a document (a status, or a status with one event at its end); the *engine* asks
//! [`inflate`] and [`parse`] for a [`Report`] and decides upon it. Nothing else in the house knows the agent's XML.
//!
//! Agents do not write well-formed XML: names go into attributes and elements unescaped, the declared encoding is not
//! the real one, and a program's output may hold any byte. A general XML reader refuses such a document as a whole, and
//! a refused document is a host that looks dead. So the reader here is our own and knows the schema: an attribute ends
//! at the next quote, a text ends at the one closing tag that can end it, and unknown elements are stepped over.
//! `quick-xml` was weighed for the details of a service, which are usually well-formed: it still trips over raw `<` and
//! `&` in paths and over bytes that are no UTF-8, so the tolerant walk would be needed beside it, as a second way through
//! the same bytes. It serves the tests instead: where it can read the details, ours must find the same.
//!
//! Kept here: no I/O, no clock, no randomness, no panic on any input, and a bound on everything ([`limits`]).

mod error;
mod event;
mod event_id;
mod every;
mod fine;
mod inflate;
pub mod limits;
mod parse;
mod path;
mod report;
mod scan;
mod schema;
mod service;
mod text;
mod unit;
mod value;
mod values;
mod version;

pub use error::{InflateError, ParseError};
pub use event::{Action, Event, State};
pub use event_id::{EventId, SHARED_BITS, event_labels, event_names};
pub use every::Every;
pub use fine::fine_label;
pub use inflate::inflate;
pub use limits::MAX_DOCUMENT_BYTES;
pub use parse::parse;
pub use report::{Credentials, Httpd, Platform, Report, Server, ServiceGroup};
pub use service::{Monitor, MonitorMode, OnReboot, Service, ServiceType};
pub use unit::Unit;
pub use value::{Quantity, Value};
pub use version::Version;
