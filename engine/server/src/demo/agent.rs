//! One virtual agent: checks its services each cycle, posts an event for each change, then its status, like the real
//! one on a connection of its own for each message.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::document::{self, Event, Moment, Time};
use super::fleet::Host;
use super::trouble;
use crate::clock::Clock;

/// The agent's own patience with its collector.
const PATIENCE: Duration = Duration::from_secs(5);
/// Of an answer only the first line counts.
const ANSWER_BYTES: usize = 512;

/// What all virtual agents have in common.
#[derive(Clone)]
pub struct Surroundings {
    pub collector: SocketAddr,
    /// `user:password`
    pub credentials: String,
    pub poll_seconds: u16,
    pub clock: Clock,
}

/// Runs an agent until `shutdown`, its first message `offset` after the start, so that a fleet does not march in step.
pub async fn run(host: Host, with: Surroundings, offset: Duration, shutdown: CancellationToken) {
    let live = async {
        tokio::time::sleep(offset).await;
        let mut cycles = tokio::time::interval(Duration::from_secs(with.poll_seconds.into()));
        cycles.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let incarnation = time(&with.clock).seconds;
        // Events that were not taken; as with the real agent the newest state of a service is the truth anyway.
        let mut waiting: Vec<Event> = vec![document::started()];
        for cycle in 0.. {
            cycles.tick().await;
            if trouble::is_silent(&host, cycle) {
                return;
            }
            waiting.extend(document::events(&host, cycle));
            let moment = Moment { now: time(&with.clock), incarnation, poll_seconds: with.poll_seconds, cycle };
            while let Some(event) = waiting.first() {
                if !post(&with, &document::write(&host, &moment, Some(event))).await {
                    break;
                }
                waiting.remove(0);
            }
            post(&with, &document::write(&host, &moment, None)).await;
        }
    };
    tokio::select! {
        () = live => {}
        () = shutdown.cancelled() => {}
    }
}

/// Posts a document; whether it was taken.
async fn post(with: &Surroundings, document: &str) -> bool {
    let authorization = base64::engine::general_purpose::STANDARD.encode(&with.credentials);
    let head = format!(
        "POST /collector HTTP/1.1\r\nHost: {}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\nPragma: no-cache\r\n\
         Accept: */*\r\nUser-Agent: Monit/5.33.0\r\nAuthorization: Basic {authorization}\r\n\r\n",
        with.collector,
        document.len()
    );
    let exchange = async {
        let mut stream = TcpStream::connect(with.collector).await?;
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(document.as_bytes()).await?;
        let mut answer = [0; ANSWER_BYTES];
        let length = stream.read(&mut answer).await?;
        std::io::Result::Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
    };
    match tokio::time::timeout(PATIENCE, exchange).await {
        Ok(Ok(answer)) => {
            let status = answer.split_whitespace().nth(1).and_then(|word| word.parse::<u16>().ok());
            status.is_some_and(|status| status < 400)
        }
        _ => false,
    }
}

fn time(clock: &Clock) -> Time {
    let tocsin_policy::Moment(ms) = clock.now();
    Time { seconds: ms.div_euclid(1_000), micros: ms.rem_euclid(1_000) * 1_000 }
}
