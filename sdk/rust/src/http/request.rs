//! A request that is being put together.

use super::{Error, Request, Response, send};
use crate::form;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

impl Request {
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Request {
        Request { method: method.into(), url: url.into(), headers: Vec::new(), body: Vec::new(), timeout_ms: None }
    }

    pub fn get(url: impl Into<String>) -> Request {
        Request::new("GET", url)
    }

    pub fn post(url: impl Into<String>) -> Request {
        Request::new("POST", url)
    }

    pub fn put(url: impl Into<String>) -> Request {
        Request::new("PUT", url)
    }

    pub fn patch(url: impl Into<String>) -> Request {
        Request::new("PATCH", url)
    }

    pub fn delete(url: impl Into<String>) -> Request {
        Request::new("DELETE", url)
    }

    /// One more header. The host sets `Host`, `Content-Length` and what else belongs to the connection.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Request {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// `Authorization: Bearer …`
    pub fn bearer(self, token: &str) -> Request {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// `Authorization: Basic …`
    ///
    /// ```
    /// use tocsin_connector::http::Request;
    /// let request = Request::get("https://example.com/").basic("Aladdin", "open sesame");
    /// assert_eq!(request.headers[0].1, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    /// ```
    pub fn basic(self, user: &str, password: &str) -> Request {
        self.header("authorization", format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
    }

    /// Sets the body and its content type.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Request {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    /// Sets the body to the JSON text of a value.
    ///
    /// # Panics
    /// When the value cannot be written as JSON, such as a map with keys that are no strings: a
    /// mistake in the connector, which the host contains.
    pub fn json(self, value: &impl Serialize) -> Request {
        let body = serde_json::to_vec(value).expect("a value that can be written as JSON");
        self.body("application/json", body)
    }

    /// Sets the body to a form, as a browser would send it.
    ///
    /// ```
    /// use tocsin_connector::http::Request;
    /// let request = Request::post("https://example.com/").form([("To", "+49 30 1234"), ("Body", "disk & cpu")]);
    /// assert_eq!(request.body, b"To=%2B49+30+1234&Body=disk+%26+cpu");
    /// ```
    pub fn form<'a>(self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Request {
        self.body("application/x-www-form-urlencoded", form::encode(fields))
    }

    /// Waits no longer than this for the answer. The host has a limit of its own, 20 s.
    pub fn within_ms(mut self, timeout_ms: u32) -> Request {
        self.timeout_ms = Some(timeout_ms);
        self
    }

    /// # Errors
    /// What the host says when there was no answer; `?` turns it into a
    /// [`DeliveryError`](crate::DeliveryError).
    pub fn send(self) -> Result<Response, Error> {
        send(&self)
    }
}
