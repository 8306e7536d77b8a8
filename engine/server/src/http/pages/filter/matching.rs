//! Holds a host against a term of a filter.

use tocsin_policy::{Admission, Book, Engine as EngineFacts, Host, Moment, Subject, Suppressor};

use super::super::state;
use super::seen::{Seen, platform};
use super::term;
use super::term::{Term, What};

/// What a host is looked at with.
pub struct Surroundings<'a> {
    pub book: &'a Book,
    pub engine: EngineFacts,
    pub now: Moment,
}

pub fn takes(term: &Term, seen: &Seen, around: &Surroundings<'_>) -> bool {
    let any = |has: &dyn Fn(&str) -> bool| term.values.iter().any(|value| has(value));
    let Seen { host, profile } = seen;
    let found = match &term.what {
        What::Anything => {
            let row = row(seen, around);
            any(&|value| row.contains(value))
        }
        What::Name => any(&|value| is(&host.name, value) || host.name.to_lowercase().contains(value)),
        What::Group => {
            let groups = groups(seen, around.book);
            any(&|value| one_of(groups.iter().map(String::as_str), value))
        }
        What::Region => any(&|value| is_or_none(&profile.region, value)),
        What::Environment => any(&|value| is_or_none(&profile.environment, value)),
        What::State => any(&|value| term::state(value).is_some_and(|state| is_in(host, state, around))),
        What::Service => any(&|value| {
            let mut services = host.services.iter();
            services.any(|service| is(&service.name, value) || is(state::common_name(service), value))
        }),
        What::Platform => any(&|value| platform(profile).to_lowercase().contains(value)),
        What::Agent(compare) => any(&|value| compare.holds(&profile.agent_version, value)),
        What::Label(name) => {
            let mut labels = profile.labels.iter().filter(|(label, _)| label.to_lowercase() == *name);
            match term.values.as_slice() {
                [] => labels.next().is_some(),
                [none] if none == "none" => labels.next().is_none(),
                _ => labels.any(|(_, has)| any(&|value| is(has, value))),
            }
        }
    };
    found != term.negated
}

/// Everything that a row shows, in lower case.
fn row(seen: &Seen, around: &Surroundings<'_>) -> String {
    let Seen { host, profile } = seen;
    let mut text = format!(
        "{} {} {} {} {} {}",
        host.name,
        profile.region,
        profile.environment,
        profile.agent_version,
        platform(profile),
        state::of_host(host).word
    );
    for group in groups(seen, around.book) {
        text.push(' ');
        text.push_str(&group);
    }
    for (name, value) in &profile.labels {
        text.push_str(&format!(" {name}:{value}"));
    }
    text.to_lowercase()
}

fn groups(seen: &Seen, book: &Book) -> Vec<String> {
    seen.host.groups.iter().filter_map(|id| book.groups.get(id)).map(|group| group.name.clone()).collect()
}

/// Whether a host is in a state of [`term::STATES`].
fn is_in(host: &Host, state: &str, around: &Surroundings<'_>) -> bool {
    let approved = host.admission == Admission::Approved;
    let down = host.liveness.down_since.is_some();
    match state {
        "pending" => host.admission == Admission::Pending,
        "ignored" => host.admission == Admission::Ignored,
        "blocked" => host.admission == Admission::Blocked,
        "down" => approved && down,
        "stopped" => approved && host.liveness.stopped_at.is_some(),
        "failed" => approved && !down && state::of_host(host).kind == "critical",
        "healthy" => approved && state::of_host(host).kind == "ok",
        "alert" => approved && !host.alerts.is_empty(),
        "acknowledged" => {
            host.alerts.iter().any(|alert| alert.acknowledgement.as_ref().is_some_and(|held| around.now < held.until))
        }
        "silenced" => host.silences.iter().any(|silence| silence.in_force(around.now)),
        "downtime" => {
            let by = tocsin_policy::suppressor(host, around.book, &around.engine, &Subject::Host, None, around.now);
            matches!(by, Some(Suppressor::Downtime { .. }))
        }
        "twin" => host.twin.is_some(),
        _ => false,
    }
}

fn is_or_none(text: &str, value: &str) -> bool {
    is(text, value) || (value == "none" && text.is_empty())
}

fn one_of<'t>(mut texts: impl Iterator<Item = &'t str>, value: &str) -> bool {
    let Some(first) = texts.next() else { return value == "none" };
    is(first, value) || texts.any(|text| is(text, value))
}

/// Whether a text is this value, which is in lower case; `*` stands for any text.
fn is(text: &str, value: &str) -> bool {
    let text = text.to_lowercase();
    let Some((begin, rest)) = value.split_once('*') else { return text == value };
    let Some(mut text) = text.strip_prefix(begin) else { return false };
    let mut pieces = rest.split('*').peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return text.ends_with(piece);
        }
        let Some(at) = text.find(piece) else { return false };
        text = &text[at + piece.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is;

    #[test]
    fn stars_stand_for_any_text() {
        for (text, value, matches) in [
            ("nginx", "nginx", true),
            ("Nginx", "nginx", true),
            ("nginx.conf", "nginx", false),
            ("nginx.conf", "nginx*", true),
            ("nginx.conf", "*.conf", true),
            ("nginx.conf", "n*x*conf", true),
            ("nginx.conf", "n*y*conf", false),
            ("ab", "ab*b", false),
            ("", "*", true),
        ] {
            assert_eq!(is(text, value), matches, "{text} {value}");
        }
    }
}
