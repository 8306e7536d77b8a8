//! A new connection to a relay: allowed address, no delay, TLS, greeting, login.
//!
//! lettre's own transport never sets TCP_NODELAY and writes a message and its closing dot apart, so
//! each mail waited 40 ms for a delayed acknowledgement. Its connections take a stream from outside,
//! which also lets the address rule apply to relays.

use super::lines::Lines;
use super::relay::{Relay, Security};
use super::reply;
use crate::bindings::tocsin::connector::smtp::Error;
use crate::trust::Trust;
use crate::{Names, PrivateAddresses};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters};
use lettre::transport::smtp::commands::Ehlo;
use lettre::transport::smtp::extension::ClientId;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Of one address; a name may have several.
const CONNECT: Duration = Duration::from_secs(5);

/// The connection, and whether the relay takes commands in one piece.
pub(super) async fn connect(
    relay: &Relay,
    private: &PrivateAddresses,
    hello: &ClientId,
    trust: &Arc<Trust>,
    names: &dyn Names,
    starttls: &OnceLock<TlsParameters>,
) -> Result<(AsyncSmtpConnection, bool), Error> {
    let tcp = reach(relay, private, names).await?;
    let stream: Box<dyn AsyncTokioStream> = match relay.security {
        Security::Tls => Box::new(secure(relay, tcp, &trust.config).await?),
        Security::None => Box::new(tcp),
        Security::StartTls => Box::new(Lines::new(tcp)),
    };
    let mut connection = AsyncSmtpConnection::connect_with_transport(stream, hello).await.map_err(reply::explain)?;
    if relay.security == Security::StartTls {
        if !connection.can_starttls() {
            return Err(Error::Unavailable("The relay does not offer STARTTLS, so nothing was sent.".into()));
        }
        let parameters = match starttls.get() {
            Some(parameters) => parameters.clone(),
            None => {
                let (trust, host) = (trust.clone(), relay.host.clone());
                let made = tokio::task::spawn_blocking(move || trust.for_starttls(&host)).await;
                let made = made.map_err(|error| Error::Unavailable(format!("TLS could not be set up: {error}")))?;
                let made = made.map_err(reply::explain)?;
                starttls.get_or_init(|| made).clone()
            }
        };
        connection.starttls(parameters, hello).await.map_err(reply::explain)?;
    }
    // lettre does not keep what it does not know of the answer, so it is asked for once more.
    let offers = connection.command(Ehlo::new(hello.clone())).await.map_err(reply::explain)?;
    let pipelining = offers.message().any(|line| line.trim().eq_ignore_ascii_case("PIPELINING"));
    if let Some((name, password)) = &relay.login {
        let credentials = Credentials::new(name.clone(), password.clone());
        let login = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
        login.map_err(|error| reply::negative(&error).map_or_else(|| reply::explain(error), Error::Login))?;
    }
    Ok((connection, pipelining))
}

async fn reach(relay: &Relay, private: &PrivateAddresses, names: &dyn Names) -> Result<TcpStream, Error> {
    let found = names
        .look_up(&relay.host, relay.port)
        .await
        .map_err(|error| Error::Unavailable(format!("the relay {} was not found: {error}", relay.host)))?;
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in private.keep(&relay.host, found).map_err(Error::Denied)? {
        match tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                // Without it the stream works as well, just slower.
                let _ = tcp.set_nodelay(true);
                return Ok(tcp);
            }
            Ok(Err(error)) => last = error,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(Error::Unavailable(format!("no connection to the relay {}:{}: {last}", relay.host, relay.port)))
}

async fn secure(relay: &Relay, tcp: TcpStream, tls: &Arc<ClientConfig>) -> Result<Tls, Error> {
    let name = ServerName::try_from(relay.host.clone())
        .map_err(|_| Error::Invalid(format!("{} is not a name that a certificate can have", relay.host)))?;
    let stream = TlsConnector::from(tls.clone()).connect(name, tcp).await;
    stream.map(Tls).map_err(|error| Error::Unavailable(format!("no secure connection to {}: {error}", relay.host)))
}

/// A TLS stream that lettre takes.
#[derive(Debug)]
struct Tls(TlsStream<TcpStream>);

impl AsyncTokioStream for Tls {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Tls {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Tls {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
