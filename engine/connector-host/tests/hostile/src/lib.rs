//! A connector that misbehaves on purpose: each mode is one thing that a bad or broken one could do.
//!
//! A mode that comes back at all says in `detail` what it saw, so that a test can read what the
//! sandbox let through.

use std::hint::black_box;
use tocsin_connector::{
    self as sdk, Ability, Connector, Delivered, DeliveryError, Notification, Secret, http, kv, log,
};

#[derive(sdk::serde::Deserialize, sdk::schemars::JsonSchema)]
#[serde(crate = "sdk::serde")]
#[schemars(crate = "sdk::schemars")]
struct Settings {
    mode: String,
    /// What is granted.
    #[serde(default)]
    url: String,
    /// What is asked for, if it is something else.
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    secret: Option<Secret>,
}

struct Hostile;

impl Connector for Hostile {
    type Settings = Settings;
    const NAME: &'static str = "hostile";
    const TITLE: &'static str = "Hostile";
    const VERSION: &'static str = "0.1.0";
    const SUMMARY: &'static str = "Does what it should not";

    fn abilities() -> Vec<Ability> {
        vec![Ability::HttpFromSettings("/url".into()), Ability::Kv]
    }

    fn deliver(settings: &Settings, _: &Notification) -> Result<Delivered, DeliveryError> {
        let target = settings.target.as_ref().unwrap_or(&settings.url);
        let seen = match settings.mode.as_str() {
            "spin" => spin(),
            "memory" => eat_memory(),
            "memory-checked" => eat_memory_politely(),
            "stack" => format!("{}", recurse(1)),
            "panic" => panic!("on purpose"),
            "exit" => std::process::exit(3),
            "big-output" => "x".repeat(24 << 20),
            "long-output" => "x".repeat(200 << 10),
            "bad-utf8" => not_utf8(),
            "log-flood" => log_flood(),
            "stderr-flood" => stderr_flood(),
            "sleep" => sleep(),
            "environment" => environment(),
            "files" => files(),
            "sockets" => sockets(),
            "threads" => format!("{:?}", std::thread::Builder::new().spawn(|| ()).map(|_| ()).map_err(|e| e.kind())),
            "http" => match get(target, vec![]) {
                Ok(answer) => format!("answered {} with {} bytes", answer.status, answer.body.len()),
                Err(error) => format!("{error:?}"),
            },
            "http-header" => format!("{:?}", get(target, vec![("x-a".into(), "1\r\nx-b: 2".into())]).map(|_| ())),
            "http-host-header" => format!("{:?}", get(target, vec![("Host".into(), "intra".into())]).map(|_| ())),
            "http-many" => http_many(target),
            "kv-flood" => kv_flood(),
            "kv-count" => kv_count(),
            "tell-secret" => return tell(settings.secret.as_ref().map_or("", Secret::expose)),
            mode => format!("no such mode: {mode}"),
        };
        Ok(Delivered::said(seen))
    }
}

/// Leaves a sign first, so that a test knows when it spins.
fn spin() -> String {
    let _ = kv::set("spinning", b"yes", None);
    loop {
        black_box(0);
    }
}

fn eat_memory() -> String {
    let mut all: Vec<Vec<u8>> = Vec::new();
    loop {
        all.push(vec![1; 1 << 20]);
        black_box(&all);
    }
}

fn eat_memory_politely() -> String {
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
fn recurse(n: u64) -> u64 {
    if black_box(n) == 0 { 0 } else { recurse(black_box(n + 1)).rotate_left(3) ^ n }
}

fn not_utf8() -> String {
    // SAFETY: none, and that is the point: the host has to notice.
    unsafe { String::from_utf8_unchecked(vec![0xff; 8]) }
}

fn log_flood() -> String {
    let line = "y".repeat(1 << 10);
    for _ in 0..500 {
        log::info(&line);
    }
    "flooded".into()
}

fn stderr_flood() -> String {
    let line = "z".repeat(1 << 16);
    for _ in 0..20 {
        eprint!("{line}");
    }
    "flooded".into()
}

fn sleep() -> String {
    std::thread::sleep(std::time::Duration::from_secs(3600));
    "slept".into()
}

fn environment() -> String {
    format!("{} variables, {} arguments", std::env::vars().count(), std::env::args().count())
}

fn files() -> String {
    let read = std::fs::read_to_string("/etc/passwd").is_ok();
    let listed = std::fs::read_dir("/").is_ok();
    let written = std::fs::write("x", b"y").is_ok();
    format!("read {read}, listed {listed}, written {written}")
}

fn sockets() -> String {
    let tcp = std::net::TcpStream::connect("127.0.0.1:22").is_ok();
    let udp = std::net::UdpSocket::bind("0.0.0.0:0").is_ok();
    let names = std::net::ToSocketAddrs::to_socket_addrs("localhost:80").is_ok();
    format!("tcp {tcp}, udp {udp}, names {names}")
}

fn get(url: &str, headers: Vec<(String, String)>) -> Result<http::Response, http::Error> {
    let method = "GET".into();
    http::send(&http::Request { method, url: url.into(), headers, body: vec![], timeout_ms: Some(600_000) })
}

fn http_many(url: &str) -> String {
    let mut count = 0;
    loop {
        match get(url, vec![]) {
            Ok(_) => count += 1,
            Err(error) => return format!("{count} then {error:?}"),
        }
    }
}

fn kv_flood() -> String {
    let mut count = 0;
    loop {
        match kv::set(&format!("k{count}"), &[7; 4096], None) {
            Ok(()) => count += 1,
            Err(error) => return format!("{count} then {error:?}"),
        }
    }
}

fn kv_count() -> String {
    let before = kv::get("count").ok().flatten().map_or(0, |bytes| bytes.len());
    match kv::set("count", &vec![0; before + 1], None) {
        Ok(()) => format!("call {}", before + 1),
        Err(error) => format!("{error:?}"),
    }
}

fn tell(secret: &str) -> Result<Delivered, DeliveryError> {
    log::warning(format!("the key is {secret}"));
    Err(sdk::permanent(format!("not with {secret}")))
}

sdk::export!(Hostile);
