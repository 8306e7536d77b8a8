//! The file by which a test lays down who may report, who is told, and how often.

use std::fmt::Write;

use super::relay::Relay;
use super::sink::Sink;

/// The account of all agents in these tests.
pub const CREDENTIALS: &str = "agent:pw";
/// Never called a host down earlier than this: short, so that tests need not wait for a minute.
pub const FLOOR_SECONDS: u64 = 10;

/// A provision file under way.
#[derive(Clone)]
pub struct Provision {
    text: String,
}

impl Provision {
    /// Agents may report, and every host is approved.
    pub fn new() -> Provision {
        Provision::without_approval().and("[[approval]]\nhost = \"*\"\n")
    }

    /// Agents may report, and every host waits for approval.
    pub fn without_approval() -> Provision {
        let (user, password) = CREDENTIALS.split_once(':').expect("a name and a password");
        let text = format!("[settings]\ndeadline_floor = \"{FLOOR_SECONDS}s\"\n");
        Provision { text }.and(&format!("[[agent_account]]\nname = \"{user}\"\npassword = \"{password}\"\n"))
    }

    /// Adds text of the file's own form.
    pub fn and(mut self, text: &str) -> Provision {
        self.text.push('\n');
        self.text.push_str(text);
        self
    }

    /// A receiver of the same name as its place at the sink.
    pub fn hook(self, name: &str, sink: &Sink) -> Provision {
        let url = sink.url(name);
        self.and(&format!(
            "[[receiver]]\nname = \"{name}\"\nconnector = \"webhook\"\nprivate_network = true\n\
             settings = {{ url = \"{url}\" }}\n"
        ))
    }

    /// A receiver that gets mail through this relay.
    pub fn mail(self, name: &str, relay: &Relay) -> Provision {
        let port = relay.port;
        self.and(&format!(
            "[[receiver]]\nname = \"{name}\"\nconnector = \"email\"\nprivate_network = true\n\
             [receiver.settings]\nfrom = \"Tocsin <tocsin@example.org>\"\nto = [\"{name}@example.org\"]\n\
             relay = {{ host = \"127.0.0.1\", port = {port}, security = \"none\" }}\n"
        ))
    }

    /// The default policy: one rule with these receivers.
    pub fn tell(self, receivers: &[&str], every: &str) -> Provision {
        self.and(&format!(
            "[[policy]]\ndefault = true\n[[policy.rule]]\nreceivers = {receivers:?}\nevery = \"{every}\"\n"
        ))
    }

    /// A further rule of the policy that was named last.
    pub fn rule(mut self, receivers: &[&str], words: &str) -> Provision {
        let _ = write!(self.text, "\n[[policy.rule]]\nreceivers = {receivers:?}\n{words}\n");
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}
