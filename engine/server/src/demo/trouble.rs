//! What goes wrong in the virtual fleet, as a pure function of the host, the service and the agent's cycle.

use super::fleet::{Host, Role};

/// Bits of a service's status, Monit's numbers.
pub const CHECKSUM: u32 = 0x1;
pub const RESOURCE: u32 = 0x2;
pub const TIMESTAMP: u32 = 0x8;
pub const CONNECTION: u32 = 0x20;
pub const NONEXIST: u32 = 0x200;
pub const STATUS: u32 = 0x20_0000;
pub const LINK: u32 = 0x80_0000;

/// A flapping service is bad for so many cycles, then good for as many.
const FLAP: u64 = 6;
/// The host that falls silent does so after this cycle.
pub const SILENT_AFTER: u64 = 4;
/// How often a configuration file is changed.
const EDIT_EVERY: u64 = 40;

/// One condition that fails, or a thing that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub bit: u32,
    /// Changed, not failed: there is no recovery.
    pub changed: bool,
    pub message: &'static str,
    /// What the agent says when it is over.
    pub over: &'static str,
}

/// What is wrong with a service in this cycle.
pub fn of(host: &Host, service: &str, cycle: u64) -> Option<Trouble> {
    let failed = |bit, message, over| Some(Trouble { bit, changed: false, message, over });
    match (host.role, host.nth, service) {
        (Role::Web, 1, "nginx") => failed(NONEXIST, "process is not running", "process is running with pid 4177"),
        (Role::Web, 1, "inbound-gateway") => failed(
            CONNECTION,
            "failed protocol test [HTTP] at [www.example.net]:443 [TCP/IP TLS] -- Connection refused",
            "connection succeeded to [www.example.net]:443 [TCP/IP TLS]",
        ),
        (Role::Web, 2, "inbound-gateway") => failed(
            TIMESTAMP,
            "certificate expiry in 6 days matches check limit [valid > 14 days]",
            "certificate valid days test succeeded [valid for 89 days]",
        ),
        (Role::Database, 1, "data") => failed(
            RESOURCE,
            "space usage 94.1% matches resource limit [space usage > 90.0%]",
            "space usage check succeeded [current space usage = 71.3%]",
        ),
        (Role::Database, 2, "backup") => failed(
            STATUS,
            "status failed (1) -- pg_basebackup: error: could not connect to server: Connection refused",
            "status succeeded (0) -- last backup finished",
        ),
        (Role::Mail, 1, "mail queue") => failed(
            STATUS,
            "status failed (2) -- 1387 messages in the queue, 912 deferred",
            "status succeeded (0) -- 9 messages",
        ),
        (Role::Cache, 1, "redis") if cycle / FLAP % 2 == 1 => failed(
            CONNECTION,
            "failed protocol test [REDIS] at [localhost]:6379 [TCP/IP] -- Resource temporarily unavailable",
            "connection succeeded to [localhost]:6379 [TCP/IP]",
        ),
        (Role::Cache, 2, "system") => failed(
            RESOURCE,
            "loadavg (5min) of 17.4 matches resource limit [loadavg (5min) > 8.0]",
            "loadavg (5min) check succeeded",
        ),
        (Role::Mail, 2, "eth0") => failed(LINK, "link down", "link up"),
        // The fifth of each role is for trying things out: its group is told nothing.
        (Role::Web, 5, "shop") => failed(NONEXIST, "process is not running", "process is running with pid 977"),
        (Role::Database, 1, "postgresql.conf") if cycle % EDIT_EVERY == EDIT_EVERY - 1 => Some(Trouble {
            bit: CHECKSUM,
            changed: true,
            message: "checksum changed for /etc/postgresql/postgresql.conf",
            over: "",
        }),
        _ => None,
    }
}

/// Whether the host says nothing (any more) in this cycle.
pub fn is_silent(host: &Host, cycle: u64) -> bool {
    (host.role, host.nth) == (Role::Web, 3) && cycle > SILENT_AFTER
}
