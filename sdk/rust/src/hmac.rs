//! Signatures with a shared key: HMAC-SHA256.

use ::hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The signature over the parts, one after the other.
pub fn sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// The same in hexadecimal, as most headers want it.
///
/// ```
/// use tocsin_connector::hmac;
/// // printf '1700000000.{"schema":1}' | openssl dgst -sha256 -hmac key
/// assert_eq!(
///     hmac::sha256_hex(b"key", &[b"1700000000.", br#"{"schema":1}"#]),
///     "5b004453be83a053657f172ebe0e3835230360b0cf349c7e5ce2ee1aa0f5f3ac",
/// );
/// ```
pub fn sha256_hex(key: &[u8], parts: &[&[u8]]) -> String {
    hex::encode(sha256(key, parts))
}
