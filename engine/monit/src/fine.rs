//! The finer kinds of trouble that agents from 6.1 on name beside the old bit.

/// What the finer number means that agents from 6.1 on write beside the bit (`<id type="N">`): which of the tests
/// that share a bit it was. `None` for numbers that are not known.
pub fn fine_label(number: u32) -> Option<&'static str> {
    FINE.get(usize::try_from(number).ok()?.checked_sub(1)?).copied()
}

const FINE: [&str; 67] = [
    "requested action",
    "checksum",
    "connection",
    "content match",
    "no usable data",
    "start, stop or restart program",
    "exists but must not",
    "mount flags",
    "group",
    "no check-in",
    "ping",
    "Monit itself",
    "wrong kind of object",
    "missing or not running",
    "permission",
    "process id",
    "parent process id",
    "file size",
    "too many restarts",
    "owner",
    "uptime",
    "download bytes",
    "upload bytes",
    "download packets",
    "upload packets",
    "cpu",
    "cpu with children",
    "memory",
    "memory with children",
    "swap",
    "load over 1 minute",
    "load over 5 minutes",
    "load over 15 minutes",
    "threads",
    "children",
    "open files",
    "open files with children",
    "bytes read",
    "read operations",
    "bytes written",
    "write operations",
    "service time",
    "space",
    "inodes",
    "hard links",
    "pages in",
    "pages out",
    "timestamp",
    "access time",
    "change time",
    "modification time",
    "certificate expiry",
    "network link",
    "link errors, incoming",
    "link errors, outgoing",
    "response time",
    "link speed",
    "link duplex",
    "link saturation",
    "link saturation, incoming",
    "link saturation, outgoing",
    "effective owner",
    "program output",
    "program status",
    "program could not be run",
    "zombie process",
    "security attribute",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_fine_list_are_known() {
        assert_eq!(fine_label(1), Some("requested action"));
        assert_eq!(fine_label(43), Some("space"));
        assert_eq!(fine_label(52), Some("certificate expiry"));
        assert_eq!(fine_label(67), Some("security attribute"));
        assert_eq!((fine_label(0), fine_label(68)), (None, None));
    }
}
