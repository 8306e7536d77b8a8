//! What is known of the elements inside a service: their units, and which of them are texts. A path that is not here is
//! read by its looks, so that values of future agents show up too.

use crate::unit::Unit;

/// Elements of which a service has one for each of its tests: they are numbered from 0.
pub(crate) const REPEATED: [&str; 3] = ["icmp", "port", "unix"];

/// What a known element holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Text,
    Number(Unit),
}

use Content::{Number, Text};
use Unit::{
    BitsPerSecond, Bytes, BytesPerSecond, Days, Kilobytes, Megabytes, Milliseconds, None as Count, PerSecond, Percent,
    Seconds, UnixTime,
};

/// The path as a name that lives for ever, and what its element holds.
pub(crate) fn lookup(path: &[u8]) -> Option<(&'static str, Content)> {
    let mut slot = hash(path);
    loop {
        let (known, content) = SCHEMA.get(usize::from(TABLE[slot]))?;
        if known.as_bytes() == path {
            return Some((known, *content));
        }
        slot = (slot + 1) % SLOTS;
    }
}

/// Twice the paths and more, so that most are found at the first look: every value of every check-in is looked up.
const SLOTS: usize = 256;

/// Marks a slot that holds no path.
const EMPTY: u8 = u8::MAX;

/// Where in [`SCHEMA`] the path of this hash stands, or in one of the slots behind it.
static TABLE: [u8; SLOTS] = {
    assert!(SCHEMA.len() < SLOTS / 2);
    let mut table = [EMPTY; SLOTS];
    let mut index = 0;
    while index < SCHEMA.len() {
        let mut slot = hash(SCHEMA[index].0.as_bytes());
        while table[slot] != EMPTY {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = index as u8;
        index += 1;
    }
    table
};

/// FNV-1a, folded to a slot. Whoever makes up paths that collide costs himself at most a hundred comparisons.
const fn hash(path: &[u8]) -> usize {
    let mut hash: u32 = 0x811c_9dc5;
    let mut index = 0;
    while index < path.len() {
        hash = (hash ^ path[index] as u32).wrapping_mul(0x0100_0193);
        index += 1;
    }
    (hash ^ (hash >> 16)) as usize % SLOTS
}

/// Sorted by path.
const SCHEMA: &[(&str, Content)] = &[
    ("block.percent", Number(Percent)),
    ("block.total", Number(Megabytes)),
    ("block.usage", Number(Megabytes)),
    ("boottime", Number(UnixTime)),
    ("checksum", Text),
    ("children", Number(Count)),
    ("cpu.percent", Number(Percent)),
    ("cpu.percenttotal", Number(Percent)),
    ("euid", Number(Count)),
    ("filedescriptors.allocated", Number(Count)),
    ("filedescriptors.limit.hard", Number(Count)),
    ("filedescriptors.limit.soft", Number(Count)),
    ("filedescriptors.maximum", Number(Count)),
    ("filedescriptors.open", Number(Count)),
    ("filedescriptors.opentotal", Number(Count)),
    ("filedescriptors.unused", Number(Count)),
    ("flags", Number(Count)),
    ("fsflags", Text),
    ("fstype", Text),
    ("gid", Number(Count)),
    ("hardlink", Number(Count)),
    ("icmp.responsetime", Number(Seconds)),
    ("icmp.type", Text),
    ("inode.percent", Number(Percent)),
    ("inode.total", Number(Count)),
    ("inode.usage", Number(Count)),
    ("link.download.bytes.now", Number(BytesPerSecond)),
    ("link.download.bytes.total", Number(Bytes)),
    ("link.download.errors.now", Number(PerSecond)),
    ("link.download.errors.total", Number(Count)),
    ("link.download.packets.now", Number(PerSecond)),
    ("link.download.packets.total", Number(Count)),
    ("link.duplex", Number(Count)),
    ("link.speed", Number(BitsPerSecond)),
    ("link.state", Number(Count)),
    ("link.upload.bytes.now", Number(BytesPerSecond)),
    ("link.upload.bytes.total", Number(Bytes)),
    ("link.upload.errors.now", Number(PerSecond)),
    ("link.upload.errors.total", Number(Count)),
    ("link.upload.packets.now", Number(PerSecond)),
    ("link.upload.packets.total", Number(Count)),
    ("memory.kilobyte", Number(Kilobytes)),
    ("memory.kilobytetotal", Number(Kilobytes)),
    ("memory.percent", Number(Percent)),
    ("memory.percenttotal", Number(Percent)),
    // Octal digits: a number would lie.
    ("mode", Text),
    ("pid", Number(Count)),
    ("port.certificate.valid", Number(Days)),
    ("port.hostname", Text),
    ("port.portnumber", Number(Count)),
    ("port.protocol", Text),
    ("port.request", Text),
    ("port.responsetime", Number(Seconds)),
    ("port.type", Text),
    ("ppid", Number(Count)),
    ("program.output", Text),
    ("program.started", Number(UnixTime)),
    ("program.status", Number(Count)),
    ("read.bytes.count", Number(BytesPerSecond)),
    ("read.bytes.total", Number(Bytes)),
    ("read.bytesgeneric.count", Number(BytesPerSecond)),
    ("read.bytesgeneric.total", Number(Bytes)),
    ("read.operations.count", Number(PerSecond)),
    ("read.operations.total", Number(Count)),
    ("servicetime.read", Number(Milliseconds)),
    ("servicetime.run", Number(Milliseconds)),
    ("servicetime.wait", Number(Milliseconds)),
    ("servicetime.write", Number(Milliseconds)),
    ("size", Number(Bytes)),
    ("system.cpu.guest", Number(Percent)),
    ("system.cpu.guestnice", Number(Percent)),
    ("system.cpu.hardirq", Number(Percent)),
    ("system.cpu.nice", Number(Percent)),
    ("system.cpu.softirq", Number(Percent)),
    ("system.cpu.steal", Number(Percent)),
    ("system.cpu.system", Number(Percent)),
    ("system.cpu.user", Number(Percent)),
    ("system.cpu.wait", Number(Percent)),
    ("system.load.avg01", Number(Count)),
    ("system.load.avg05", Number(Count)),
    ("system.load.avg15", Number(Count)),
    ("system.memory.kilobyte", Number(Kilobytes)),
    ("system.memory.percent", Number(Percent)),
    ("system.paging.in", Number(Count)),
    ("system.paging.out", Number(Count)),
    ("system.swap.kilobyte", Number(Kilobytes)),
    ("system.swap.percent", Number(Percent)),
    ("threads", Number(Count)),
    ("timestamp", Number(UnixTime)),
    ("timestamps.access", Number(UnixTime)),
    ("timestamps.change", Number(UnixTime)),
    ("timestamps.modify", Number(UnixTime)),
    ("uid", Number(Count)),
    ("unix.path", Text),
    ("unix.protocol", Text),
    ("unix.responsetime", Number(Seconds)),
    ("uptime", Number(Seconds)),
    ("write.bytes.count", Number(BytesPerSecond)),
    ("write.bytes.total", Number(Bytes)),
    ("write.bytesgeneric.count", Number(BytesPerSecond)),
    ("write.bytesgeneric.total", Number(Bytes)),
    ("write.operations.count", Number(PerSecond)),
    ("write.operations.total", Number(Count)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_found_and_no_other() {
        for (path, content) in SCHEMA {
            assert_eq!(lookup(path.as_bytes()), Some((*path, *content)));
        }
        for unknown in ["", "cpu", "cpu.percen", "system.cpu", "gpu.load"] {
            assert_eq!(lookup(unknown.as_bytes()), None);
        }
    }
}
