//! The simulator: one seed draws a small world and what happens in it; the real use cases, store and outbox play it
//! under a virtual clock, with crashes at durable writes; what was committed must be what a naive model says, and what
//! was delivered must obey D1–D5.
//!
//! - `plan`, `draw`, `windows`: from the seed to the plan;
//! - `agents`, `post`, `input`, `ground`, `take`, `play`, `end`: the world around the engine;
//! - `house`: the engine itself, and how it is killed;
//! - `deliverer`, `far_side`: deliveries with drawn outcomes, and their rules;
//! - `history`, `model`: what has taken effect, and what must follow from it;
//! - `verdict`, `shrink`, `tell`: what is wrong, made small, and put into words.

mod agents;
mod deliverer;
mod draw;
mod end;
mod far_side;
mod ground;
mod history;
mod house;
mod input;
mod model;
mod plan;
mod play;
mod post;
mod shrink;
mod take;
mod tell;
mod verdict;
mod windows;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use self::play::Counts;
use self::verdict::examine;

/// As many in the gate; any number where `TOCSIN_SEEDS` says so: `make simulate SEEDS=100000`.
const SEEDS: u64 = 2_000;
/// How often the progress is told, in seeds.
const TOLD: u64 = 500;

/// A number from the environment.
fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

#[test]
fn every_seed_is_as_the_naive_model_says() {
    let (first, seeds) = (number("TOCSIN_FIRST_SEED").unwrap_or(0), number("TOCSIN_SEEDS").unwrap_or(SEEDS));
    let shown = number("TOCSIN_FAILURES").unwrap_or(1);
    // A seed mostly waits for the thread of its database, and that one for it.
    let workers = 2 * std::thread::available_parallelism().map_or(1, usize::from);
    let (next, failed, begun) = (AtomicU64::new(first), AtomicU64::new(0), Instant::now());
    let total = Mutex::new(Counts::default());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= first + seeds || failed.load(Ordering::SeqCst) >= shown {
                        return;
                    }
                    let plan = draw::plan(seed);
                    match examine(&plan) {
                        Ok(counts) => total.lock().expect("no worker panics").add(counts),
                        Err(wrong) => {
                            failed.fetch_add(1, Ordering::SeqCst);
                            let (plan, wrong) = shrink::shrink(plan, wrong);
                            println!("{}", tell::story(&plan, &wrong));
                        }
                    }
                    if (seed + 1 - first) % TOLD == 0 {
                        println!("{} seeds in {:?}", seed + 1 - first, begun.elapsed());
                    }
                }
            });
        }
    });
    println!("{seeds} seeds in {:?}: {:?}", begun.elapsed(), total.lock().expect("no worker panics"));
    assert_eq!(failed.into_inner(), 0, "seeds that are not as the model says; see above");
}
