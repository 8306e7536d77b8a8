//! The rules as stories. Each test is named after the rule it tells of.

mod engine;
mod report;
mod script;
mod tale;
mod timeline;
mod words;
mod world;

mod admission;
mod agents;
mod calendar;
mod changes;
mod delivery;
mod edges;
mod hours;
mod liveness;
mod looking;
mod properties;
mod recovery;
mod repetition;
mod suppression;
mod tiers;
mod timing;
mod windows;
