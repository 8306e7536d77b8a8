//! What is the matter when the database refuses, where it says so itself, and what to do about it.

use sqlx::Error;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteError;

/// What is the matter.
#[derive(Clone, Copy)]
enum Trouble {
    Full,
    Damaged,
    NotOurs,
    BrokenDisk,
}

impl Trouble {
    fn of(error: &Error) -> Option<Trouble> {
        let error = error.as_database_error()?;
        let code = error.code()?;
        if error.try_downcast_ref::<SqliteError>().is_some() {
            // The low byte is the kind, the rest says more of it: https://sqlite.org/rescode.html
            return match code.parse::<u32>().ok()? & 0xff {
                3 | 8 | 14 => Some(Trouble::NotOurs),
                10 => Some(Trouble::BrokenDisk),
                11 | 26 => Some(Trouble::Damaged),
                13 => Some(Trouble::Full),
                _ => None,
            };
        }
        // Appendix A of PostgreSQL's manual.
        match &*code {
            "53100" => Some(Trouble::Full),
            "58030" => Some(Trouble::BrokenDisk),
            "XX001" | "XX002" => Some(Trouble::Damaged),
            _ => None,
        }
    }

    /// A sentence without its end.
    fn cure(self) -> &'static str {
        match self {
            Trouble::Full => {
                "the disk of the database is full: make room on it (df -h shows how much there is), and it goes on by \
                 itself. Until then check-ins are refused so that agents keep their events, and nothing that was \
                 acknowledged is lost"
            }
            Trouble::Damaged => {
                "the database is damaged, or its file is no database of tocsin: stop tocsin and put the newest backup in \
                 its place. Without one, save what can be read of a file with: sqlite3 DAMAGED .recover | sqlite3 NEW"
            }
            Trouble::NotOurs => {
                "the file of the database, or its folder, cannot be written by the user that tocsin runs as: give both to \
                 that user, and see that they are not mounted read-only"
            }
            Trouble::BrokenDisk => {
                "the disk of the database gives errors: look whether it is full (df -h) and what the kernel says of it \
                 (dmesg), and move the data folder to another disk if it fails"
            }
        }
    }
}

/// What to do about an error, where that is known: a sentence without its end.
pub fn cure(error: &Error) -> Option<&'static str> {
    Trouble::of(error).map(Trouble::cure)
}

/// The error, and what to do about it where that is known.
pub fn said(error: &Error) -> String {
    with_cure(error.to_string(), cure(error))
}

/// The same for what went wrong while the tables were made.
pub fn said_of_migration(error: &MigrateError) -> String {
    let cure = match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => cure(error),
        _ => None,
    };
    with_cure(error.to_string(), cure)
}

fn with_cure(error: String, cure: Option<&str>) -> String {
    match cure {
        Some(cure) => format!("{error}; {cure}"),
        None => error,
    }
}
