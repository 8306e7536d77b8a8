//! One message over one connection: MAIL, RCPT for each, DATA.
//!
//! A recipient whom the relay refuses does not keep the others from being told.

use super::reply;
use crate::bindings::tocsin::connector::smtp::{Accepted, Error, Refusal, Reply};
use lettre::Address;
use lettre::transport::smtp;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};

/// "Service not available, closing": how a relay ends a session that was idle.
const CLOSING: u16 = 421;

pub(crate) struct Mail {
    pub(crate) sender: Option<Address>,
    pub(crate) recipients: Vec<Address>,
    pub(crate) message: Vec<u8>,
}

/// Why a message did not go out over this connection.
pub(super) enum Failure {
    /// The connection was dead before the relay heard of the message: another one may do.
    Stale(smtp::Error),
    /// The relay said no, or the message does not suit it; the connection is still good.
    Refused(Error),
    /// The connection broke on the way.
    Broken(Error),
}

pub(super) async fn send(connection: &mut AsyncSmtpConnection, mail: &Mail) -> Result<Accepted, Failure> {
    let parameters = parameters(connection, mail).map_err(Failure::Refused)?;
    if let Err(error) = connection.command(MailFrom::new(mail.sender.clone(), parameters)).await {
        let closing = reply::negative(&error).is_none_or(|reply| reply.code == CLOSING);
        return Err(if closing { Failure::Stale(error) } else { answered(error) });
    }
    let mut refused: Vec<Refusal> = Vec::new();
    for recipient in &mail.recipients {
        if let Err(error) = connection.command(Rcpt::new(recipient.clone(), vec![])).await {
            let Some(reply) = reply::negative(&error) else { return Err(answered(error)) };
            refused.push(Refusal { recipient: recipient.to_string(), reply });
        }
    }
    if refused.len() == mail.recipients.len() {
        connection.command(Rset).await.map_err(answered)?;
        return Err(Failure::Refused(all_refused(refused)));
    }
    connection.command(Data).await.map_err(answered)?;
    let response = connection.message(&mail.message).await.map_err(answered)?;
    Ok(Accepted { reply: reply::of(&response), refused })
}

fn answered(error: smtp::Error) -> Failure {
    // After a negative reply in mid-transaction the relay's state is not known well enough to go on.
    Failure::Broken(reply::explain(error))
}

/// Trying again is worth it if the relay said of anybody that it may pass.
pub(crate) fn all_refused(refused: Vec<Refusal>) -> Error {
    let temporary = refused.iter().any(|refusal| refusal.reply.code < 500);
    let code = refused.iter().map(|refusal| refusal.reply.code).min().unwrap_or_default();
    let said: Vec<String> =
        refused.into_iter().map(|refusal| format!("{}: {}", refusal.recipient, refusal.reply.text)).collect();
    let reply = Reply { code, text: said.join("; ") };
    if temporary { Error::Temporary(reply) } else { Error::Rejected(reply) }
}

/// What the relay has to be told of a message that is not plain ASCII.
fn parameters(connection: &AsyncSmtpConnection, mail: &Mail) -> Result<Vec<MailParameter>, Error> {
    let offers = |extension| connection.server_info().supports_feature(extension);
    let mut parameters = Vec::new();
    let plain = |address: &Address| address.to_string().is_ascii();
    if !mail.sender.iter().chain(&mail.recipients).all(plain) {
        if !offers(Extension::SmtpUtfEight) {
            return Err(Error::Invalid("an address is not ASCII and the relay does not take such (SMTPUTF8)".into()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !mail.message.is_ascii() {
        if !offers(Extension::EightBitMime) {
            return Err(Error::Invalid("the message is not ASCII and the relay does not take such (8BITMIME)".into()));
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(parameters)
}
