//! Rehearsals: a policy, a small world and a timeline as text; out comes who would be told what, when and why.
//!
//! The actors are people who try a policy before it counts, their CI, and our own tests. Nothing here decides anything:
//! `parse` reads the file into a `scene`, `stage` lays it down in the real engine over a database in memory, `play` lets
//! the time pass, `teller` writes down what was committed, `compare` holds it against the expected list. `week` plays
//! what really happened once more, under an edited policy.

mod compare;
mod instant;
pub mod parse;
mod play;
pub mod scene;
mod script;
mod stage;
mod teller;
pub mod time;
pub mod week;
mod world;

pub use compare::differences;
pub use parse::{Complaint, parse};
pub use play::{Pace, play};
pub use scene::Scene;
pub use script::{Line, Script, Wanted};

use crate::fault::Fault;

/// Why a scene could not be played, in a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure(fault.to_string())
    }
}
