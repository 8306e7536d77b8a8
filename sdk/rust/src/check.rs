//! Looking at settings: everything that is wrong, at once.

use crate::FieldError;

/// Collects what is wrong with settings. What the schema can say belongs there, too, for the form; but nothing
/// holds settings against it before the connector does, so a limit that must hold is checked here.
///
/// ```
/// use tocsin_connector::Check;
/// let errors = Check::default()
///     .url("/url", "hooks.example.com")
///     .that("/topic", !"ops alerts".contains(' '), "A topic is one word.")
///     .done()
///     .unwrap_err();
/// assert_eq!(errors.iter().map(|error| &*error.pointer).collect::<Vec<_>>(), ["/url", "/topic"]);
/// ```
#[derive(Default)]
pub struct Check(Vec<FieldError>);

impl Check {
    /// If it does not hold, the field is wrong, and the message says what to do.
    #[must_use]
    pub fn that(mut self, pointer: &str, holds: bool, message: &str) -> Check {
        if !holds {
            self.0.push(FieldError::new(pointer, message));
        }
        self
    }

    /// A whole http(s) address, without a user name or password in it.
    #[must_use]
    pub fn url(self, pointer: &str, url: &str) -> Check {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let good =
            !host.is_empty() && !host.contains('@') && !url.contains(|c: char| c.is_whitespace() || c.is_control());
        self.that(pointer, good, "Write the whole address, beginning with https:// or http://.")
    }

    /// Text that can stand in a header: one line, not empty.
    #[must_use]
    pub fn line(self, pointer: &str, text: &str) -> Check {
        let good = !text.trim().is_empty() && !text.contains(char::is_control);
        self.that(pointer, good, "Write one line without line breaks or control characters.")
    }

    /// A user name that can stand in a login, where a colon would end it. Empty where no login is wanted.
    #[must_use]
    pub fn user_name(self, pointer: &str, name: Option<&str>) -> Check {
        let good = !name.unwrap_or_default().contains(|c: char| c == ':' || c.is_control());
        self.that(pointer, good, "A user name has neither colons nor line breaks.")
    }

    /// What [`Connector::validate`](crate::Connector::validate) gives back.
    ///
    /// # Errors
    /// Everything that was wrong, in the order in which it was looked at.
    pub fn done(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_ends_where_the_password_begins() {
        for good in [None, Some(""), Some("anna"), Some("anna@example.org")] {
            assert!(Check::default().user_name("/user", good).done().is_ok(), "{good:?}");
        }
        for bad in ["anna:s3cret", "anna\r\nX-Evil: 1"] {
            assert!(Check::default().user_name("/user", Some(bad)).done().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_is_whole_and_plain() {
        for good in ["https://hooks.example.com/a?b=c", "http://[::1]:8080", "https://ntfy.sh"] {
            assert!(Check::default().url("/url", good).done().is_ok(), "{good}");
        }
        for bad in
            ["", "ntfy.sh", "ftp://a/", "https://", "https:///x", "https://u:p@a/", "https://a/ b", "https://a/\n"]
        {
            assert!(Check::default().url("/url", bad).done().is_err(), "{bad}");
        }
    }
}
