//! Good deliveries beside 64 that misbehave, against the same ones alone.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;

use crate::calls::{Host, call};
use crate::sinks::FarSide;
use crate::{ROUNDS, at, micros};

const CROWD: usize = 64;
/// What they do: most of all that what costs most.
const MODES: [&str; 8] = ["spin", "spin", "spin", "memory", "stack", "log-without-end", "http-many", "kv-flood"];
/// After each end its next attempt comes later. The engine waits 30 s.
const PAUSE: Duration = Duration::from_secs(1);

/// Good deliveries come in their own time, whether the one before is through or not.
const EVERY: Duration = Duration::from_millis(5);
const GOOD: u32 = 400;

pub async fn figures(far: &FarSide) {
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // A host for each round: its end is the end of the crowd.
        let host = Host::start(far).await;
        alone.extend(paced(&host).await);
        let mut crowd = begin(&host, far);
        beside.extend(paced(&host).await);
        crowd.shutdown().await;
    }
    for percent in [50, 99] {
        let (alone, beside) = (at(&alone, percent), at(&beside, percent));
        println!(
            "{percent} of 100 posts within {:.0} µs alone and {:.0} µs beside {CROWD} hostile deliveries: {:.1} times{}",
            micros(alone),
            micros(beside),
            beside.as_secs_f64() / alone.as_secs_f64(),
            if percent == 99 { " (goal: at most 5)" } else { "" }
        );
    }
}

/// How long each took from the moment at which it was due.
async fn paced(host: &Host) -> Vec<Duration> {
    let began = Instant::now();
    let mut times = Vec::new();
    for number in 0..GOOD {
        let mut due = began + EVERY * number;
        if Instant::now() < due {
            tokio::time::sleep_until(due.into()).await;
            // What the timer is late is not the host's.
            due = Instant::now();
        }
        host.webhook.deliver(&host.host).await;
        times.push(due.elapsed());
    }
    times
}

fn begin(host: &Host, far: &FarSide) -> JoinSet<()> {
    let mut crowd = JoinSet::new();
    for number in 0..CROWD {
        let settings = json!({"mode": MODES[number % MODES.len()], "url": format!("http://127.0.0.1:{}/", far.http)});
        let (host, hostile) = (host.host.clone(), host.hostile.clone());
        crowd.spawn(async move {
            loop {
                host.deliver(&hostile, call(&hostile, settings.clone())).await;
                tokio::time::sleep(PAUSE).await;
            }
        });
    }
    crowd
}
