//! Waiting for a state, with a limit; never for a while.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// Between two looks.
const REST: Duration = Duration::from_millis(25);
/// For what happens at once, on a busy machine.
const SOON: Duration = Duration::from_secs(20);
/// Ports for these tests: below those that the system gives to outgoing connections, so that a port that is free stays
/// free until its program has started.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 12_000;

/// What `look` finds, soon.
///
/// # Panics
/// When it is not there in time; `what` says what was waited for.
pub fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    patiently(SOON, what, look)
}

/// The same with a limit of its own, for what takes its time by design.
pub fn patiently<T>(limit: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < limit, "waited {limit:?} in vain: {what}");
        std::thread::sleep(REST);
    }
}

/// A port on this machine that nobody uses, given out once in this run.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Runs at the same time begin at different places.
    let offset = (std::process::id() % u32::from(PORTS)) as u16;
    (0..PORTS)
        .map(|_| FIRST_PORT + (offset + NEXT.fetch_add(1, Ordering::Relaxed)) % PORTS)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port on the loopback interface")
}
