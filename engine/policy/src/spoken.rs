//! What agents said about the conditions of failing services, so that the text of an alert follows them: a condition
//! that is told again replaces its words, one that is over takes them with it (N3).
//!
//! An agent tells a condition once, often while the service is still initializing and counts as nothing; so its words
//! are kept from the event on, and not from the alert on. They need not be stored: after a restart of the engine the
//! text that the alert has is kept until all of its conditions are over.

use crate::{Service, text};

/// Words kept of one service; further conditions push out the oldest. The message would be cut beyond that.
const MAX_CONDITIONS: usize = 8;

/// What an agent said about conditions of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    pub service: Box<str>,
    /// The bits it was about: one, or all of an alert whose text came from the store.
    pub bits: u32,
    pub text: String,
}

/// Keeps the words of an event, the newest first.
pub(crate) fn remember(spoken: &mut Vec<Spoken>, service: &str, bits: u32, text: String) {
    let same = |known: &Spoken| &*known.service == service && known.bits == bits && is_retold(&known.text, &text);
    spoken.retain(|known| !same(known));
    spoken.insert(0, Spoken { service: service.into(), bits, text });
    let mut of_this_service = 0;
    spoken.retain(|known| {
        of_this_service += usize::from(&*known.service == service);
        &*known.service != service || of_this_service <= MAX_CONDITIONS
    });
}

/// Drops what is said about conditions that are over.
pub(crate) fn forget(spoken: &mut Vec<Spoken>, service: &str, still: u32) {
    spoken.retain(|known| &*known.service != service || known.bits & still != 0);
}

/// The text of an alert: the agent's words, the newest first, and ours for conditions that came without an event.
pub(crate) fn compose(spoken: &[Spoken], service: &Service) -> String {
    let said: Vec<&Spoken> =
        spoken.iter().filter(|known| known.service == service.name && known.bits & service.alerting != 0).collect();
    let mute = said.iter().fold(service.alerting, |mute, known| mute & !known.bits);
    let mut lines: Vec<String> = said.iter().map(|known| known.text.clone()).collect();
    if mute != 0 || lines.is_empty() {
        lines.push(text::words(mute));
    }
    text::cut(&lines.join("\n")).to_owned()
}

/// The same test tells its condition with other numbers: "cpu usage of 48% …" and "cpu usage of 52% …".
fn is_retold(before: &str, now: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
    letters(before) == letters(now)
}
