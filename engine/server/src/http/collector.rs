//! The door for agents: `POST /collector`, answered in their terms.
//!
//! An agent takes any status below 400 as "delivered" and forgets the event; 400 and above makes it come again. So:
//! 200 only after the effects are durable; 503 while they cannot be; 401 and 403 for whom we do not know; and 202 for a
//! document that nobody will ever be able to read, which is kept for the operator, since it would come again for ever.

mod answer;
mod credentials;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::post;
use tocsin_monit::{MAX_DOCUMENT_BYTES, Report};

use self::answer::answer;
use self::credentials::Credentials;
use crate::app::App;
use crate::engine::glance::{Glance, glance};
use crate::fault::Fault;
use crate::store::rejected::Rejected;
use crate::translate;
use crate::usecase::check_in::{CheckIn, Taken};
use crate::usecase::reject::Reject;

/// Longest wait for the body. Agents give up after five seconds themselves.
const BODY: Duration = Duration::from_secs(15);
/// Of a document that cannot be read, so much is kept for the operator.
const KEPT_BYTES: usize = 64 * 1024;
/// How well plain documents are compressed before they are kept: quickly.
const COMPRESSION: i32 = 1;

/// The routes for agents, one for each configured path.
pub fn routes(paths: &[String]) -> Router<App> {
    paths.iter().fold(Router::new(), |router, path| router.route(path, post(collect)))
}

async fn collect(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    head: HeaderMap,
    body: Body,
) -> Response {
    let begun = Instant::now();
    let visit = Visit { app: &app, peer, head: &head };
    let account = match visit.account() {
        Ok(account) => account,
        Err(sentence) => return answer(StatusCode::UNAUTHORIZED, sentence),
    };
    let body = match tokio::time::timeout(BODY, axum::body::to_bytes(body, MAX_DOCUMENT_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return visit.too_large(&account),
        Err(_) => return answer(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time; look at the network"),
    };
    let (response, result) = visit.take(&account, &body).await;
    if let Some(result) = result {
        app.metrics.check_in(result, body.len(), begun.elapsed());
        app.metrics.last_check_in(app.clock.now().0);
    }
    response
}

/// One request of an agent.
struct Visit<'a> {
    app: &'a App,
    peer: SocketAddr,
    head: &'a HeaderMap,
}

impl Visit<'_> {
    /// The agent account, or the sentence for somebody we do not know.
    fn account(&self) -> Result<String, &'static str> {
        let authorization = self.head.get(header::AUTHORIZATION).map(|value| value.as_bytes());
        let Some(given) = authorization.and_then(Credentials::parse) else {
            let detail = "came without user and password: write them into the agent's line, \
                          set mmonit http://USER:PASSWORD@…";
            self.refuse("no-credentials", detail, None);
            return Err("user and password are needed: set mmonit http://USER:PASSWORD@…");
        };
        let door = self.app.engine.shared().door();
        match given.account(&door, &self.app.keys) {
            Some(account) => Ok(account),
            None => {
                let detail = "wrong user or password: compare the agent's line set mmonit with its agent account, \
                              or make a new account";
                self.refuse("password", detail, Some(given.user()));
                Err("wrong user or password; compare it with the agent account")
            }
        }
    }

    /// Takes the document; the second part says what came of it, for the metrics.
    async fn take(&self, account: &str, body: &Bytes) -> (Response, Option<&'static str>) {
        let declared = self.head.get(header::CONTENT_ENCODING).is_some_and(|value| value.as_bytes() == b"gzip");
        let document = match tocsin_monit::inflate(body, declared, MAX_DOCUMENT_BYTES) {
            Ok(document) => document,
            Err(error) => return (self.unreadable(account, body, &error.to_string()).await, None),
        };
        // No agent sends one, and PostgreSQL's text cannot hold it: such a document would come again for ever.
        if document.contains(&0) {
            return (self.unreadable(account, body, "it holds a NUL byte, which no agent sends").await, None);
        }
        let report = match tocsin_monit::parse(&document) {
            Ok(report) => report,
            Err(error) => return (self.unreadable(account, body, &error.to_string()).await, None),
        };
        let cell = self.app.engine.fleet().by_agent(&report.id);
        // Only the compressed form is kept; one that came compressed is kept as it came.
        let packed = matches!(document, std::borrow::Cow::Owned(_));
        let plain_body = (!packed).then(|| compress(&document));
        let kept: &[u8] = plain_body.as_deref().unwrap_or(body);
        if let Some(cell) = &cell {
            match glance(self.app.engine.shared(), cell, &report, kept, self.app.clock.now()) {
                Glance::Unchanged => return (answer(StatusCode::OK, ""), Some("unchanged")),
                Glance::Blocked => return (self.blocked(account, &report), None),
                Glance::Changed => {}
            }
        }
        let words = &self.app.engine.shared().words;
        let check_in = CheckIn {
            host: cell.as_ref().map(|cell| cell.id),
            agent_id: report.id.as_ref().into(),
            seen: translate::observation(&report),
            agent_version: words.share(&report.version.to_string()),
            platform: words.share(&translate::platform(&report)),
            address: self.peer.ip().to_string().into(),
            account: account.into(),
            body: kept.into(),
        };
        match self.app.engine.try_run(check_in).await {
            Ok(Taken::Changed) => (answer(StatusCode::OK, ""), Some("changed")),
            Ok(Taken::Pending) => (answer(StatusCode::OK, ""), Some("pending")),
            Ok(Taken::Replayed) => (answer(StatusCode::OK, ""), Some("replayed")),
            Ok(Taken::Blocked) => (self.blocked(account, &report), None),
            Err(fault) => (unavailable(&fault), None),
        }
    }

    fn blocked(&self, account: &str, report: &Report<'_>) -> Response {
        self.app.metrics.rejected("blocked");
        self.app.refusals.count(Rejected {
            agent_id: Some(report.id.to_string()),
            host_name: Some(report.server.local_host_name.to_string()),
            ..self.refusal(
                "blocked",
                "this agent id is blocked: approve the host, or remove the line from its agent",
                Some(account),
            )
        });
        answer(StatusCode::FORBIDDEN, "this agent id is blocked")
    }

    /// A document that cannot be read would come again for ever: it is kept for the operator and answered as taken.
    async fn unreadable(&self, account: &str, body: &Bytes, detail: &str) -> Response {
        self.app.metrics.rejected("unreadable");
        let kept = body[..body.len().min(KEPT_BYTES)].to_vec();
        let refusal = Rejected { body: Some(kept), ..self.refusal("unreadable", detail, Some(account)) };
        match self.app.engine.try_run(Reject(vec![refusal])).await {
            Ok(()) => answer(StatusCode::ACCEPTED, "kept for the operator; it cannot be read"),
            Err(fault) => unavailable(&fault),
        }
    }

    fn too_large(&self, account: &str) -> Response {
        let detail = format!("larger than {MAX_DOCUMENT_BYTES} bytes: split the services of this agent");
        self.refuse("too-large", &detail, Some(account));
        answer(StatusCode::PAYLOAD_TOO_LARGE, "the document is too large")
    }

    fn refuse(&self, reason: &'static str, detail: &str, account: Option<&str>) {
        self.app.metrics.rejected(reason);
        self.app.refusals.count(self.refusal(reason, detail, account));
    }

    fn refusal(&self, reason: &'static str, detail: &str, account: Option<&str>) -> Rejected {
        Rejected {
            reason,
            detail: detail.to_owned(),
            address: self.peer.ip().to_string(),
            agent_id: None,
            host_name: None,
            account: account.map(str::to_owned),
            times: 1,
            body: None,
        }
    }
}

/// The effects are not durable: the agent shall keep its event and come again.
fn unavailable(fault: &Fault) -> Response {
    tracing::warn!(error = %fault, "a check-in was refused with 503; its agent will come again");
    answer(StatusCode::SERVICE_UNAVAILABLE, "it cannot be written now; come again")
}

fn compress(document: &[u8]) -> Vec<u8> {
    let level = libdeflater::CompressionLvl::new(COMPRESSION).unwrap_or_default();
    let mut compressor = libdeflater::Compressor::new(level);
    let mut packed = vec![0; compressor.gzip_compress_bound(document.len())];
    // The buffer has the size that the compressor asked for, so it cannot be too small.
    let length = compressor.gzip_compress(document, &mut packed).unwrap_or_default();
    packed.truncate(length);
    packed
}
