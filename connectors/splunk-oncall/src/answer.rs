//! What the replies mean. The endpoint says `"result": "failure"` in a body, whatever its status is.

use tocsin_connector::http::Response;
use tocsin_connector::{Delivered, DeliveryError, permanent};

const WRONG_KEY: &str = "Splunk On-Call does not know this key. Copy it again from the integration's URL, and check that the integration is switched on.";

pub(crate) fn read(answer: Response) -> Result<Delivered, DeliveryError> {
    let answer = answer.blame(&[401, 403, 404], "/api_key", WRONG_KEY)?.accepted()?;
    if answer.value()["result"] == "failure" {
        return Err(permanent(answer.explain()));
    }
    Ok(Delivered::said(answer.explain()))
}
