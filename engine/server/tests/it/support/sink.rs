//! Where webhooks arrive: keeps every request, and answers as the test says, one place each for every receiver.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde_json::Value;

use super::wait::until;

/// How the next request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Status(u16),
    /// 429, to come again after so many seconds.
    Busy(u32),
    /// Takes the request and says nothing for as long as the other side stays.
    Hang,
}

/// Taken.
pub const FINE: Manner = Manner::Status(200);

/// A server on this machine.
pub struct Sink {
    port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    seen: Mutex<Vec<Request>>,
    /// By path, for the requests to come; the last one stays.
    manners: Mutex<HashMap<String, Vec<Manner>>>,
}

/// A request that arrived whole.
#[derive(Clone, Debug)]
pub struct Request {
    path: String,
    pub at: Instant,
    /// How it was answered.
    pub manner: Manner,
    /// The header of this name.
    pub idempotency_key: String,
    pub body: Value,
}

impl Request {
    fn text(&self, key: &str) -> &str {
        self.body[key].as_str().unwrap_or_default()
    }

    /// problem, reminder, recovery …
    pub fn kind(&self) -> &str {
        self.text("kind")
    }

    /// Empty if it is about the host itself.
    pub fn service(&self) -> &str {
        self.text("service")
    }

    pub fn message(&self) -> &str {
        self.text("message")
    }

    pub fn alert(&self) -> &str {
        self.text("alert_id")
    }

    pub fn number(&self, key: &str) -> i64 {
        self.body[key].as_i64().unwrap_or_else(|| panic!("{key} is no number in {}", self.body))
    }

    /// What it says, in a line: `problem nginx`.
    pub fn words(&self) -> String {
        format!("{} {}", self.kind(), self.service()).trim_end().to_owned()
    }
}

impl Sink {
    pub fn start() -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a bound port").port();
        let state = Arc::new(State::default());
        let kept = Arc::downgrade(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // The test is over.
                let Some(state) = kept.upgrade() else { return };
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Sink { port, state }
    }

    pub fn url(&self, place: &str) -> String {
        format!("http://127.0.0.1:{}/{place}", self.port)
    }

    /// How the next requests at this place are answered, one after the other; the last of them holds from then on.
    pub fn answers(&self, place: &str, manners: &[Manner]) {
        let mut all = self.state.manners.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(format!("/{place}"), manners.iter().rev().copied().collect());
    }

    /// Everything that has come to this place, in its order.
    pub fn at(&self, place: &str) -> Vec<Request> {
        let seen = self.state.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|request| request.path[1..] == *place).cloned().collect()
    }

    /// What was taken at this place, in words.
    pub fn taken(&self, place: &str) -> Vec<String> {
        self.at(place).iter().filter(|request| request.manner == FINE).map(Request::words).collect()
    }

    /// Waits for a request of this place that `wanted` wants.
    pub fn until(&self, place: &str, what: &str, wanted: impl Fn(&Request) -> bool) -> Request {
        until(what, || self.at(place).into_iter().find(&wanted))
    }
}

fn serve(mut stream: TcpStream, state: &State) {
    let Some((path, idempotency_key, body)) = read(&mut stream) else { return };
    let manner = {
        let mut all = state.manners.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(&path) {
            Some(next) if next.len() > 1 => next.pop().unwrap_or(FINE),
            Some(last) => last.first().copied().unwrap_or(FINE),
            None => FINE,
        }
    };
    let request = Request { path, at: Instant::now(), manner, idempotency_key, body };
    state.seen.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    let (status, more) = match manner {
        Manner::Status(status) => (status, String::new()),
        Manner::Busy(seconds) => (429, format!("Retry-After: {seconds}\r\n")),
        Manner::Hang => {
            // Ends when the other side does.
            let _ = stream.read(&mut [0]);
            return;
        }
    };
    let _ = write!(stream, "HTTP/1.1 {status} So\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n");
}

/// Path, idempotency key and body of a request.
fn read(stream: &mut TcpStream) -> Option<(String, String, Value)> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 16_384]);
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let header = |name: &str| {
                let mut lines = head.lines().filter_map(|line| line.split_once(": "));
                lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
            };
            let length: usize = header("content-length")?.parse().ok()?;
            if bytes.len() >= end + 4 + length {
                let body = serde_json::from_slice(&bytes[end + 4..]).unwrap_or_default();
                return Some((head.split(' ').nth(1)?.to_owned(), header("idempotency-key").unwrap_or_default(), body));
            }
        }
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
    }
}
