//! What came back, and what it means for the delivery.

use super::{Response, retry_after};
use crate::{DeliveryError, Retry, misconfigured, permanent, text};
use serde::de::DeserializeOwned;
use serde_json::Value;

impl Response {
    /// The first header of this name, in whatever case it came.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is none. Fields that are not there are null, too, so an answer
    /// can be looked at without many questions.
    ///
    /// ```
    /// use tocsin_connector::http::Response;
    /// let answer = |body: &str| Response { status: 200, headers: vec![], body: body.into() };
    /// assert_eq!(answer(r#"{"id": 7}"#).value()["id"], 7);
    /// assert!(answer("<html>").value()["id"].is_null());
    /// ```
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as a type of one's own, if it is that.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
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

    /// With one of these statuses a setting is wrong: nothing will be accepted until a person changes it.
    /// Comes before [`accepted`](Response::accepted), which would give up this message only.
    ///
    /// ```
    /// use tocsin_connector::{DeliveryError, http::Response};
    /// let answer = Response { status: 401, headers: vec![], body: b"bad token".to_vec() };
    /// let Err(DeliveryError::Misconfigured(fields)) = answer.blame(&[401, 403], "/token", "Gotify does not know this token.")
    /// else { panic!() };
    /// assert_eq!(fields[0].pointer, "/token");
    /// assert_eq!(fields[0].message, "Gotify does not know this token. (HTTP 401: bad token)");
    /// ```
    ///
    /// # Errors
    /// With the sentence and what the far side said.
    pub fn blame(self, statuses: &[u16], pointer: &str, sentence: &str) -> Result<Response, DeliveryError> {
        if statuses.contains(&self.status) {
            return Err(misconfigured(pointer, format!("{sentence} ({})", self.explain())));
        }
        Ok(self)
    }

    /// `HTTP 503: ` and the beginning of the body on one line.
    pub fn explain(&self) -> String {
        /// Enough for a sentence; the rest of an error page helps nobody.
        const EXCERPT_CHARS: usize = 200;
        let line = text::one_line(&self.text());
        if line.is_empty() {
            return format!("HTTP {}", self.status);
        }
        let excerpt: String = line.chars().take(EXCERPT_CHARS).collect();
        let dots = if excerpt.len() < line.len() { "…" } else { "" };
        format!("HTTP {}: {excerpt}{dots}", self.status)
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
}
