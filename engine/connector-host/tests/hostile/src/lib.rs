//! A connector that misbehaves on purpose: each mode is one thing that a bad or broken one could do.
//!
//! A mode that comes back at all says in `detail` what it saw, so that a test can read what the
//! sandbox let through.

mod appetite;
mod handles;
mod network;
mod store;
mod surroundings;

use tocsin_connector::{
    self as sdk, Ability, Connector, Delivered, DeliveryError, FieldError, Notification, Secret, log,
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
    /// Where something is hidden in a request.
    #[serde(default)]
    into: Option<String>,
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

    fn validate(settings: &Settings) -> Result<(), Vec<FieldError>> {
        if settings.mode == "spin-in-the-form" {
            appetite::spin();
        }
        Ok(())
    }

    fn deliver(settings: &Settings, _: &Notification) -> Result<Delivered, DeliveryError> {
        let target = settings.target.as_ref().unwrap_or(&settings.url);
        let seen = match settings.mode.as_str() {
            "spin" => appetite::spin(),
            "memory" => appetite::eat_memory(),
            "memory-checked" => appetite::eat_memory_politely(),
            "stack" => format!("{}", appetite::recurse(1)),
            "frames" => format!("{}", appetite::recurse_with_frames(1)),
            "log-flood" => appetite::log_flood(),
            "log-without-end" => appetite::log_without_end(),
            "stderr-flood" => appetite::stderr_flood(),
            "stderr-without-end" => appetite::stderr_without_end(),
            "sleep" => appetite::sleep(),
            "handles" => handles::hoard(),
            "polls" => handles::poll_without_end(),
            "long-poll" => handles::poll_for_very_many(),
            "panic" => panic!("on purpose"),
            "exit" => std::process::exit(3),
            "big-output" => "x".repeat(24 << 20),
            "long-output" => "x".repeat(200 << 10),
            "bad-utf8" => not_utf8(),
            "environment" => surroundings::environment(),
            "files" => surroundings::files(),
            "sockets" => surroundings::sockets(),
            "threads" => surroundings::threads(),
            "clock" => surroundings::clock(),
            "http" => network::once(target),
            "http-follow" => network::follow(target),
            "http-inject" => network::inject(settings.into.as_deref().unwrap_or_default(), target),
            "http-large-body" => network::large_body(target),
            "http-many-headers" => network::many_headers(target),
            "http-many" => network::many(target),
            "mail" => network::mail(),
            "kv-flood" => store::flood(),
            "kv-count" => store::count_calls(),
            "kv-calls" => store::ask_without_end(),
            "kv-oversize" => store::oversize(),
            "tell-secret" => return tell(settings.secret.as_ref().map_or("", Secret::expose)),
            mode => format!("no such mode: {mode}"),
        };
        Ok(Delivered::said(seen))
    }
}

fn not_utf8() -> String {
    // SAFETY: none, and that is the point: the host has to notice.
    unsafe { String::from_utf8_unchecked(vec![0xff; 8]) }
}

fn tell(secret: &str) -> Result<Delivered, DeliveryError> {
    log::warning(format!("the key is {secret}"));
    Err(sdk::permanent(format!("not with {secret}")))
}

sdk::export!(Hostile);
