//! A browser without a window: cookies, forms, and the headers that browsers send.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use tocsin::http::live::Closing;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::markup::tags;

/// Somebody at a browser.
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    pub address: SocketAddr,
    /// What `Sec-Fetch-Site` says for forms.
    pub site: &'static str,
    /// Further headers of each request.
    pub headers: BTreeMap<&'static str, String>,
    /// What the listener tells of the end of the program.
    pub closing: Option<CancellationToken>,
    /// The proxy in front says that the browser speaks https with it.
    pub https: bool,
}

/// What came back.
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Seen {
    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|place| place.to_str().ok()).unwrap_or("")
    }

    #[track_caller]
    pub fn shows(&self, text: &str) -> &Seen {
        assert!(self.text.contains(text), "{text:?} is not on the page:\n{}", self.text);
        self
    }

    /// Holds a link to this place.
    #[track_caller]
    pub fn leads_to(&self, place: &str) -> &Seen {
        assert!(self.links().iter().any(|link| link == place), "no link to {place}: {:?}", self.links());
        self
    }

    fn links(&self) -> Vec<String> {
        tags(&self.text).iter().filter_map(|tag| tag.get("href").map(str::to_owned)).collect()
    }

    #[track_caller]
    pub fn leads_not_to(&self, place: &str) -> &Seen {
        assert!(!self.links().iter().any(|link| link == place), "a link to {place}");
        self
    }

    #[track_caller]
    pub fn hides(&self, text: &str) -> &Seen {
        assert!(!self.text.contains(text), "{text:?} is on the page:\n{}", self.text);
        self
    }
}

impl Browser {
    pub fn new(router: Router) -> Browser {
        let address = SocketAddr::from(([192, 0, 2, 7], 40_000));
        let (cookies, headers) = (BTreeMap::new(), BTreeMap::new());
        Browser { router, cookies, address, site: "same-origin", headers, closing: None, https: false }
    }

    pub async fn get(&mut self, path: &str) -> Seen {
        self.ask(Method::GET, path, None).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Posts, expects to be sent on, and goes there.
    #[track_caller]
    pub fn done(seen: &Seen) -> &str {
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text);
        seen.location()
    }

    /// Asks and lets the answer come: for what has no end.
    pub async fn open(&mut self, path: &str) -> Response<Body> {
        self.send(Method::GET, path, None).await
    }

    /// Posts a form with files in it, as a browser does.
    pub async fn upload(&mut self, path: &str, files: &[(&str, &[u8])]) -> Seen {
        const BOUNDARY: &str = "----a-boundary-that-is-in-no-file";
        let mut body = Vec::new();
        for (name, bytes) in files {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let answer = self.send_body(Method::POST, path, Some((&kind, Body::from(body)))).await;
        self.see(answer).await
    }

    async fn ask(&mut self, method: Method, path: &str, form: Option<String>) -> Seen {
        let answer = self.send(method, path, form).await;
        self.see(answer).await
    }

    async fn see(&mut self, answer: Response<Body>) -> Seen {
        let (parts, body) = answer.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(line.to_str().expect("a cookie"));
        }
        let bytes = to_bytes(body, 16 << 20).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("a page is UTF-8");
        Seen { status: parts.status, headers: parts.headers, text }
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<String>) -> Response<Body> {
        self.send_body(method, path, form.map(|form| ("application/x-www-form-urlencoded", Body::from(form)))).await
    }

    async fn send_body(&mut self, method: Method, path: &str, form: Option<(&str, Body)>) -> Response<Body> {
        let path = path.split('#').next().unwrap_or(path);
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "tocsin.example.net:8080")
            .header(header::USER_AGENT, "a test")
            .extension(ConnectInfo(self.address));
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if self.https {
            request = request.header("x-forwarded-proto", "https").header("x-forwarded-for", "198.51.100.9");
        }
        let mut content = Body::empty();
        if let Some((kind, body)) = form {
            request = request.header(header::CONTENT_TYPE, kind).header("sec-fetch-site", self.site);
            content = body;
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(closing) = &self.closing {
            request = request.extension(Closing(closing.clone()));
        }
        let request = request.body(content).expect("a request");
        self.router.clone().oneshot(request).await.expect("an answer")
    }

    fn keep(&mut self, line: &str) {
        let (name, rest) = line.split_once('=').expect("a name");
        let value = rest.split(';').next().unwrap_or("");
        if rest.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
