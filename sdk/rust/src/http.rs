//! One HTTP exchange through the host, and what its answer means for the delivery.

pub use crate::bindings::tocsin::connector::http::{Error, Request, Response, send};
use crate::{DeliveryError, Retry, misconfigured, permanent, retry, retry_after};
use serde::Serialize;

/// A POST that is being put together.
pub struct Post(Request);

impl Post {
    pub fn new(url: impl Into<String>) -> Post {
        Post(Request {
            method: "POST".into(),
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout_ms: None,
        })
    }

    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Post {
        self.0.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body and its content type.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Post {
        self.0.body = body.into();
        self.header("content-type", content_type)
    }

    /// Sets the body to the JSON text of a value.
    ///
    /// # Panics
    /// When the value cannot be written as JSON, such as a map with keys that are no strings: a
    /// mistake in the connector, which the host contains.
    pub fn json(self, value: &impl Serialize) -> Post {
        let body = serde_json::to_vec(value).expect("a value that can be written as JSON");
        self.body("application/json", body)
    }

    /// The request as it would be sent.
    pub fn into_request(self) -> Request {
        self.0
    }

    /// # Errors
    /// What the host says when there was no answer; `?` turns it into a [`DeliveryError`].
    pub fn send(self) -> Result<Response, Error> {
        send(&self.0)
    }
}

impl Response {
    /// The first header of this name, in whatever case it came.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// How long the far side asks to be left alone.
    pub fn retry_after_ms(&self) -> Option<u64> {
        retry_after::in_ms(self.header("retry-after")?, self.header("date"))
    }

    /// 2xx is accepted; 408, 425, 429 and 5xx may work later; anything else never will.
    ///
    /// ```
    /// use tocsin_connector::{DeliveryError, http::Response};
    /// let answer = |status: u16, name: &str, value: &str| Response {
    ///     status, headers: vec![(name.into(), value.into())], body: b"too many messages".to_vec(),
    /// };
    /// assert!(answer(204, "server", "x").accepted().is_ok());
    ///
    /// let Err(DeliveryError::Retry(retry)) = answer(429, "Retry-After", "30").accepted() else { panic!() };
    /// assert_eq!(retry.after_ms, Some(30_000));
    /// assert_eq!(retry.message, "HTTP 429: too many messages");
    ///
    /// assert!(matches!(answer(404, "server", "x").accepted(), Err(DeliveryError::Permanent(_))));
    /// ```
    ///
    /// # Errors
    /// With the status and the beginning of the body.
    pub fn accepted(self) -> Result<Response, DeliveryError> {
        match self.status {
            200..=299 => Ok(self),
            408 | 425 | 429 | 500..=599 => {
                Err(DeliveryError::Retry(Retry { message: self.explain(), after_ms: self.retry_after_ms() }))
            }
            300..=399 => Err(permanent(format!("HTTP {}: redirects are not followed", self.status))),
            _ => Err(permanent(self.explain())),
        }
    }

    /// `HTTP 503: ` and the beginning of the body on one line.
    pub fn explain(&self) -> String {
        /// Enough for a sentence; the rest of an error page helps nobody.
        const EXCERPT_CHARS: usize = 200;
        let text = self.text();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            return format!("HTTP {}", self.status);
        }
        let excerpt: String = line.chars().take(EXCERPT_CHARS).collect();
        let dots = if excerpt.len() < line.len() { "…" } else { "" };
        format!("HTTP {}: {excerpt}{dots}", self.status)
    }
}

impl From<Error> for DeliveryError {
    fn from(error: Error) -> DeliveryError {
        match error {
            Error::Denied(reason) => misconfigured("", reason),
            Error::Invalid(reason) => permanent(reason),
            // The far side has answered, so it has seen the message: sending it again would double it.
            Error::TooLarge(bytes) => permanent(format!("more than {bytes} bytes in one request or answer")),
            Error::Timeout => retry("no answer in time"),
            Error::Dns(reason) | Error::Connect(reason) | Error::Tls(reason) | Error::Other(reason) => retry(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: vec![], body: body.into() }
    }

    #[test]
    fn a_redirect_is_named_as_what_it_is() {
        let Err(DeliveryError::Permanent(message)) = answer(302, "moved").accepted() else { panic!("accepted") };
        assert_eq!(message, "HTTP 302: redirects are not followed");
    }

    #[test]
    fn an_error_page_is_cut_to_one_short_line() {
        let message = answer(503, &"down \n for  maintenance ".repeat(40)).explain();
        assert!(message.starts_with("HTTP 503: down for maintenance down"), "{message}");
        assert_eq!(message.chars().count(), "HTTP 503: ".len() + 200 + 1);
    }

    #[test]
    fn what_was_not_granted_is_a_matter_of_settings_and_a_broken_line_is_not() {
        assert!(matches!(DeliveryError::from(Error::Denied("no".into())), DeliveryError::Misconfigured(_)));
        assert!(matches!(DeliveryError::from(Error::Connect("refused".into())), DeliveryError::Retry(_)));
    }
}
