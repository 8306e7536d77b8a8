//! What the sandbox costs, side by side in one run: deliveries by connectors that ship with tocsin against the same
//! exchanges without it, and what good ones notice of 64 that misbehave.
//!
//! `cargo bench -p tocsin-connector-host --bench deliveries`, and behind ` -- ` the figures that are wanted, all unless
//! named: `posts rate mails crowd`. The host runs on core 0, the far sides in a process of their own on core 1, all over
//! loopback; each pair of figures is taken in turn, and medians of the rounds are printed.

mod calls;
mod crowd;
mod native;
mod sinks;

use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use calls::{Host, Receiver};
use sinks::FarSide;
use tocsin_connector_host::{ConnectorHost, SentRequest};

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
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |figure: &str| named.is_empty() || named.iter().any(|name| name == figure);
    let far = FarSide::start();
    let host = Host::start(&far).await;
    if wanted("posts") {
        posts(&host).await;
    }
    if wanted("rate") {
        rate(&host).await;
    }
    if wanted("mails") {
        mails(&host, &far).await;
    }
    drop(host);
    if wanted("crowd") {
        crowd::figures(&far).await;
    }
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
    let (client, request) = (native::client(), Arc::new(host.awake.request().await));
    let (mut within, mut without) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let deliver = |(host, webhook): (Arc<ConnectorHost>, Receiver)| async move { webhook.deliver(&host).await };
        within.push(per_second((host.host.clone(), host.awake.clone()), deliver).await);
        let post = |(client, request): (reqwest::Client, Arc<SentRequest>)| async move {
            native::post(&client, &request).await;
        };
        without.push(per_second((client.clone(), request.clone()), post).await);
    }
    let (within, without) = (middle(within), middle(without));
    println!(
        "{within:.0} posts/s through the sandbox by {CALLERS} at once (goal: at least 8,000 on one core), {without:.0} without it"
    );
}

/// How often all callers together did it in a second.
async fn per_second<T, F>(with: T, act: impl Fn(T) -> F + Copy + Send + 'static) -> f64
where
    T: Clone + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let (began, mut callers) = (Instant::now(), tokio::task::JoinSet::new());
    for _ in 0..CALLERS {
        let with = with.clone();
        callers.spawn(async move {
            let mut done = 0_u32;
            while began.elapsed() < SPAN {
                act(with.clone()).await;
                done += 1;
            }
            done
        });
    }
    let done: u32 = callers.join_all().await.into_iter().sum();
    f64::from(done) / began.elapsed().as_secs_f64()
}

/// One mail after the other, each over one connection.
async fn mails(host: &Host, far: &FarSide) {
    let mail = host.email.mail().await;
    let (mut within, mut without) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        within.push(times(async || host.email.deliver(&host.host).await).await.len() as f64 / SPAN.as_secs_f64());
        without.push(native::pipelined(far.smtp, &mail, SPAN).expect("a relay"));
    }
    let (within, without) = (middle(within), middle(without));
    println!(
        "{within:.0} mails/s through the sandbox, {without:.0} pipelined without it: {:.2} times (goal: at least 0.5)",
        within / without
    );
}

fn middle(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
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
