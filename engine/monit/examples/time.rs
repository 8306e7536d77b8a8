//! How long reading one document takes: `cargo run --release -p tocsin-monit --example time -- FILE…`.
//!
//! Prints microseconds for inflating, for the skim and for all values, each the best of some rounds. Nothing is
//! asserted: the numbers are for a person who changes the reader.

use std::time::{Duration, Instant};

/// Enough that the best one has seen no interruption.
const ROUNDS: usize = 200;

fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        let body = std::fs::read(&file)?;
        let inflate = || tocsin_monit::inflate(&body, false, tocsin_monit::MAX_DOCUMENT_BYTES);
        let Ok(document) = inflate() else { continue };
        let Ok(report) = tocsin_monit::parse(&document) else { continue };
        let inflating = best(inflate);
        let skim = best(|| tocsin_monit::parse(&document));
        let values = best(|| report.services.iter().map(|service| service.values().len()).sum::<usize>());
        println!("{file}: {} services, inflate {inflating:?}, skim {skim:?}, values {values:?}", report.services.len());
    }
    Ok(())
}

fn best<T>(work: impl Fn() -> T) -> Duration {
    let once = || {
        let start = Instant::now();
        std::hint::black_box(work());
        start.elapsed()
    };
    (0..ROUNDS).map(|_| once()).min().unwrap_or_default()
}
