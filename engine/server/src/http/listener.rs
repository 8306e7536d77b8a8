//! The listener: takes connections within bounds and hands their requests to the router.
//!
//! The bounds: so many connections at once, so long for the head of a request. Agents whose credentials are too long
//! send a head that never ends; without a time limit each of them would keep a connection for ever.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::live::Closing;

/// Longest wait for the head of a request. Agents give up after five seconds themselves.
const HEAD: Duration = Duration::from_secs(10);
/// Longest wait for requests under way when the program ends.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// Rest after an accept that failed, mostly for want of file descriptors.
const REST: Duration = Duration::from_millis(50);

/// Serves until `token` is cancelled, then finishes what is under way.
pub async fn serve(router: Router, listener: TcpListener, max_connections: usize, token: CancellationToken) {
    let (places, tracker) = (Arc::new(Semaphore::new(max_connections)), TaskTracker::new());
    loop {
        let place = tokio::select! {
            () = token.cancelled() => break,
            place = places.clone().acquire_owned() => place,
        };
        let Ok(place) = place else { break };
        let (stream, peer) = tokio::select! {
            () = token.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "no connection could be taken; raise the limit of open files if it says so");
                    tokio::time::sleep(REST).await;
                    continue;
                }
            },
        };
        let (router, token) = (router.clone(), token.clone());
        tracker.spawn(async move {
            connection(router, stream, peer, token).await;
            drop(place);
        });
    }
    tracker.close();
    if tokio::time::timeout(LAST_REQUESTS, tracker.wait()).await.is_err() {
        tracing::warn!("requests that did not end in time were cut off");
    }
}

async fn connection(router: Router, stream: TcpStream, peer: SocketAddr, token: CancellationToken) {
    // Without it the last part of an answer may wait for the other side's acknowledgement.
    let _ = stream.set_nodelay(true);
    let closing = Closing(token.clone());
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(closing.clone());
        router.clone().oneshot(request.map(axum::body::Body::new))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).half_close(true);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // A connection that breaks is the other side's affair.
        _ = connection.as_mut() => {}
        () = token.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
