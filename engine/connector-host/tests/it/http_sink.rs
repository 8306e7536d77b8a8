//! An HTTP server that keeps what it is sent and answers what the path asks for.

use libdeflater::{CompressionLvl, Compressor};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

pub struct HttpSink {
    port: u16,
    connections: Arc<AtomicU32>,
    seen: Arc<Mutex<Vec<Request>>>,
}

#[derive(Clone, Debug)]
pub struct Request {
    /// `POST /hook HTTP/1.1`
    pub line: String,
    /// In the order in which they came, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl HttpSink {
    pub async fn start() -> HttpSink {
        HttpSink::with("127.0.0.1", 0, None).await
    }

    /// Somewhere else on this machine.
    pub async fn at(address: &str, port: u16) -> HttpSink {
        HttpSink::with(address, port, None).await
    }

    pub async fn tls() -> HttpSink {
        HttpSink::with("127.0.0.1", 0, Some(crate::tls::acceptor())).await
    }

    async fn with(address: &str, port: u16, tls: Option<TlsAcceptor>) -> HttpSink {
        let listener = TcpListener::bind((address, port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (kept, connections) = (seen.clone(), Arc::<AtomicU32>::default());
        let accepted = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::Relaxed);
                let (kept, tls) = (kept.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, kept).await,
                        Some(tls) => {
                            // A client that does not trust the certificate leaves here.
                            let Ok(stream) = tls.accept(stream).await else { return };
                            serve(stream, kept).await;
                        }
                    }
                });
            }
        });
        HttpSink { port, connections, seen }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The same place by a name that leads to a private address.
    pub fn named_url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    pub fn secure_url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::Relaxed)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// The one request there was.
    pub fn only(&self) -> Request {
        let seen = self.requests();
        assert_eq!(seen.len(), 1, "{seen:#?}");
        seen[0].clone()
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, seen: Arc<Mutex<Vec<Request>>>) {
    let mut buffer = Vec::new();
    while let Some(request) = read(&mut stream, &mut buffer).await {
        let path = request.line.split(' ').nth(1).unwrap_or_default().to_owned();
        seen.lock().unwrap().push(request);
        if path.starts_with("/never") {
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
        if path.starts_with("/endless") {
            return without_end(&mut stream).await;
        }
        let cut = path.starts_with("/cut");
        if stream.write_all(&answer(&path)).await.is_err() || cut {
            return;
        }
    }
}

/// Until the client has had enough.
async fn without_end(stream: &mut (impl AsyncWrite + Unpin)) {
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    let mut next: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    while stream.write_all(next).await.is_ok() {
        next = chunk.as_bytes();
    }
}

/// 32 MiB of nothing, packed.
pub fn bomb_bytes() -> Vec<u8> {
    let plain = vec![0; 32 << 20];
    let mut packer = Compressor::new(CompressionLvl::default());
    let mut packed = vec![0; packer.gzip_compress_bound(plain.len())];
    let length = packer.gzip_compress(&plain, &mut packed).unwrap();
    packed.truncate(length);
    packed
}

async fn read(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<Request> {
    loop {
        if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let mut lines = head.split("\r\n");
            let line = lines.next()?.to_owned();
            let pair = |line: &str| line.split_once(": ").map(|(k, v)| (k.to_lowercase(), v.to_owned()));
            let headers: Vec<(String, String)> = lines.filter_map(pair).collect();
            let length =
                headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, n)| n.parse().unwrap());
            let total = end + 4 + length;
            if buffer.len() >= total {
                let body = String::from_utf8_lossy(&buffer[end + 4..total]).into_owned();
                buffer.drain(..total);
                return Some(Request { line, headers, body });
            }
        }
        let mut chunk = [0; 16384];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => buffer.extend_from_slice(&chunk[..read]),
        }
    }
}

/// The path says what the far side does.
fn answer(path: &str) -> Vec<u8> {
    let whole = |status: &str, headers: &str, body: &str| {
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    };
    match path.split('/').nth(1).unwrap_or_default() {
        "busy" => whole("429 Too Many Requests", "retry-after: 7\r\n", "slow down"),
        "broken" => whole("503 Service Unavailable", "", "maintenance"),
        "gone" => whole("404 Not Found", "", "no_service"),
        "payload" => whole("400 Bad Request", "", "invalid_payload"),
        "inward" => whole("302 Found", "location: http://169.254.169.254/latest/meta-data/\r\n", ""),
        // The rest of the path is a port of this machine.
        "elsewhere" => {
            let port = path.rsplit('/').next().unwrap_or_default();
            whole("307 Temporary Redirect", &format!("location: http://127.0.0.2:{port}/\r\n"), "")
        }
        "bomb" => {
            let packed = bomb_bytes();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", packed.len());
            [head.into_bytes(), packed].concat()
        }
        "redirect" => whole("302 Found", "location: http://127.0.0.1:1/\r\n", ""),
        "cut" => b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of".to_vec(),
        "huge" => whole("200 OK", "", &"x".repeat(8 << 20)),
        "handle" => whole("200 OK", "content-type: application/json\r\n", r#"{"handle":"TICKET-7"}"#),
        _ => whole("200 OK", "x-request-id: r-1\r\n", "ok"),
    }
}
