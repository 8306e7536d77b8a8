//! Secrets at rest: sealed with a key that lies beside the data, never in the database.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// Bytes of the key file.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// First byte of everything sealed: which form it has.
const FORM: u8 = 1;

/// The keys of this instance, all derived from one file.
pub struct Keys {
    seal: XChaCha20Poly1305,
    fingerprint: [u8; 32],
    links: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// Derives the keys from the bytes of the key file.
    pub fn new(master: &[u8; KEY_BYTES]) -> Keys {
        let seal = derive(master, "seal");
        let (fingerprint, links) = (derive(master, "fingerprint"), derive(master, "links"));
        Keys { seal: XChaCha20Poly1305::new(&seal.into()), fingerprint, links }
    }

    /// Encrypts; `place` says where the secret stands (table and row), so that it cannot be moved to another place.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        fill_random(&mut nonce);
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        // XChaCha20-Poly1305 fails only above 256 GiB; what is sealed here is a form's content.
        let sealed = self.seal.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        [&[FORM][..], &nonce, &sealed].concat()
    }

    /// Decrypts what [`Keys::seal`] made for the same place; `None` if the key is another or it was tampered with.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let rest = sealed.strip_prefix(&[FORM])?;
        let (nonce, cipher) = rest.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        self.seal.decrypt(&XNonce::from(nonce), Payload { msg: cipher, aad: place.as_bytes() }).ok()
    }

    /// A keyed hash, hex: how passwords of agents and tokens of programs are kept. They are compared thousands of
    /// times a second, which a slow password hash would not allow; without the key file the hash is of no use.
    pub fn fingerprint(&self, purpose: &str, secret: &str) -> String {
        let mut outer = Sha256::new();
        outer.update(self.fingerprint.map(|byte| byte ^ 0x5c));
        outer.update([0x5c; 32]);
        let mut inner = Sha256::new();
        inner.update(self.fingerprint.map(|byte| byte ^ 0x36));
        inner.update([0x36; 32]);
        inner.update(u64::try_from(purpose.len()).unwrap_or(u64::MAX).to_be_bytes());
        inner.update(purpose.as_bytes());
        inner.update(secret.as_bytes());
        outer.update(inner.finalize());
        hex::encode(outer.finalize())
    }

    /// A keyed hash over the fields of a signed link.
    pub fn mark_link(&self, fields: &[u8]) -> [u8; 32] {
        // Every length of key is taken.
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.links) else { return [0; 32] };
        mac.update(fields);
        mac.finalize().into_bytes().into()
    }
}

/// Fills a buffer with randomness of the operating system.
///
/// # Panics
/// When the system has none: nothing secure can be done then.
pub fn fill_random(buffer: &mut [u8]) {
    getrandom::fill(buffer).expect("the operating system gives no random numbers");
}

fn derive(master: &[u8; KEY_BYTES], purpose: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"tocsin ");
    hash.update(purpose.as_bytes());
    hash.update(master);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_in_its_own_place() {
        let keys = Keys::new(&[7; KEY_BYTES]);
        let sealed = keys.seal("receiver:1", b"hunter2");
        assert_eq!(keys.open("receiver:1", &sealed).as_deref(), Some(&b"hunter2"[..]));
        assert_eq!(keys.open("receiver:2", &sealed), None);
        assert_eq!(Keys::new(&[8; KEY_BYTES]).open("receiver:1", &sealed), None);
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
    }

    #[test]
    fn fingerprints_differ_by_purpose() {
        let keys = Keys::new(&[7; KEY_BYTES]);
        assert_ne!(keys.fingerprint("agent", "x"), keys.fingerprint("token", "x"));
        assert_eq!(keys.fingerprint("agent", "x"), keys.fingerprint("agent", "x"));
    }
}
