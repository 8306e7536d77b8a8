//! What PagerDuty's replies mean. A refusal is a 400 whose list of errors names the field.

use tocsin_connector::http::Response;
use tocsin_connector::{Delivered, DeliveryError};

const WRONG_KEY: &str = "PagerDuty does not accept this integration key. Copy it again and check the service region.";

/// `change`: it went to the timeline of changes, which takes fewer kinds of keys than alerts do. What that
/// refuses must not keep alerts from calling somebody.
pub(crate) fn read(answer: Response, change: bool) -> Result<Delivered, DeliveryError> {
    let about_the_key = answer.status == 400 && !change && {
        let words = answer.text().to_lowercase();
        words.contains("routing_key") || words.contains("routing key")
    };
    let statuses: &[u16] = match (change, about_the_key) {
        (true, _) => &[],
        (false, true) => &[400],
        (false, false) => &[401, 403, 404],
    };
    Ok(Delivered::said(answer.blame(statuses, "/routing_key", WRONG_KEY)?.accepted()?.explain()))
}
