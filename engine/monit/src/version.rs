//! The agent's version, comparable.

use std::cmp::Ordering;
use std::fmt;

/// A Monit version such as 5.33.0 or, from old agents, 5.7. Compared by its numbers: 5.7 equals 5.7.0.
#[derive(Debug, Clone, Copy)]
pub struct Version {
    numbers: [u32; 3],
    /// How many of the numbers were written, for showing the version as the agent does.
    written: u8,
}

impl Version {
    /// What an agent has that names no version: smaller than any real one, so that it is treated with most caution.
    pub const UNKNOWN: Version = Version { numbers: [0; 3], written: 0 };

    /// The first version in which tests of one service no longer share an error bit's state.
    pub const V6_0: Version = Version::new(6, 0, 0);

    /// A version from its three numbers.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Version { numbers: [major, minor, patch], written: 3 }
    }

    /// Reads `5.33.0`, `5.7`, `6.0-beta2`; anything else is [`Version::UNKNOWN`].
    pub fn parse(text: &str) -> Self {
        let mut version = Version::UNKNOWN;
        for (index, part) in text.split('.').take(3).enumerate() {
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let Ok(number) = part[..digits].parse() else { break };
            version.numbers[index] = number;
            version.written += 1;
            if digits < part.len() {
                break;
            }
        }
        version
    }

    /// The first number.
    pub fn major(self) -> u32 {
        self.numbers[0]
    }

    /// The second number.
    pub fn minor(self) -> u32 {
        self.numbers[1]
    }

    /// The third number, 0 when not written.
    pub fn patch(self) -> u32 {
        self.numbers[2]
    }

    /// Whether the agent named no readable version.
    pub fn is_unknown(self) -> bool {
        self.written == 0
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        match self.written {
            0 => f.write_str("unknown"),
            1 => write!(f, "{major}"),
            2 => write!(f, "{major}.{minor}"),
            _ => write!(f, "{major}.{minor}.{patch}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_and_show_as_written() {
        assert!(Version::parse("5.7") < Version::parse("5.33.0"));
        assert!(Version::parse("5.35.3") < Version::V6_0);
        assert!(Version::parse("6.0") >= Version::V6_0);
        assert_eq!(Version::parse("5.7"), Version::parse("5.7.0"));
        assert_eq!(Version::parse("5.7").to_string(), "5.7");
        assert_eq!(Version::parse("6.0-beta2").to_string(), "6.0");
    }

    #[test]
    fn an_unreadable_version_is_older_than_all() {
        assert!(Version::parse("trunk").is_unknown());
        assert!(Version::parse("") < Version::parse("4.0"));
        assert_eq!(Version::parse("99999999999.1").to_string(), "unknown");
    }
}
