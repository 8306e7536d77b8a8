//! The far side of the demo's receivers, in this very process: takes every webhook and every mail, and counts them.
//! One address is out of order at times, so that there are retries to look at.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// Longer lines and bodies than any connector sends.
const MOST_BYTES: u64 = 1 << 20;
/// Of the posts to `/flaky` every so many is refused.
const REFUSED_EVERY: u64 = 3;

/// Where it can be reached, and what came.
pub struct Sink {
    pub http: SocketAddr,
    pub smtp: SocketAddr,
    pub posts: Arc<AtomicU64>,
    pub mails: Arc<AtomicU64>,
}

/// Listens on two ports of this machine until `shutdown`.
///
/// # Errors
/// When no port can be opened.
pub async fn start(shutdown: CancellationToken) -> std::io::Result<Sink> {
    let (web, mail) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
    let (posts, mails) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let sink = Sink { http: web.local_addr()?, smtp: mail.local_addr()?, posts: posts.clone(), mails: mails.clone() };
    tokio::spawn(async move {
        loop {
            // A connection that breaks is told nothing and counted nowhere.
            tokio::select! {
                () = shutdown.cancelled() => return,
                Ok((stream, _)) = web.accept() => drop(tokio::spawn(take_post(stream, posts.clone()))),
                Ok((stream, _)) = mail.accept() => drop(tokio::spawn(take_mail(stream, mails.clone()))),
            }
        }
    });
    Ok(sink)
}

async fn take_post(stream: TcpStream, posts: Arc<AtomicU64>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut path, mut length) = (String::new(), 0u64);
    loop {
        let mut line = String::new();
        if (&mut stream).take(MOST_BYTES).read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_ascii_lowercase();
        if path.is_empty() {
            path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        } else if let Some(bytes) = line.strip_prefix("content-length:") {
            length = bytes.trim().parse().unwrap_or_default();
        } else if line.is_empty() {
            break;
        }
    }
    tokio::io::copy(&mut (&mut stream).take(length.min(MOST_BYTES)), &mut tokio::io::sink()).await?;
    let count = posts.fetch_add(1, Ordering::Relaxed) + 1;
    let (status, body) = match path.as_str() {
        "/flaky" if count.is_multiple_of(REFUSED_EVERY) => ("503 Service Unavailable", "try later"),
        "/gone" => ("404 Not Found", "no_service"),
        _ => ("200 OK", "ok"),
    };
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    stream.get_mut().write_all(answer.as_bytes()).await
}

/// Just enough of SMTP: every mail is taken.
async fn take_mail(stream: TcpStream, mails: Arc<AtomicU64>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(b"220 demo.localhost ESMTP\r\n").await?;
    let mut in_mail = false;
    loop {
        let mut line = Vec::new();
        if (&mut stream).take(MOST_BYTES).read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_ascii_uppercase();
        let answer = if in_mail {
            if line != "." {
                continue;
            }
            in_mail = false;
            let count = mails.fetch_add(1, Ordering::Relaxed) + 1;
            format!("250 2.0.0 taken as demo-{count}\r\n")
        } else {
            in_mail = line == "DATA";
            match line.split(' ').next().unwrap_or_default() {
                "DATA" => "354 go on\r\n".to_owned(),
                "QUIT" => "221 bye\r\n".to_owned(),
                "EHLO" => "250-demo.localhost\r\n250 8BITMIME\r\n".to_owned(),
                _ => "250 ok\r\n".to_owned(),
            }
        };
        stream.get_mut().write_all(answer.as_bytes()).await?;
        if answer.starts_with("221") {
            return Ok(());
        }
    }
}
