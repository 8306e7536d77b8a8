//! A connection in clear that is read no further than to the end of a line.
//!
//! Whoever sits on the way could append a reply of his own to the relay's "go ahead" for STARTTLS. If
//! it were read along with that line, it would later count as one that came through TLS. Left where it
//! is, it breaks the TLS handshake instead.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What is taken from the network at once: a TLS record.
const AHEAD_BYTES: usize = 16 << 10;

#[derive(Debug)]
pub(super) struct Lines {
    tcp: TcpStream,
    /// Read from the network and not yet handed out from here on.
    ahead: Vec<u8>,
    from: usize,
}

impl Lines {
    pub(super) fn new(tcp: TcpStream) -> Lines {
        Lines { tcp, ahead: Vec::new(), from: 0 }
    }
}

impl AsyncTokioStream for Lines {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}

impl AsyncRead for Lines {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Lines { tcp, ahead, from } = &mut *self;
        if *from == ahead.len() {
            ahead.resize(AHEAD_BYTES, 0);
            let mut more = ReadBuf::new(ahead);
            let read = Pin::new(tcp).poll_read(cx, &mut more);
            let filled = if read.is_ready() { more.filled().len() } else { 0 };
            ahead.truncate(filled);
            *from = 0;
            ready!(read)?;
        }
        let left = &ahead[*from..];
        let line = left.iter().position(|byte| *byte == b'\n').map_or(left.len(), |end| end + 1);
        let given = line.min(buf.remaining());
        buf.put_slice(&left[..given]);
        *from += given;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Lines {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
