//! The words by which hosts are chosen: `group:web state:failed agent:<5.30 region:"New York" -env:staging team:shop`.
//!
//! Terms are joined by *and*, values of one term with commas are joined by *or*, `-` before a term turns it round, `*`
//! stands for any text. A word without a colon is looked for in everything that a row of the list shows. A name that is
//! none of ours is the name of a label, so `team:shop` is short for `label:team=shop`.
//!
//! - `term`: reads one term and says it in words; `matching`: holds a host against it; `seen`: what is known of a host.

mod matching;
mod seen;
mod term;

use term::Term;

pub use matching::Surroundings;
pub use seen::{Seen, order, platform, seen, shows};

/// Longer filters are cut: nobody types them.
pub const MAX_CHARS: usize = 500;
/// Terms beyond these narrow nothing.
const MAX_TERMS: usize = 16;

/// A filter that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter(Vec<Term>);

impl Filter {
    /// Reads what was typed; every text is a filter.
    pub fn read(text: &str) -> Filter {
        let text: String = text.chars().take(MAX_CHARS).collect();
        Filter(parts(&text).into_iter().filter_map(|part| Term::read(&part)).take(MAX_TERMS).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a host is chosen.
    pub fn takes(&self, seen: &Seen, around: &Surroundings<'_>) -> bool {
        self.0.iter().all(|term| matching::takes(term, seen, around))
    }

    /// How it was read: `group is web and state is failed`.
    pub fn words(&self) -> String {
        self.0.iter().map(Term::words).collect::<Vec<_>>().join(" and ")
    }
}

/// A term that matches exactly this value, for links: `region:"New York"`.
pub fn term(name: &str, value: &str) -> String {
    let plain = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || "._-/#@".contains(c));
    // The quote itself cannot be said within quotes; any text may stand in its place.
    if plain { format!("{name}:{value}") } else { format!("{name}:\"{}\"", value.replace('"', "*")) }
}

/// Splits at spaces outside quotes. Quotes stay: within them commas and stars are still what they are outside, save
/// spaces.
fn parts(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => parts.push(std::mem::take(&mut part)),
            c if c.is_control() => {}
            c => part.push(c),
        }
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_says_how_it_was_read() {
        for (text, words) in [
            ("", ""),
            ("web1", "“web1” in the row"),
            ("group:web,db state:failed", "group is web or db and state is failed"),
            ("agent:<5.30 -env:staging", "agent before 5.30 and environment is not staging"),
            ("agent:>=5.33", "agent 5.33 or later"),
            ("region:\"New York\"", "region is new york"),
            ("region:none", "no region"),
            ("team:shop label:rack", "label team is shop and there is a label rack"),
            ("service:nginx*", "has the service nginx*"),
            ("state:nonsense", "state is nonsense (there is no such state)"),
            ("  :  -  ", ""),
        ] {
            assert_eq!(Filter::read(text).words(), words, "{text:?}");
        }
    }

    #[test]
    fn a_link_reads_back_as_what_it_was_made_of() {
        for value in ["Chicago", "New York", "a:b", "naïve, or \"not\""] {
            let words = Filter::read(&term("region", value)).words();
            assert!(words.starts_with("region is "), "{value}: {words}");
        }
        assert_eq!(term("group", "web"), "group:web");
    }

    #[test]
    fn no_text_is_too_much() {
        let filter = Filter::read(&"x ".repeat(100_000));
        assert_eq!(filter.0.len(), MAX_TERMS);
    }
}
