//! Who an agent says it is. Agents send user and password exactly as they stand in the URL of `set mmonit`, without
//! decoding it, while their manual tells people to percent-encode special characters: so both readings count.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use subtle::ConstantTimeEq;

use crate::engine::laid_down::Door;
use crate::secret::Keys;
use crate::usecase::agent_account::fingerprint;

/// Agents cut the header of longer credentials, so nothing longer can be right.
const LONGEST: usize = 512;

/// User and password as they were sent.
pub struct Credentials(String);

impl Credentials {
    /// Reads an `Authorization` header.
    pub fn parse(header: &[u8]) -> Option<Credentials> {
        let (scheme, encoded) = header.split_at_checked(6)?;
        if !scheme.eq_ignore_ascii_case(b"basic ") || encoded.len() > LONGEST {
            return None;
        }
        let decoded = String::from_utf8(STANDARD.decode(encoded.trim_ascii()).ok()?).ok()?;
        // What is refused is written down, and no database text holds a NUL.
        (decoded.contains(':') && !decoded.contains('\0')).then_some(Credentials(decoded))
    }

    /// The user as it was sent.
    pub fn user(&self) -> &str {
        self.0.split_once(':').map_or("", |(user, _)| user)
    }

    /// The name of the account, if the password is right in either reading.
    pub fn account(&self, door: &Door, keys: &Keys) -> Option<String> {
        let (user, password) = self.0.split_once(':')?;
        let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned());
        let decoded = decode(user).zip(decode(password));
        let as_sent = Some((user.to_owned(), password.to_owned()));
        [as_sent, decoded].into_iter().flatten().find_map(|(user, password)| {
            let expected = door.accounts.get(&user)?;
            let given = fingerprint(keys, &password);
            bool::from(given.as_bytes().ct_eq(expected.as_bytes())).then_some(user)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(sent: &str) -> Option<String> {
        let keys = Keys::new(&[1; 32]);
        let accounts = [("mon@it".to_owned(), fingerprint(&keys, "p:a/ss%"))];
        let header = format!("Basic {}", STANDARD.encode(sent));
        Credentials::parse(header.as_bytes())?.account(&Door { accounts: accounts.into() }, &keys)
    }

    #[test]
    fn a_password_counts_as_written_and_percent_decoded() {
        assert_eq!(account("mon@it:p:a/ss%").as_deref(), Some("mon@it"));
        assert_eq!(account("mon%40it:p%3Aa%2Fss%25").as_deref(), Some("mon@it"));
        assert_eq!(account("mon@it:wrong"), None);
        assert_eq!(account("nobody:p:a/ss%"), None);
    }

    #[test]
    fn anything_but_basic_credentials_is_nothing() {
        for header in ["", "Basic", "Basic !!!", "Bearer abc", "Basic bm9jb2xvbg=="] {
            assert!(Credentials::parse(header.as_bytes()).is_none(), "{header}");
        }
    }
}
