//! One message over one connection: MAIL, RCPT for each, DATA.
//!
//! A recipient whom the relay refuses does not keep the others from being told. A relay that takes commands
//! in one piece (PIPELINING, RFC 2920) gets them so: that is half of the waiting.

use super::reply;
use crate::bindings::tocsin::connector::smtp::{Accepted, Error, Refusal, Reply};
use lettre::Address;
use lettre::transport::smtp;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;

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

pub(super) async fn send(
    connection: &mut AsyncSmtpConnection,
    mail: &Mail,
    pipelining: bool,
) -> Result<Accepted, Failure> {
    let parameters = parameters(connection, mail).map_err(Failure::Refused)?;
    let sender = MailFrom::new(mail.sender.clone(), parameters);
    let refused = match pipelining {
        true => at_once(connection, sender, mail).await?,
        false => in_turn(connection, sender, mail).await?,
    };
    let response = connection.message(&mail.message).await.map_err(answered)?;
    Ok(Accepted { reply: reply::of(&response), refused })
}

/// Up to where the relay waits for the message; with those whom it does not take.
async fn in_turn(connection: &mut AsyncSmtpConnection, sender: MailFrom, mail: &Mail) -> Result<Vec<Refusal>, Failure> {
    connection.command(sender).await.map_err(unheard)?;
    let mut refused = Vec::new();
    for recipient in &mail.recipients {
        let reply = connection.command(Rcpt::new(recipient.clone(), vec![])).await;
        refused.extend(refusal(recipient, reply)?);
    }
    if refused.len() == mail.recipients.len() {
        connection.command(Rset).await.map_err(answered)?;
        return Err(Failure::Refused(all_refused(refused)));
    }
    connection.command(Data).await.map_err(answered)?;
    Ok(refused)
}

/// The same with all commands in one piece and the replies after it.
async fn at_once(connection: &mut AsyncSmtpConnection, sender: MailFrom, mail: &Mail) -> Result<Vec<Refusal>, Failure> {
    let recipients = mail.recipients.iter().map(|recipient| Rcpt::new(recipient.clone(), vec![]).to_string());
    let commands = format!("{sender}{}{Data}", recipients.collect::<String>());
    connection.command(commands).await.map_err(unheard)?;
    let mut refused = Vec::new();
    for recipient in &mail.recipients {
        refused.extend(refusal(recipient, connection.read_response().await)?);
    }
    let data = connection.read_response().await;
    if refused.len() == mail.recipients.len() {
        if data.is_ok() {
            // It waits for a message to nobody. It gets none, and the connection ends.
            return Err(Failure::Broken(all_refused(refused)));
        }
        connection.command(Rset).await.map_err(answered)?;
        return Err(Failure::Refused(all_refused(refused)));
    }
    data.map_err(answered)?;
    Ok(refused)
}

/// Whether the relay does not take this recipient.
fn refusal(recipient: &Address, reply: Result<Response, smtp::Error>) -> Result<Option<Refusal>, Failure> {
    match reply {
        Ok(_) => Ok(None),
        Err(error) => match reply::negative(&error) {
            Some(reply) => Ok(Some(Refusal { recipient: recipient.to_string(), reply })),
            None => Err(answered(error)),
        },
    }
}

/// What it means that the first command failed.
fn unheard(error: smtp::Error) -> Failure {
    let closing = reply::negative(&error).is_none_or(|reply| reply.code == CLOSING);
    if closing { Failure::Stale(error) } else { answered(error) }
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
