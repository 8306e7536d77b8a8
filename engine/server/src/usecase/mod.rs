//! Everything that can be done, one file each. A use case is a value: whoever wants it done hands it to
//! [`crate::engine::Engine::run`] and gets its output, or a refusal with a sentence for a person.

pub mod account;
pub mod acknowledge;
pub mod agent_account;
pub mod api_token;
pub mod check_in;
pub mod connector;
pub mod deliver;
pub mod downtime;
pub mod group;
pub mod host;
pub mod instance;
pub mod link;
pub mod manner;
pub(crate) mod notify;
pub mod policy;
pub mod practice;
pub mod provision;
pub mod receiver;
pub mod reject;
pub mod saved_view;
pub mod silence;
pub mod start;
pub mod tidy;
pub mod wake;
