//! The kinds of trouble Monit knows. Each is one bit: an event names one, a service's status holds those now in error.

/// Bits that several tests of one service share: limits of any resource, times of files and of certificates,
/// connections to any port, speeds and response times.
///
/// Before version 6.0 such a bit is not trustworthy when it clears: if two tests of a service fail and one recovers, the
/// agent reports success and clears the bit, although the other test still fails; the bit comes back a cycle later
/// without an event. A later check of the service must confirm that it is clear.
pub const SHARED_BITS: u32 =
    EventId::RESOURCE.bits() | EventId::TIMESTAMP.bits() | EventId::CONNECTION.bits() | EventId::SPEED.bits();

/// What an event is about: one bit of the agent's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(u32);

impl EventId {
    /// Any limit: load, memory, space, threads, rates.
    pub const RESOURCE: EventId = EventId(1 << 1);
    /// A file's time, or the days a certificate is still valid.
    pub const TIMESTAMP: EventId = EventId(1 << 3);
    /// A port, URL or socket.
    pub const CONNECTION: EventId = EventId(1 << 5);
    /// The process does not run, the file is not there.
    pub const NONEXIST: EventId = EventId(1 << 9);
    /// The content of a file or of a program's output matched.
    pub const CONTENT: EventId = EventId(1 << 15);
    /// The agent itself started, reloaded or stopped. Never a status bit.
    pub const INSTANCE: EventId = EventId(1 << 16);
    /// A requested action ended. Never a status bit.
    pub const ACTION: EventId = EventId(1 << 17);
    /// The agent is silent. Agents never send it; it is kept for what a collector finds itself.
    pub const HEARTBEAT: EventId = EventId(1 << 20);
    /// A program's exit status.
    pub const STATUS: EventId = EventId(1 << 21);
    /// A network link's speed, or a response time.
    pub const SPEED: EventId = EventId(1 << 24);

    /// An id as the agent wrote it. Agents write exactly one bit; what else arrives keeps its number and has no name.
    pub const fn new(bits: u32) -> Self {
        EventId(bits)
    }

    /// The number on the wire.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Monit's own short word, such as `nonexist`; `unknown` when the id is not exactly one known bit.
    pub fn name(self) -> &'static str {
        self.words().map_or("unknown", |(name, _)| name)
    }

    /// A few words for people, such as "missing or not running".
    pub fn label(self) -> &'static str {
        self.words().map_or("unknown kind of event", |(_, label)| label)
    }

    fn words(self) -> Option<(&'static str, &'static str)> {
        if !self.0.is_power_of_two() {
            return None;
        }
        WORDS.get(usize::try_from(self.0.trailing_zeros()).ok()?).copied()
    }
}

/// The names of all bits that are set, lowest bit first; unknown bits have no name and are left out.
pub fn event_names(bits: u32) -> impl Iterator<Item = &'static str> {
    words(bits).map(|(name, _)| name)
}

/// Like [`event_names`], in words for people.
pub fn event_labels(bits: u32) -> impl Iterator<Item = &'static str> {
    words(bits).map(|(_, label)| label)
}

fn words(bits: u32) -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.iter().enumerate().filter(move |(bit, _)| bits & (1 << bit) != 0).map(|(_, words)| *words)
}

/// Name and label of each bit, in the order of the bits.
const WORDS: [(&str, &str); 31] = [
    ("checksum", "checksum"),
    ("resource", "resource limit"),
    ("timeout", "too many restarts"),
    ("timestamp", "timestamp or certificate expiry"),
    ("size", "file size"),
    ("connection", "connection"),
    ("permission", "permission"),
    ("uid", "owner"),
    ("gid", "group"),
    ("nonexist", "missing or not running"),
    ("invalid", "wrong kind of object"),
    ("data", "no usable data (zombie process, unreadable file)"),
    ("exec", "start, stop or restart program failed"),
    ("fsflags", "mount flags"),
    ("icmp", "ping"),
    ("content", "content match"),
    ("instance", "Monit itself"),
    ("action", "requested action"),
    ("pid", "process id"),
    ("ppid", "parent process id"),
    ("heartbeat", "no check-in"),
    ("status", "program status"),
    ("uptime", "uptime"),
    ("link", "network link"),
    ("speed", "link speed or response time"),
    ("saturation", "link saturation"),
    ("bytein", "download bytes"),
    ("byteout", "upload bytes"),
    ("packetin", "download packets"),
    ("packetout", "upload packets"),
    ("exist", "exists but must not"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_named_bit_by_bit() {
        assert_eq!(event_names(512 + 2).collect::<Vec<_>>(), ["resource", "nonexist"]);
        assert_eq!(event_names(0).count(), 0);
        assert_eq!(event_names(u32::MAX).count(), 31);
        assert_eq!(event_labels(0x4000_0000).collect::<Vec<_>>(), ["exists but must not"]);
    }

    #[test]
    fn an_id_that_is_not_one_known_bit_is_unknown() {
        assert_eq!(EventId::new(0x8000).name(), "content");
        assert_eq!(EventId::new(0).name(), "unknown");
        assert_eq!(EventId::new(3).name(), "unknown");
        assert_eq!(EventId::new(1 << 31).name(), "unknown");
    }
}
