//! What a browser is told about every answer: nothing from elsewhere, nothing inline, no frame around it.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

/// Scripts, styles, pictures, forms and connections of our own only, and nothing inline.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
                          img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Addresses here name hosts and alerts, and the set-up link holds a secret.
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Adds the headers, and forbids keeping what does not say otherwise.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Addresses of ours are shorter; the longest are forms that show what they would do before it is done.
const MAX_PATH_BYTES: usize = 4_000;

/// A path on this very server, to be trusted as the goal of a redirect: never another origin.
pub fn local_path(path: &str) -> Option<&str> {
    let plain = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= MAX_PATH_BYTES
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && path.parse::<Uri>().is_ok_and(|uri| uri.authority().is_none())).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_followed() {
        assert_eq!(local_path("/hosts/7?q=web%201"), Some("/hosts/7?q=web%201"));
        for path in
            ["", "hosts", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nset-cookie: x", "/\t/x"]
        {
            assert_eq!(local_path(path), None, "{path:?}");
        }
    }

    #[test]
    fn nothing_inline_is_allowed() {
        assert!(!POLICY.contains("unsafe") && !POLICY.contains("nonce") && POLICY.contains("script-src 'self';"));
    }
}
