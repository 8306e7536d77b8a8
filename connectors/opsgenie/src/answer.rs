//! What the replies mean. Requests are processed later, so most refusals are about the key.

use tocsin_connector::http::Response;
use tocsin_connector::{Delivered, DeliveryError};

const WRONG_KEY: &str = "This API key is not accepted here. Check that it is whole, that its integration is switched on and may create and update alerts, and that the service is the one where it was made.";

/// `opens`: whether the request would have made an alert, or was about one that exists.
pub(crate) fn read(answer: Response, opens: bool) -> Result<Delivered, DeliveryError> {
    if answer.status == 404 && !opens {
        return Ok(Delivered::said("the alert was no longer there"));
    }
    // "Key format is not valid!" comes with the status that otherwise means a wrong field.
    let about_the_key = answer.status == 422 && answer.text().contains("Key format");
    let answer = if about_the_key { answer.blame(&[422], "/api_key", WRONG_KEY)? } else { answer };
    let answer = answer
        .blame(&[401, 403], "/api_key", WRONG_KEY)?
        .blame(&[402], "/api_key", "The account of this API key is not paid for.")?
        .blame(&[404], "/service", "There are no alerts at this service. Choose the one where the key was made.")?
        .accepted()?;
    Ok(Delivered::said(answer.explain()))
}
