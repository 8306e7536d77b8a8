//! The signed links of a notification: made for those who get the message, hidden from those who read it later.

use tocsin_policy::AlertId;

use super::Content;
use crate::link::Deed;
use crate::secret::Keys;

/// Stands in for a signed link where people read later what was sent.
const HIDDEN: &str = "(a signed link)";

impl Content {
    /// Makes the signed links, for the deliverer and nobody else: who holds them needs no login.
    pub fn sign(&mut self, keys: &Keys) {
        let (Some(seed), Some(alert)) = (&self.link, self.alert.map(AlertId)) else { return };
        let link = |is_there: bool, deed| is_there.then(|| seed.url(keys, deed, alert));
        let [acknowledges, silences] = self.links();
        self.acknowledge_url = link(acknowledges, Deed::Acknowledge);
        self.silence_url = link(silences, Deed::Silence);
    }

    /// The same with a word in place of each signed link, for those who read later what was sent.
    pub fn with_links_hidden(&self) -> Content {
        let mut hidden = self.clone();
        let word = |is_there: bool| is_there.then(|| HIDDEN.to_owned());
        let [acknowledges, silences] = self.links();
        (hidden.acknowledge_url, hidden.silence_url) = (word(acknowledges), word(silences));
        hidden
    }

    /// Whether it has a link to acknowledge, and one to silence.
    fn links(&self) -> [bool; 2] {
        let any = self.link.is_some() && self.alert.is_some();
        // A change is over when it is told, and what is taken over already need not be.
        [any && self.kind != "change" && self.kind != "acknowledged", any]
    }
}
