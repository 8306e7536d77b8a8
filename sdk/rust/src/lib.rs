//! Write a tocsin connector: one trait, one macro.
//!
//! The actors: the *engine* decides that a receiver is to be told something; the *connector* (your
//! crate, compiled to `wasm32-wasip2`) knows how one kind of destination is told; the *host* runs
//! the connector in a sandbox and does for it what was granted: HTTP, mail, a small store.
//!
//! ```
//! use tocsin_connector::http::Request;
//! use tocsin_connector::{self as sdk, Ability, Connector, Delivered, DeliveryError, Notification, Secret};
//!
//! /// Title and description of each field become the form that the administrator fills in.
//! #[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
//! #[serde(crate = "sdk::serde", deny_unknown_fields)]
//! #[schemars(crate = "sdk::schemars")]
//! struct Settings {
//!     /// The address that the pager service shows for your team.
//!     #[schemars(title = "Hook URL")]
//!     url: Secret,
//! }
//!
//! struct Pager;
//!
//! impl Connector for Pager {
//!     type Settings = Settings;
//!     const NAME: &'static str = "pager";
//!     const TITLE: &'static str = "Pager";
//!     const VERSION: &'static str = "0.1.0";
//!     const SUMMARY: &'static str = "Rings a pager";
//!
//!     fn abilities() -> Vec<Ability> {
//!         vec![Ability::HttpFromSettings("/url".into())]
//!     }
//!
//!     fn deliver(settings: &Settings, notification: &Notification) -> Result<Delivered, DeliveryError> {
//!         let answer = Request::post(settings.url.expose())
//!             .header("idempotency-key", &notification.idempotency_key)
//!             .json(&notification.title)
//!             .send()?
//!             .accepted()?;
//!         Ok(Delivered::said(answer.explain()))
//!     }
//! }
//!
//! tocsin_connector::export!(Pager);
//! # fn main() {}
//! ```
//!
//! The crate's type is `cdylib`. Each call gets a fresh instance: globals are forgotten, and there
//! is neither a file system nor a socket nor an environment.

pub use {schemars, serde, serde_json};

#[doc(hidden)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "wit",
        world: "connector",
        pub_export_macro: true,
        export_macro_name: "__export_component",
        default_bindings_module: "tocsin_connector::bindings",
        generate_all,
    });
}

mod check;
mod connector;
mod dialect;
pub mod form;
mod glue;
pub mod hmac;
pub mod http;
pub mod log;
pub mod markup;
pub mod moment;
mod notification;
mod outcome;
mod relay;
mod secret;
mod settings;
pub mod smtp;
pub mod text;

pub use bindings::tocsin::connector::kv;
pub use bindings::tocsin::connector::types::{
    Ability, Acknowledgement, Bundled, ChannelLimits, Delivered, DeliveryError, FieldError, HostRef, Kind, Label,
    Manifest, Notification, Retry, Tier,
};
pub use check::Check;
pub use connector::Connector;
pub use dialect::Dialect;
#[doc(hidden)]
pub use glue::Glue;
pub use notification::Grade;
pub use outcome::{Advice, advised, misconfigured, permanent, retry};
pub use relay::Relay;
pub use secret::Secret;
