//! The whole house from outside: the program as it is started by people, real agents, a real relay, both databases.
//!
//! One binary for all of it, since linking is dear. Every test has its own folder, ports and database, waits for states
//! and never for a while, and ends every process that it started, also when it fails.

mod api;
mod bundles;
mod cli;
mod collector;
mod connectors;
mod crashes;
mod delivery;
mod demo;
mod full_disk;
mod identity;
mod log;
mod nodes;
mod outage;
mod outbox;
mod pace;
mod pages;
mod provision;
mod rehearsals;
mod simulate;
mod sql;
mod story;
mod support;
mod tidy;
mod wall;
