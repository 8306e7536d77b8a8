//! Time, memory and stack without end, and floods of words.

use std::hint::black_box;
use tocsin_connector::{kv, log};

/// Leaves a sign first, so that a test knows when it spins.
pub fn spin() -> String {
    let _ = kv::set("spinning", b"yes", None);
    loop {
        black_box(0);
    }
}

pub fn eat_memory() -> String {
    let mut all: Vec<Vec<u8>> = Vec::new();
    loop {
        all.push(vec![1; 1 << 20]);
        black_box(&all);
    }
}

pub fn eat_memory_politely() -> String {
    let mut mebibytes = 0;
    loop {
        let mut more: Vec<u8> = Vec::new();
        if more.try_reserve_exact(1 << 20).is_err() {
            return format!("refused after {mebibytes} MiB");
        }
        std::mem::forget(more);
        mebibytes += 1;
    }
}

/// Small frames: the native stack ends before the one in linear memory does.
#[inline(never)]
pub fn recurse(n: u64) -> u64 {
    if black_box(n) == 0 { 0 } else { recurse(black_box(n + 1)).rotate_left(3) ^ n }
}

/// Large frames: Rust keeps them in linear memory, where its own stack ends first.
#[inline(never)]
pub fn recurse_with_frames(n: u64) -> u64 {
    let frame = black_box([n; 1_000]);
    if black_box(n) == 0 { 0 } else { recurse_with_frames(black_box(n + 1)) ^ frame[999] }
}

pub fn log_flood() -> String {
    let line = "y".repeat(1 << 10);
    for _ in 0..500 {
        log::info(&line);
    }
    "flooded".into()
}

pub fn stderr_flood() -> String {
    let line = "z".repeat(1 << 16);
    for _ in 0..20 {
        eprint!("{line}");
    }
    "flooded".into()
}

pub fn log_without_end() -> String {
    let line = "y".repeat(1 << 16);
    loop {
        log::info(&line);
    }
}

pub fn stderr_without_end() -> String {
    let line = "z".repeat(1 << 16);
    loop {
        eprint!("{line}");
    }
}

pub fn sleep() -> String {
    std::thread::sleep(std::time::Duration::from_secs(3600));
    "slept".into()
}
