//! How every command ends: one table of exit statuses, which README.md shows.
//!
//! | status | means |
//! | --- | --- |
//! | 0 | good |
//! | 1 | it ran, and what it looked at is at fault |
//! | 2 | it could not run: wrong use, something that it needs cannot be read or understood, nobody to ask |

use std::io;
use std::process::ExitCode;

/// What was looked at is at fault.
pub const AT_FAULT: u8 = 1;
/// It could not run.
pub const CANNOT_RUN: u8 = 2;

/// Why a command does not end well, with the sentence for the one who typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    AtFault(String),
    CannotRun(String),
}

impl Failure {
    pub fn sentence(&self) -> &str {
        match self {
            Failure::AtFault(sentence) | Failure::CannotRun(sentence) => sentence,
        }
    }

    pub fn status(&self) -> u8 {
        match self {
            Failure::AtFault(_) => AT_FAULT,
            Failure::CannotRun(_) => CANNOT_RUN,
        }
    }
}

/// Prints what came of a command and ends it accordingly.
pub fn with(done: Result<String, Failure>) -> ExitCode {
    match done {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{}", failure.sentence());
            ExitCode::from(failure.status())
        }
    }
}

/// Ends a command that has written its result itself, with this status.
pub fn written(status: io::Result<u8>) -> ExitCode {
    match status {
        Ok(status) => ExitCode::from(status),
        // Whoever reads has seen enough, such as `head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write the result: {error}");
            ExitCode::from(CANNOT_RUN)
        }
    }
}
