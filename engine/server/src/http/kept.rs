//! A form that comes when the login has expired is not lost: it goes into the page that asks for the login, comes back
//! with the login, and is then one press away. The browser holds it all the time; nothing is stored here, and nothing is
//! done before somebody has seen who they are now.

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::forms::Form;
use super::security::local_path;
use super::{pages, render};

/// Larger forms are not kept: in the login they are encoded a second time, and that form has its own bound.
const MAX_BYTES: usize = 64 * 1024;

/// Marks an answer that sends somebody to the login instead of doing what the form asks for.
#[derive(Clone, Copy, Debug)]
pub struct LoginWanted;

/// A form that waits for the login.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    /// Where it was sent to: a path of this server.
    pub action: String,
    /// As it came, `application/x-www-form-urlencoded`.
    pub body: String,
}

impl Kept {
    fn new(action: &str, body: &str) -> Option<Kept> {
        let action = local_path(action).filter(|_| !body.is_empty() && body.len() <= MAX_BYTES)?;
        Some(Kept { action: action.to_owned(), body: body.to_owned() })
    }

    /// What the form of the login brings along.
    pub fn sent(form: &Form) -> Option<Kept> {
        Kept::new(form.text("kept_action"), form.raw("kept_body"))
    }

    /// The page that offers to send it now.
    pub fn page(&self, name: &str, next: &str) -> Response {
        let form = Form::parse(self.body.as_bytes());
        let fields = Value::from(Serde(form.pairs()));
        let model = context! { action => self.action.as_str(), fields, name, next };
        render::bare(StatusCode::OK, "page/kept.html", model)
    }
}

/// Lets forms through, and asks for the login where one is wanted, with the form in it.
pub async fn keep(request: Request, next: Next) -> Response {
    let Some(action) = form_action(&request) else { return next.run(request).await };
    let (parts, body) = request.into_parts();
    // No more comes than the head announces.
    let Ok(bytes) = to_bytes(body, MAX_BYTES).await else { return StatusCode::BAD_REQUEST.into_response() };
    let answer = next.run(Request::from_parts(parts, Body::from(bytes.clone()))).await;
    if answer.extensions().get::<LoginWanted>().is_none() {
        return answer;
    }
    match kept(&action, &bytes) {
        Some(kept) => pages::login_again(&kept),
        None => answer,
    }
}

fn kept(action: &str, bytes: &Bytes) -> Option<Kept> {
    Kept::new(action, std::str::from_utf8(bytes).ok()?)
}

/// Where a form goes that is small enough to be kept.
fn form_action(request: &Request) -> Option<String> {
    let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let is_form = request.method() == Method::POST && kind.starts_with("application/x-www-form-urlencoded");
    let bytes = request.body().size_hint().upper()?;
    let fits = is_form && usize::try_from(bytes).is_ok_and(|bytes| bytes <= MAX_BYTES);
    if fits { request.uri().path_and_query().map(|path| path.as_str().to_owned()) } else { None }
}
