//! Mail through the receiver's relay, and what the relay's reply means for the delivery.

pub use crate::bindings::tocsin::connector::smtp::{Accepted, Envelope, Error, Refusal, Reply, send};
use crate::{DeliveryError, misconfigured, permanent, retry};

/// One line for the history: what the relay said, and who gets nothing.
///
/// ```
/// use tocsin_connector::smtp::{Accepted, Refusal, Reply, detail};
/// let accepted = Accepted {
///     reply: Reply { code: 250, text: "queued as 4F2".into() },
///     refused: vec![Refusal { recipient: "gone@example.org".into(), reply: Reply { code: 550, text: "no such user".into() } }],
/// };
/// assert_eq!(detail(&accepted), "250 queued as 4F2; not taken: gone@example.org (550 no such user)");
/// ```
pub fn detail(accepted: &Accepted) -> String {
    let mut line = say(&accepted.reply);
    for refusal in &accepted.refused {
        line.push_str(&format!("; not taken: {} ({})", refusal.recipient, say(&refusal.reply)));
    }
    line
}

fn say(reply: &Reply) -> String {
    format!("{} {}", reply.code, reply.text)
}

impl From<Error> for DeliveryError {
    /// 4yz may work later, 5yz never will; a refused login or relay is a matter of settings.
    fn from(error: Error) -> DeliveryError {
        match error {
            Error::Denied(reason) => misconfigured("/relay", reason),
            Error::Login(reply) if reply.code < 500 => retry(format!("the relay puts off the login: {}", say(&reply))),
            Error::Login(reply) => misconfigured(
                "/relay/password",
                format!("The relay does not accept this user name and password: {}", say(&reply)),
            ),
            Error::Invalid(reason) => permanent(reason),
            Error::Unavailable(reason) => retry(reason),
            Error::Temporary(reply) => retry(say(&reply)),
            Error::Rejected(reply) => permanent(say(&reply)),
            Error::Timeout => retry("the relay did not answer in time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16) -> Reply {
        Reply { code, text: "said so".into() }
    }

    #[test]
    fn a_wrong_password_points_at_the_field() {
        let DeliveryError::Misconfigured(fields) = Error::Login(reply(535)).into() else { panic!("not settings") };
        assert_eq!(fields[0].pointer, "/relay/password");
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        assert!(matches!(Error::Temporary(reply(451)).into(), DeliveryError::Retry(_)));
        assert!(matches!(Error::Login(reply(454)).into(), DeliveryError::Retry(_)));
        assert!(matches!(Error::Rejected(reply(550)).into(), DeliveryError::Permanent(_)));
    }
}
