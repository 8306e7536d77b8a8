//! `X-Tocsin-Signature: t=1700000000,v1=6ffb…`: that the body comes from us and was not changed.
//!
//! The signed text is `t`, a full stop and the body. `t` is the second in which the notification was
//! decided: the connector has no clock, so a retry carries the `t` of the first attempt.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tocsin_connector::Secret;

pub(crate) fn header(key: &Secret, decided_at_ms: u64, body: &[u8]) -> String {
    let t = decided_at_ms / 1000;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("{t}.").as_bytes());
    mac.update(body);
    format!("t={t},v1={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tocsin_connector::serde_json;

    /// The expected value is what `printf '1700000000.{"schema":1}' | openssl dgst -sha256 -hmac key` prints.
    #[test]
    fn it_can_be_checked_with_openssl() {
        let key: Secret = serde_json::from_str("\"key\"").unwrap();
        assert_eq!(
            header(&key, 1_700_000_000_999, br#"{"schema":1}"#),
            "t=1700000000,v1=5b004453be83a053657f172ebe0e3835230360b0cf349c7e5ce2ee1aa0f5f3ac"
        );
    }
}
