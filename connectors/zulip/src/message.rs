//! What stands in the topic. Zulip's Markdown has no escapes, but code stands for itself: all that comes from
//! outside is code, in a line or a block, and so mentions nobody, formats nothing and links nowhere.

use tocsin_connector::text::{joined, shorten, tame};
use tocsin_connector::{Kind, Notification, markup};

/// What is longer is cut by Zulip, at the end.
const TOPIC_CHARS: usize = 60;
/// 10 000 are taken for all: so much for the title, the text and what is around them.
pub(crate) const TITLE_CHARS: usize = 500;
pub(crate) const TEXT_CHARS: usize = 6_000;
/// One line each for links and for facts; more would push the text away.
const LINE_CHARS: usize = 1_500;
const PART_CHARS: usize = 100;
/// Labels beyond these would bury the rest of the line.
const SHOWN_LABELS: usize = 10;
const SEPARATOR: &str = " · ";

/// The service and its host: what is said of an alert stands together, and what happened to the same service
/// before stands above it. Names do not change as an alert goes on, so no handle is needed to find it.
pub(crate) fn topic(n: &Notification) -> String {
    let of = |name: &str| tocsin_connector::text::one_line(&tame(name));
    let topic = match (n.kind, n.is_bundle(), &n.service) {
        (Kind::Test, ..) => "tocsin".into(),
        (_, true, _) => "several alerts".into(),
        (_, _, Some(service)) => format!("{} {}", of(&n.host.name), of(service)),
        (_, _, None) => of(&n.host.name),
    };
    shorten(&topic, TOPIC_CHARS)
}

pub(crate) fn write(n: &Notification) -> String {
    let title = code(&n.title, TITLE_CHARS);
    let text = markup::code_block(&shorten(tame(n.body()).trim(), TEXT_CHARS));
    let mut parts = vec![format!("{} {title}", n.kind.mark()), text];
    let links = joined(n.links().into_iter().map(link), SEPARATOR, LINE_CHARS);
    let facts = n.facts().into_iter().map(|(name, value)| format!("{name} {}", code(&value, PART_CHARS)));
    let labels = n.host_labels().iter().take(SHOWN_LABELS);
    let labels = labels.map(|label| code(&format!("{}={}", label.name, label.value), PART_CHARS));
    let facts = joined(facts.chain(labels), SEPARATOR, LINE_CHARS);
    parts.extend([links, facts].into_iter().filter(|part| !part.is_empty()));
    parts.join("\n\n")
}

fn code(text: &str, chars: usize) -> String {
    markup::code(&shorten(&tame(text), chars))
}

/// A bracket would end the address.
fn link((words, url): (&str, &str)) -> String {
    format!("[{words}]({})", url.replace('(', "%28").replace(')', "%29"))
}
