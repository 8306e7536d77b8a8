//! One message in Telegram's HTML: a heading, Monit's words, links, one line of context.

use tocsin_connector::text::{shorten_utf16, tame};
use tocsin_connector::{Dialect, Notification, markup};

/// Telegram takes 4096 characters after it has read the markup, and counts as UTF-16 does. The four parts
/// together stay below it.
pub(crate) const TITLE_CHARS: usize = 256;
pub(crate) const TEXT_CHARS: usize = 2800;
/// With their markup, so that what is counted is less.
const LINKS_CHARS: usize = 2000;
const CONTEXT_CHARS: usize = 600;

/// Links stand in the text: Telegram refuses a message with a button to an address that it does not like,
/// such as one without a dot, and shows a link to one as plain words.
pub(crate) fn write(n: &Notification) -> String {
    let title = markup::html(&shorten_utf16(&tame(&n.marked_title()), TITLE_CHARS));
    let parts = [
        (Dialect::HTML.bold)(&title),
        markup::html(&shorten_utf16(tame(n.body()).trim(), TEXT_CHARS)),
        n.links_line(&Dialect::HTML, LINKS_CHARS),
        n.facts_line(&Dialect::HTML, CONTEXT_CHARS),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}
