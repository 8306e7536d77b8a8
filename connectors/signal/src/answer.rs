//! What the bridge's replies mean. It hands the words of signal-cli through, all with status 400.

use tocsin_connector::http::Response;
use tocsin_connector::{Delivered, DeliveryError, misconfigured, permanent, retry};

/// Parts of what signal-cli says, the setting that is to blame, and what to do.
const BLAMED: &[(&str, &str, &str)] = &[
    ("is not registered", "/number", "This number is not registered at the bridge. Register or link it there."),
    ("account does not exist", "/number", "The bridge has no such number. Register or link it there."),
    ("authorization failed", "/number", "Signal has signed this number out. Link it again at the bridge."),
    ("unregistered user", "/recipients", "A recipient is not registered with Signal."),
    ("invalid group id", "/recipients", "There is no such group. Take its id from the bridge's list."),
    ("group not found", "/recipients", "There is no such group, or the number has left it."),
];
/// Parts of what it says when Signal wants less from it.
const BUSY: &[&str] = &["rate limit", "captcha", "proof required"];

/// `alone`: there is one recipient. If there are more and one cannot be reached, the others were told, and
/// go on being told.
pub(crate) fn read(answer: Response, alone: bool) -> Result<Delivered, DeliveryError> {
    if answer.status == 400 {
        let said = answer.text().to_lowercase();
        if BUSY.iter().any(|part| said.contains(part)) {
            return Err(retry(answer.explain()));
        }
        if let Some((_, pointer, sentence)) = BLAMED.iter().find(|(part, ..)| said.contains(part)) {
            if *pointer == "/recipients" && !alone {
                return Err(permanent(format!("{sentence} The others were told. ({})", answer.explain())));
            }
            return Err(misconfigured(*pointer, format!("{sentence} ({})", answer.explain())));
        }
    }
    let answer = answer
        .blame(&[401, 403], "/password", "What stands before the bridge does not accept this login.")?
        .blame(&[404], "/url", "There is no signal-cli-rest-api with /v2/send at this address.")?
        .accepted()?;
    let said = answer.value();
    Ok(match said["timestamp"].as_str() {
        Some(timestamp) => Delivered::said(format!("message {timestamp}")),
        None => Delivered::said(answer.explain()),
    })
}
