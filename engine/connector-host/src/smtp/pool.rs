//! Connections to relays that are kept for the next message.
//!
//! They are kept apart by relay, login and address grant: nobody uses a connection that he could not
//! have opened himself.

use super::connect::connect;
use super::relay::Relay;
use super::reply;
use super::transaction::{self, Failure, Mail};
use crate::bindings::tocsin::connector::smtp::{Accepted, Error};
use crate::network::Connections;
use crate::trust::Trust;
use crate::{Names, PrivateAddresses};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Many relays take no more from one client.
const CONNECTIONS_PER_RELAY: usize = 8;
/// Postfix ends an idle session after 10 s when it is busy and after 300 s otherwise.
const IDLE: Duration = Duration::from_secs(60);
/// Some relays cut off a session that goes on for ever.
const MAILS_PER_CONNECTION: u32 = 100;
const SWEEP: Duration = Duration::from_secs(15);

type Key = (Relay, PrivateAddresses);

pub(crate) struct Relays {
    lines: Mutex<HashMap<Key, Arc<Line>>>,
    hello: ClientId,
    trust: Arc<Trust>,
    names: Arc<dyn Names>,
}

/// The connections to one relay.
struct Line {
    /// Made for the first connection that needs it.
    starttls: OnceLock<TlsParameters>,
    idle: Mutex<Vec<Kept>>,
    permits: Semaphore,
}

struct Kept {
    connection: AsyncSmtpConnection,
    pipelining: bool,
    mails: u32,
    since: Instant,
}

impl Relays {
    pub(crate) fn new(hello_name: Option<&str>, trust: Arc<Trust>, names: Arc<dyn Names>) -> Relays {
        let hello = hello_name.map(str::to_owned).or_else(machine_name);
        let hello = hello.map_or_else(ClientId::default, ClientId::Domain);
        Relays { lines: Mutex::default(), hello, trust, names }
    }

    /// Closes idle connections for as long as they are in use.
    pub(crate) fn sweep(connections: &Arc<Connections>, on: &Handle) {
        let connections = Arc::downgrade(connections);
        on.spawn(async move {
            loop {
                tokio::time::sleep(SWEEP).await;
                let Some(connections) = connections.upgrade() else { return };
                connections.relays.close_idle();
            }
        });
    }

    fn close_idle(&self) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|_, line| {
            let mut idle = line.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.retain(|kept| kept.since.elapsed() < IDLE);
            let unused = idle.is_empty();
            drop(idle);
            !(unused && Arc::strong_count(line) == 1)
        });
    }

    fn line(&self, relay: &Relay, private: &PrivateAddresses) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Line::default());
        lines.entry((relay.clone(), private.clone())).or_insert_with(new).clone()
    }

    /// Sends over a kept connection or a new one.
    pub(crate) async fn send(&self, relay: &Relay, private: &PrivateAddresses, mail: &Mail) -> Result<Accepted, Error> {
        let line = self.line(relay, private);
        let _permit = line.permits.acquire().await.map_err(|error| Error::Unavailable(error.to_string()))?;
        while let Some(kept) = line.take() {
            match line.send(kept, mail).await {
                // The relay has closed it meanwhile.
                Err(Failure::Stale(_)) => {}
                Ok(accepted) => return Ok(accepted),
                Err(Failure::Refused(error) | Failure::Broken(error)) => return Err(error),
            }
        }
        let (connection, pipelining) =
            connect(relay, private, &self.hello, &self.trust, &*self.names, &line.starttls).await?;
        let fresh = Kept { connection, pipelining, mails: 0, since: Instant::now() };
        line.send(fresh, mail).await.map_err(|failure| match failure {
            Failure::Stale(error) => reply::explain(error),
            Failure::Refused(error) | Failure::Broken(error) => error,
        })
    }
}

impl Default for Line {
    fn default() -> Line {
        let permits = Semaphore::new(CONNECTIONS_PER_RELAY);
        Line { starttls: OnceLock::new(), idle: Mutex::default(), permits }
    }
}

impl Line {
    fn take(&self) -> Option<Kept> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|kept| kept.since.elapsed() < IDLE);
        idle.pop()
    }

    /// Uses a connection once, and keeps it if it is still good.
    async fn send(&self, mut kept: Kept, mail: &Mail) -> Result<Accepted, Failure> {
        let result = transaction::send(&mut kept.connection, mail, kept.pipelining).await;
        kept.mails += 1;
        if matches!(result, Ok(_) | Err(Failure::Refused(_))) && kept.mails < MAILS_PER_CONNECTION {
            kept.since = Instant::now();
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
        }
        result
    }
}

/// What relays are greeted with: many refuse a client that gives no name.
fn machine_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?.trim().to_owned();
    (!name.is_empty() && name != "(none)").then_some(name)
}
