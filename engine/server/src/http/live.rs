//! What changed, as it changes: a stream of topics with their versions for open pages, which then fetch anew what they
//! show. Never content: whoever listens reads the state through the pages, with the rights of the session.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::session::Session;
use crate::app::App;
use crate::engine::{Bus, Topic};

/// Streams at once; whoever comes later looks again by itself every half a minute. Each holds a connection.
const STREAMS: usize = 500;
/// Changes that follow each other so closely are told together.
const GATHER: Duration = Duration::from_millis(150);
/// A stream lives no longer; the browser opens a new one, and its session is looked at again.
const LIFE: Duration = Duration::from_secs(10 * 60);
/// How often a silent stream says that it is there, so that proxies do not cut it and gone browsers are noticed.
const PULSE: Duration = Duration::from_secs(20);
/// How soon a browser comes back after a stream has ended.
const RETRY: Duration = Duration::from_secs(1);

/// Cancelled when the program ends: a stream would otherwise hold it up.
#[derive(Clone, Debug)]
pub struct Closing(pub CancellationToken);

pub fn routes() -> Router<App> {
    Router::new().route("/live", get(live)).layer(Extension(Arc::new(Semaphore::new(STREAMS))))
}

async fn live(
    State(app): State<App>,
    _: Session,
    Extension(places): Extension<Arc<Semaphore>>,
    closing: Option<Extension<Closing>>,
) -> Response {
    let Ok(place) = places.try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many pages are open; this one looks again by itself")
            .into_response();
    };
    let bus = app.engine.bus().clone();
    let listener = Listener {
        heard: bus.subscribe(),
        bus,
        ends: Instant::now() + LIFE,
        closing: closing.map_or_else(CancellationToken::new, |Extension(Closing(token))| token),
        begun: false,
        _place: place,
    };
    // The second: proxies that gather answers before they pass them on shall not.
    let headers = [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-accel-buffering"), "no")];
    (headers, Sse::new(listener.stream()).keep_alive(KeepAlive::new().interval(PULSE))).into_response()
}

/// One open page.
struct Listener {
    bus: Bus,
    heard: Receiver<Topic>,
    ends: Instant,
    closing: CancellationToken,
    begun: bool,
    _place: OwnedSemaphorePermit,
}

impl Listener {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut listener| async move {
            let topics = listener.next().await?;
            let event = Event::default().retry(RETRY).data(listener.versions(&topics));
            Some((Ok(event), listener))
        })
    }

    /// All topics at first, then those that changed; none at the end.
    async fn next(&mut self) -> Option<BTreeSet<Topic>> {
        if !self.begun {
            self.begun = true;
            return Some(Topic::ALL.into());
        }
        let mut topics = BTreeSet::new();
        tokio::select! {
            () = self.closing.cancelled() => return None,
            () = tokio::time::sleep_until(self.ends) => return None,
            heard = self.heard.recv() => add(&mut topics, heard)?,
        }
        tokio::select! {
            () = self.closing.cancelled() => return None,
            () = tokio::time::sleep(GATHER) => {}
        }
        while !self.heard.is_empty() {
            add(&mut topics, self.heard.recv().await)?;
        }
        Some(topics)
    }

    /// A line for each: `alerts 817`.
    fn versions(&self, topics: &BTreeSet<Topic>) -> String {
        let mut text = String::new();
        for topic in topics {
            // A String takes every write.
            let _ = writeln!(text, "{} {}", topic.name(), self.bus.version(*topic));
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// Whoever was too slow to hear everything takes it that everything changed.
fn add(topics: &mut BTreeSet<Topic>, heard: Result<Topic, RecvError>) -> Option<()> {
    match heard {
        Ok(topic) => drop(topics.insert(topic)),
        Err(RecvError::Lagged(_)) => topics.extend(Topic::ALL),
        Err(RecvError::Closed) => return None,
    }
    Some(())
}
