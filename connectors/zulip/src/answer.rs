//! What Zulip's replies mean. It names the reason in `code`.

use tocsin_connector::http::Response;
use tocsin_connector::{Advice, Delivered, DeliveryError, advised};

const ADVICE: &[Advice] = &[
    ("STREAM_DOES_NOT_EXIST", "/channel", "There is no such channel, or the bot may not see it. Subscribe it."),
    ("INVALID_API_KEY", "/api_key", "Zulip does not know this API key. Copy it again."),
    ("UNAUTHORIZED", "/api_key", "Zulip does not know this API key. Copy it again."),
    ("UNAUTHENTICATED_USER", "/api_key", "Zulip does not know this API key. Copy it again."),
    ("NONEXISTENT_SUBDOMAIN", "/url", "There is no such organization at this server."),
    ("USER_DEACTIVATED", "/email", "The bot was deactivated in Zulip."),
    ("REALM_DEACTIVATED", "/url", "The organization was deactivated in Zulip."),
];

pub(crate) fn read(answer: Response) -> Result<Delivered, DeliveryError> {
    if answer.status >= 400 {
        let said = answer.value();
        if let Some(error) = said["code"].as_str().and_then(|code| advised(code, ADVICE)) {
            return Err(error);
        }
    }
    let answer = answer
        .blame(&[401, 403], "/api_key", "Zulip does not accept this bot's address and API key.")?
        .blame(&[404], "/url", "There is no Zulip at this address.")?
        .accepted()?;
    let said = answer.value();
    Ok(match said["id"].as_u64() {
        Some(id) => Delivered::said(format!("message {id}")),
        None => Delivered::said(answer.explain()),
    })
}
