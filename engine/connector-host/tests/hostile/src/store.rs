//! The store beyond its limits.

use tocsin_connector::kv;

pub fn flood() -> String {
    let mut count = 0;
    loop {
        match kv::set(&format!("k{count}"), &[7; 4096], None) {
            Ok(()) => count += 1,
            Err(error) => return format!("{count} then {error:?}"),
        }
    }
}

pub fn count_calls() -> String {
    let before = kv::get("count").ok().flatten().map_or(0, |bytes| bytes.len());
    match kv::set("count", &vec![0; before + 1], None) {
        Ok(()) => format!("call {}", before + 1),
        Err(error) => format!("{error:?}"),
    }
}

/// Calls until it is refused one.
pub fn ask_without_end() -> String {
    let mut count = 0;
    loop {
        match kv::get("x") {
            Ok(_) => count += 1,
            Err(error) => return format!("{count} then {error:?}"),
        }
    }
}

/// Too long a key, too large a value, no key.
pub fn oversize() -> String {
    let results =
        [kv::set(&"k".repeat(10_000), b"x", None), kv::set("k", &vec![7; 1 << 20], None), kv::set("", b"x", None)];
    format!("{results:?}")
}
