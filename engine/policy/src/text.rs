//! What an alert says: the agent's words where an event brought them, ours for bits that came without one.

/// Longer texts are cut: program output can be megabytes, and the whole of it is in the history.
const MAX_MESSAGE: usize = 2_000;

/// What each bit of a status means, by Monit's numbers.
const BITS: [(u32, &str); 29] = [
    (0x1, "checksum is wrong"),
    (0x2, "a resource limit is exceeded"),
    (0x4, "was restarted too often"),
    (0x8, "timestamp or certificate is out of bounds"),
    (0x10, "size is out of bounds"),
    (0x20, "connection failed"),
    (0x40, "permission is wrong"),
    (0x80, "user id is wrong"),
    (0x100, "group id is wrong"),
    (0x200, "does not exist or is not running"),
    (0x400, "is of the wrong kind"),
    (0x800, "cannot be read"),
    (0x1000, "start or stop program failed"),
    (0x2000, "filesystem flags are wrong"),
    (0x4000, "ping failed"),
    (0x8000, "content matched"),
    (0x4_0000, "process id is wrong"),
    (0x8_0000, "parent process id is wrong"),
    (0x10_0000, "heartbeat is missing"),
    (0x20_0000, "program status is wrong"),
    (0x40_0000, "uptime is out of bounds"),
    (0x80_0000, "network link is down or has errors"),
    (0x100_0000, "link speed or response time is out of bounds"),
    (0x200_0000, "network link is saturated"),
    (0x400_0000, "download rate is out of bounds"),
    (0x800_0000, "upload rate is out of bounds"),
    (0x1000_0000, "download packet rate is out of bounds"),
    (0x2000_0000, "upload packet rate is out of bounds"),
    (0x4000_0000, "exists although it must not"),
];

/// One line for each bit.
pub(crate) fn words(bits: u32) -> String {
    let known = BITS.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, words)| *words);
    let lines: Vec<&str> = known.collect();
    if lines.is_empty() { format!("failed with the unknown error {bits}") } else { lines.join("\n") }
}

/// The agent's message as an alert keeps it.
pub(crate) fn of_event(message: &str) -> String {
    cut(message.trim()).to_owned()
}

/// As much as an alert keeps.
pub(crate) fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_MESSAGE)]
}
