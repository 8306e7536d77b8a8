//! People and their sessions. Admins make accounts; everybody changes the own password, sets up an authenticator, and
//! ends own sessions.

pub mod authenticator;
pub mod password;
pub mod people;
pub mod session;
pub mod setup;

pub use people::{ChangeAccount, ChangePassword, CreateAccount, EndSessions, Limit, ResetPassword};
pub use setup::issue_setup_link;

use crate::fault::{Fault, FieldError};

/// Longer names break lists and logs.
const NAME_CHARS: usize = 60;

/// A name that reads the same everywhere: no spaces around it, nothing invisible.
fn check_name(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+');
    let message = if name.is_empty() {
        "Give a name to log in with."
    } else if name.chars().count() > NAME_CHARS {
        "Use 60 characters at most."
    } else if !name.chars().all(allowed) {
        "Use letters, digits and the characters . - _ @ + only."
    } else {
        return Ok(name.to_owned());
    };
    Err(Fault::fields(vec![FieldError { field: "name".to_owned(), message: message.to_owned() }]))
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn names_hold_nothing_invisible() {
        assert_eq!(check_name(" anna ").expect("a name"), "anna");
        assert!(check_name("an\u{202e}na").is_err());
        assert!(check_name("a b").is_err());
        assert!(check_name("").is_err());
        assert!(check_name(&"a".repeat(61)).is_err());
    }
}
