//! Who vouches for a file: minisign signatures, and the public keys that an admin knows.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minisign_verify::{PublicKey, Signature};

/// A signature has four short lines; minisign allows comments of 8 KiB.
pub const SIGNATURE_BYTES: usize = 16 * 1024;
/// A key with its comment has two lines.
pub const KEY_BYTES: usize = 4 * 1024;
/// In a key and in a signature: two bytes of algorithm, then the number of the key.
const KEY_NUMBER: std::ops::Range<usize> = 2..10;

/// What is known of the origin of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// No signature came with it.
    Not,
    /// By the key that an admin has given this name.
    By(String),
    /// By a key that nobody has listed; its number, as minisign shows it.
    Unknown(String),
    /// By its number the key is a listed one, but this file was not signed with it.
    Wrong(String),
}

impl Signed {
    /// `unsigned`, `known`, `unknown`, `wrong`
    pub fn word(&self) -> &'static str {
        match self {
            Signed::Not => "unsigned",
            Signed::By(_) => "known",
            Signed::Unknown(_) => "unknown",
            Signed::Wrong(_) => "wrong",
        }
    }

    pub fn sentence(&self) -> String {
        match self {
            Signed::Not => "not signed: nothing but the digest says where it is from".to_owned(),
            Signed::By(name) => format!("signed by {name}"),
            Signed::Unknown(number) => format!("signed with the key {number}, which is not listed here"),
            Signed::Wrong(name) => format!("the signature is wrong: {name} has not signed this file"),
        }
    }
}

/// A listed key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publisher {
    pub name: String,
    /// As minisign writes it, without its comment.
    pub public_key: String,
}

/// Reads a public key as it stands in a `.pub` file, or its second line alone.
///
/// # Errors
/// A sentence for the person who entered it.
pub fn read_key(text: &str) -> Result<String, String> {
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("");
    match PublicKey::from_base64(line) {
        Ok(_) if text.len() <= KEY_BYTES => Ok(line.to_owned()),
        _ => Err("this is no minisign public key; paste the content of the .pub file, or its last line".to_owned()),
    }
}

/// Whether this text is a signature at all.
///
/// # Errors
/// A sentence for the person who gave it.
pub fn check(text: &str) -> Result<(), String> {
    let whole = text.len() <= SIGNATURE_BYTES && Signature::decode(text).is_ok();
    if whole { Ok(()) } else { Err("this is no minisign signature; give the .minisig file as it is".to_owned()) }
}

/// The public key among these that has signed the file.
pub fn signer(wasm: &[u8], signature: &str, publishers: &[Publisher]) -> Option<String> {
    let signature = Signature::decode(signature).ok()?;
    let signed = |publisher: &&Publisher| {
        let key = PublicKey::from_base64(&publisher.public_key);
        // Signatures in the form of before 2018 cover the file itself; both are sound.
        key.is_ok_and(|key| key.verify(wasm, &signature, true).is_ok())
    };
    publishers.iter().find(signed).map(|publisher| publisher.public_key.clone())
}

/// How it stands with a file: `signed_with` is the key that it was found good with.
pub fn standing(signature: Option<&str>, signed_with: Option<&str>, publishers: &[Publisher]) -> Signed {
    let Some(signature) = signature else { return Signed::Not };
    if let Some(publisher) = publishers.iter().find(|publisher| Some(publisher.public_key.as_str()) == signed_with) {
        return Signed::By(publisher.name.clone());
    }
    let number = signature.lines().nth(1).and_then(number_of);
    let listed = publishers.iter().find(|publisher| number.is_some() && number_of(&publisher.public_key) == number);
    match (listed, number) {
        (Some(publisher), _) => Signed::Wrong(publisher.name.clone()),
        (None, number) => Signed::Unknown(number.unwrap_or_default()),
    }
}

/// The number of the key in a key or signature, as minisign shows it.
pub fn number_of(line: &str) -> Option<String> {
    let bytes = STANDARD.decode(line.trim()).ok()?;
    let number: [u8; 8] = bytes.get(KEY_NUMBER)?.try_into().ok()?;
    Some(format!("{:016X}", u64::from_le_bytes(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "RWQBAgMEBQYHCPB7o5zLnUzjonxB6sJ5RzS8sCpDM7w9OuQAxlLy0BDO";
    /// Of the eleven bytes “a connector”, with the key above.
    const SIGNATURE: &str = "untrusted comment: signature of a test
RUQBAgMEBQYHCGWKErtQCt1yM2cuPU9nUqXp1+uivlKyT3BQcq4by6TlbAfQqnPEBiAfCjhjf5iCFirmmV9PrVvsNwW4H/hmYgY=
trusted comment: file:connector.wasm
UODkLgRGB28RSFbeEYBIlbHQJhf7uD4H2vKRrc4NnAFR9Ff5CJeMNjyaM3KWdhZ3Ye/VD4jKg5ZKIJxT+0imAA==
";

    fn acme() -> Vec<Publisher> {
        vec![Publisher { name: "Acme".to_owned(), public_key: KEY.to_owned() }]
    }

    #[test]
    fn the_four_states_of_a_signature() {
        let signed_with = signer(b"a connector", SIGNATURE, &acme());
        assert_eq!(signed_with.as_deref(), Some(KEY));
        let standing = |signed_with: Option<&str>, known: &[Publisher]| standing(Some(SIGNATURE), signed_with, known);
        assert_eq!(standing(Some(KEY), &acme()), Signed::By("Acme".to_owned()));
        assert_eq!(standing(Some(KEY), &[]), Signed::Unknown("0807060504030201".to_owned()), "the key was taken away");
        assert_eq!(signer(b"another file", SIGNATURE, &acme()), None);
        assert_eq!(standing(None, &acme()), Signed::Wrong("Acme".to_owned()));
        assert_eq!(super::standing(None, None, &acme()), Signed::Not);
    }

    #[test]
    fn a_key_is_read_with_and_without_its_comment() {
        let file = format!("untrusted comment: minisign public key 0807060504030201\n{KEY}\n");
        assert_eq!((read_key(&file), read_key(KEY)), (Ok(KEY.to_owned()), Ok(KEY.to_owned())));
        assert!(read_key("ssh-ed25519 AAAA").is_err());
        assert!(check(SIGNATURE).is_ok() && check("-----BEGIN PGP SIGNATURE-----").is_err());
    }
}
