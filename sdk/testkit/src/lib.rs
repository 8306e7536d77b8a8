//! Runs a connector against a scripted network and shows what it sent and what came of it.
//!
//! The actors: a test of a channel, which knows what the far side should be sent; the *script*, which
//! says what the far side answers; and the real sandbox with all of its rules in between. Nothing
//! leaves the machine.
//!
//! ```no_run
//! use tocsin_testkit::{Answer, Testkit, problem};
//! let pager = Testkit::file("target/wasm32-wasip2/release/pager.wasm");
//! let settings = serde_json::json!({"url": "https://pager.example.com/v1/hook"});
//!
//! let told = pager.tell(&settings, problem(), Answer::text(429, "slow down").header("retry-after", "7"));
//!
//! assert_eq!(told.only().method, "POST");
//! assert_eq!(told.retry_after_ms(), Some(7_000));
//! ```

#[cfg(feature = "golden")]
mod golden;
mod house_rules;
mod kinds;
mod kit;
mod shown;
mod told;

pub use kinds::{KINDS, acknowledged, bundle, change, hostile, notification, problem, recovery, reminder, test};
pub use kit::Testkit;
pub use shown::{show_got, show_outcome, show_sent};
pub use tocsin_connector_host::{
    Answer, Exchange, Fault, Got, Kind, MailAnswer, MemoryKeyValue, Notification, Outcome, Script, Secrets, Sent,
    SentMail, SentRequest,
};
pub use told::Told;
