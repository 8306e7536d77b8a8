//! Things of WASI that the host keeps on its side: taken by the thousand, and asked for all at once.

wit_bindgen::generate!({
    inline: "
        package hostile:floods;
        world floods {
            import wasi:clocks/monotonic-clock@0.2.0;
            import wasi:io/poll@0.2.0;
        }
        package wasi:io@0.2.0 {
            interface poll {
                resource pollable {
                    ready: func() -> bool;
                    block: func();
                }
                poll: func(in: list<borrow<pollable>>) -> list<u32>;
            }
        }
        package wasi:clocks@0.2.0 {
            interface monotonic-clock {
                use wasi:io/poll@0.2.0.{pollable};
                type instant = u64;
                type duration = u64;
                now: func() -> instant;
                resolution: func() -> duration;
                subscribe-instant: func(when: instant) -> pollable;
                subscribe-duration: func(when: duration) -> pollable;
            }
        }
    ",
    generate_all,
});

use wasi::clocks::monotonic_clock::subscribe_duration;
use wasi::io::poll::poll;

/// An hour, in nanoseconds.
const LONG: u64 = 3_600_000_000_000;

/// Takes one after the other and gives none back.
pub fn hoard() -> String {
    loop {
        std::mem::forget(subscribe_duration(LONG));
    }
}

/// Asks the host again and again to look at very many of them, each of which is ready.
pub fn poll_without_end() -> String {
    let ready = subscribe_duration(0);
    let all = vec![&ready; 10_000];
    loop {
        poll(&all);
    }
}

/// Asks once, for more than could ever be there.
pub fn poll_for_very_many() -> String {
    let ready = subscribe_duration(0);
    format!("{} are ready", poll(&vec![&ready; 1 << 20]).len())
}
