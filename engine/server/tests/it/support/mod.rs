//! What stands around the program in these tests: where notifications arrive (`sink`, `relay`), who reports (`agent`
//! for made-up agents, `monit` for the real one), the program itself (`instance`, or `still` where the test holds the clock)
//! and its database.

pub mod agent;
pub mod database;
pub mod instance;
pub mod mail;
pub mod monit;
pub mod parts;
pub mod post;
pub mod postgres;
pub mod process;
pub mod provision;
pub mod relay;
pub mod rng;
pub mod sink;
pub mod still;
pub mod wait;

pub use agent::Agent;
pub use database::{Database, Kind};
pub use instance::Instance;
pub use parts::Part;
pub use provision::Provision;
pub use sink::{Manner, Sink};
pub use wait::{patiently, until};
