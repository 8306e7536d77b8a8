//! One term of a filter: read from text, said in words.

use std::cmp::Ordering;

/// Values of one term beyond these are left out.
const MAX_VALUES: usize = 20;

/// What is asked of a host.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub negated: bool,
    pub what: What,
    /// Any of them; lower case.
    pub values: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Somewhere in what the row shows.
    Anything,
    Name,
    Group,
    Region,
    Environment,
    State,
    Service,
    Platform,
    /// The version of its agent, compared; the values are versions.
    Agent(Compare),
    /// A label by its name; without values it only has to be there.
    Label(String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Compare {
    Is,
    Before,
    UpTo,
    After,
    From,
}

/// The states of hosts, as filters name them.
pub const STATES: [&str; 12] = [
    "healthy",
    "failed",
    "down",
    "stopped",
    "pending",
    "ignored",
    "blocked",
    "alert",
    "acknowledged",
    "silenced",
    "downtime",
    "twin",
];

impl Term {
    /// Reads a term without spaces around it; `None` if nothing is asked.
    pub fn read(text: &str) -> Option<Term> {
        let (negated, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (name, value) = match text.split_once(':') {
            Some((name, value)) if !name.is_empty() => (name.to_lowercase(), value),
            Some((_, value)) => (String::new(), value),
            None => (String::new(), text),
        };
        let mut what = what(&name);
        let mut value = value.to_lowercase();
        if let What::Agent(compare) = &mut what {
            let (read, rest) = compared(&value);
            (*compare, value) = (read, rest.to_owned());
        }
        if name == "label" {
            let (label, wanted) = value.split_once('=').unwrap_or((&value, ""));
            what = What::Label(label.to_owned());
            value = wanted.to_owned();
        }
        let values: Vec<String> = value
            .split(',')
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .take(MAX_VALUES)
            .collect();
        let asks = !values.is_empty() || matches!(&what, What::Label(name) if !name.is_empty());
        asks.then_some(Term { negated, what, values })
    }

    /// For people: how it was understood.
    pub fn words(&self) -> String {
        let not = if self.negated { "not " } else { "" };
        let values = self.values.join(" or ");
        let is = |name: &str| match values.as_str() {
            "none" if self.negated => format!("some {name}"),
            "none" => format!("no {name}"),
            _ => format!("{name} is {not}{values}"),
        };
        match &self.what {
            What::Anything => format!("{not}“{values}” in the row"),
            What::Name => is("name"),
            What::Group => is("group"),
            What::Region => is("region"),
            What::Environment => is("environment"),
            What::State if self.values.iter().any(|value| state(value).is_none()) => {
                format!("{} (there is no such state)", is("state"))
            }
            What::State => is("state"),
            What::Platform => is("platform"),
            What::Service if self.negated => format!("lacks the service {values}"),
            What::Service => format!("has the service {values}"),
            What::Agent(compare) => format!("{not}agent {}", compare.words(&values)),
            What::Label(name) if values.is_empty() && self.negated => format!("there is no label {name}"),
            What::Label(name) if values.is_empty() => format!("there is a label {name}"),
            What::Label(name) => is(&format!("label {name}")),
        }
    }
}

fn what(name: &str) -> What {
    match name {
        "" => What::Anything,
        "name" | "host" => What::Name,
        "group" => What::Group,
        "region" => What::Region,
        "env" | "environment" => What::Environment,
        "state" | "is" => What::State,
        "service" => What::Service,
        "platform" | "os" => What::Platform,
        "agent" | "monit" => What::Agent(Compare::Is),
        label => What::Label(label.to_owned()),
    }
}

fn compared(value: &str) -> (Compare, &str) {
    let signs = [("<=", Compare::UpTo), (">=", Compare::From), ("<", Compare::Before), (">", Compare::After)];
    let found = signs.into_iter().find_map(|(sign, compare)| Some((compare, value.strip_prefix(sign)?)));
    found.unwrap_or((Compare::Is, value.strip_prefix('=').unwrap_or(value)))
}

impl Compare {
    fn words(self, version: &str) -> String {
        match self {
            Compare::Is => version.to_owned(),
            Compare::Before => format!("before {version}"),
            Compare::UpTo => format!("{version} or earlier"),
            Compare::After => format!("after {version}"),
            Compare::From => format!("{version} or later"),
        }
    }

    /// Whether a version stands so to another.
    pub fn holds(self, version: &str, other: &str) -> bool {
        let order = compare_versions(version, other);
        match self {
            // `5.33` is also each of its own patches.
            Compare::Is => version == other || version.strip_prefix(other).is_some_and(|rest| rest.starts_with('.')),
            Compare::Before => order == Ordering::Less,
            Compare::UpTo => order != Ordering::Greater,
            Compare::After => order == Ordering::Greater,
            Compare::From => order != Ordering::Less,
        }
    }
}

/// By their numbers; a part that is missing is zero.
fn compare_versions(one: &str, other: &str) -> Ordering {
    let numbers = |version: &str| -> [u32; 4] {
        let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
        std::array::from_fn(|_| parts.next().unwrap_or(0))
    };
    numbers(one).cmp(&numbers(other))
}

/// The state that a word of a filter means; some have two.
pub fn state(word: &str) -> Option<&'static str> {
    let word = match word {
        "ok" | "up" => "healthy",
        "failing" | "critical" => "failed",
        "firing" => "alert",
        "acked" => "acknowledged",
        word => word,
    };
    STATES.into_iter().find(|state| *state == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (compare, version, other, holds) in [
            (Compare::Before, "5.4", "5.30", true),
            (Compare::Before, "5.30.0", "5.30", false),
            (Compare::From, "5.30.0", "5.30", true),
            (Compare::After, "6.0", "5.35.2", true),
            (Compare::Is, "5.33.1", "5.33", true),
            (Compare::Is, "5.330", "5.33", false),
        ] {
            assert_eq!(compare.holds(version, other), holds, "{version} {compare:?} {other}");
        }
    }
}
