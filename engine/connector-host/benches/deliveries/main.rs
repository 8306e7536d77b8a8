//! What the sandbox costs, side by side in one run: deliveries by connectors that ship with tocsin against the same
//! exchanges without it, and what good ones notice of 64 that misbehave.
//!
//! `cargo bench -p tocsin-connector-host --bench deliveries`. The host runs on core 0, the far sides in a process of
//! their own on core 1, all over loopback; each pair of figures is taken in turn, and medians of the rounds are printed.

mod calls;
mod crowd;
mod native;
mod sinks;

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use calls::Host;
use sinks::FarSide;

/// Where the host runs.
const CORE: usize = 0;
const ROUNDS: usize = 5;
const SPAN: Duration = Duration::from_secs(1);
/// Callers at once where the rate counts: as many as a node works on by default.
const CALLERS: usize = 32;

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == sinks::ARGUMENT) {
        sinks::serve();
        return ExitCode::SUCCESS;
    }
    pin(CORE);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(figures());
    ExitCode::SUCCESS
}

/// Keeps this process and the threads that it will start on one core, where that can be done.
fn pin(core: usize) {
    let process = std::process::id().to_string();
    let pinned = Command::new("taskset").args(["-cp", &core.to_string(), &process]).stdout(Stdio::null()).status();
    if !pinned.is_ok_and(|status| status.success()) {
        eprintln!("taskset does not work here: all shares all cores, and figures are not for one core");
    }
}

async fn figures() {
    let far = FarSide::start();
    let host = Host::start(&far).await;
    posts(&host).await;
    rate(&host).await;
    mails(&host, &far).await;
    drop(host);
    crowd::figures(&far).await;
}

/// One post after the other.
async fn posts(host: &Host) {
    let (client, request) = (native::client(), host.webhook.request().await);
    let (mut within, mut without) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        within.push(median(&times(async || host.webhook.deliver(&host.host).await).await));
        without.push(median(&times(async || native::post(&client, &request).await).await));
    }
    let (within, without) = (median(&within), median(&without));
    println!(
        "a post through the sandbox {:.0} µs, the same exchange without it {:.0} µs: {:.2} times (goal: at most 3)",
        micros(within),
        micros(without),
        within.as_secs_f64() / without.as_secs_f64()
    );
}

/// How long each took, in order, for as long as a round lasts.
async fn times(act: impl AsyncFn()) -> Vec<Duration> {
    let began = Instant::now();
    let mut times = Vec::new();
    while began.elapsed() < SPAN {
        let at = Instant::now();
        act().await;
        times.push(at.elapsed());
    }
    times
}

async fn rate(host: &Host) {
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        let (began, mut tasks) = (Instant::now(), tokio::task::JoinSet::new());
        for _ in 0..CALLERS {
            let (host, webhook) = (host.host.clone(), host.webhook.clone());
            tasks.spawn(async move {
                let mut done = 0_u32;
                while began.elapsed() < SPAN {
                    webhook.deliver(&host).await;
                    done += 1;
                }
                done
            });
        }
        let done: u32 = tasks.join_all().await.into_iter().sum();
        rates.push(f64::from(done) / began.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    println!(
        "{:.0} posts/s through the sandbox by {CALLERS} at once (goal: at least 8,000 on one core)",
        rates[ROUNDS / 2]
    );
}

/// One mail after the other, each over one connection.
async fn mails(host: &Host, far: &FarSide) {
    let mail = host.email.mail().await;
    let (mut within, mut without) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        within.push(times(async || host.email.deliver(&host.host).await).await.len() as f64 / SPAN.as_secs_f64());
        without.push(native::pipelined(far.smtp, &mail, SPAN).expect("a relay"));
    }
    within.sort_by(f64::total_cmp);
    without.sort_by(f64::total_cmp);
    let (within, without) = (within[ROUNDS / 2], without[ROUNDS / 2]);
    println!(
        "{within:.0} mails/s through the sandbox, {without:.0} pipelined without it: {:.2} times (goal: at least 0.5)",
        within / without
    );
}

fn median(times: &[Duration]) -> Duration {
    at(times, 50)
}

/// What so many in a hundred stay below.
fn at(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
