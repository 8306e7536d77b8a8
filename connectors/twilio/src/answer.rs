//! What Twilio's replies mean. It names the reason by a number in `code`.

use tocsin_connector::http::Response;
use tocsin_connector::{Advice, Delivered, DeliveryError, advised};

const ADVICE: &[Advice] = &[
    ("20003", "/auth_token", "Twilio does not accept this login. Check the account SID and the secret."),
    ("20005", "/account_sid", "The Twilio account is not active."),
    ("20404", "/account_sid", "Twilio does not know this account."),
    ("21211", "/to", "Twilio says that this is no telephone number."),
    ("21212", "/from", "Twilio says that this is no number to send from."),
    ("21266", "/to", "The number to send to is the one that is sent from."),
    ("21408", "/to", "The account may not send to this country. Allow it in the console under geo permissions."),
    ("21606", "/from", "This number does not belong to the account or cannot send text messages."),
    ("21608", "/to", "A trial account sends to verified numbers only."),
    (
        "21610",
        "/to",
        "The receiver has written STOP to this number and has to write START before it gets messages again.",
    ),
    ("21612", "/to", "There is no way from this sender to this number."),
    ("21614", "/to", "This is no mobile number."),
    ("21659", "/from", "This number does not belong to the account."),
    ("21660", "/from", "This number belongs to another account."),
    ("21701", "/from", "There is no such messaging service."),
    ("21703", "/from", "The messaging service has no number to send from."),
];

pub(crate) fn read(answer: Response) -> Result<Delivered, DeliveryError> {
    let said = answer.value();
    if answer.status >= 400
        && let Some(code) = said["code"].as_u64()
        && let Some(error) = advised(&code.to_string(), ADVICE)
    {
        return Err(error);
    }
    let answer = answer
        .blame(&[401, 403], "/auth_token", "Twilio does not accept this login.")?
        .blame(&[404], "/account_sid", "Twilio does not know this account.")?
        .accepted()?;
    Ok(match (said["sid"].as_str(), said["status"].as_str()) {
        (Some(sid), Some(status)) => Delivered::said(format!("{status}: {sid}")),
        _ => Delivered::said(answer.explain()),
    })
}
