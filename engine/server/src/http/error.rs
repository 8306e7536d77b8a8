//! A page for what went wrong: what happened, what it means, what to do.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use minijinja::context;

use super::render;
use crate::fault::{Fault, RefusalKind};

/// What a page handler returns instead of a page.
#[derive(Debug)]
pub struct Oops {
    fault: Fault,
    /// Where the person came from.
    back: String,
}

impl Oops {
    /// Gives the page a way back.
    pub fn back(fault: Fault, back: &str) -> Oops {
        Oops { fault, back: back.to_owned() }
    }
}

impl<E: Into<Fault>> From<E> for Oops {
    fn from(error: E) -> Oops {
        Oops::back(error.into(), "/")
    }
}

impl IntoResponse for Oops {
    fn into_response(self) -> Response {
        let (status, title, sentence) = match &self.fault {
            Fault::Refused(refusal) => {
                let (status, title) = match refusal.kind {
                    RefusalKind::NotFound => (StatusCode::NOT_FOUND, "Nothing here"),
                    RefusalKind::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "This cannot be done as it stands"),
                    RefusalKind::Conflict => (StatusCode::CONFLICT, "This is not possible now"),
                    RefusalKind::Forbidden => (StatusCode::FORBIDDEN, "This is not yours to do"),
                };
                (status, title, refusal.sentence.clone())
            }
            Fault::ShuttingDown => {
                (StatusCode::SERVICE_UNAVAILABLE, "tocsin is restarting", "Try again in a moment.".to_owned())
            }
            fault => {
                tracing::error!(error = %fault, "a page failed");
                let sentence = match fault.cure() {
                    Some(cure) => format!("Nothing was changed: {cure}."),
                    None => "Nothing was changed. Try again; if it stays, the log of tocsin says why.".to_owned(),
                };
                (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side", sentence)
            }
        };
        page(status, title, &sentence, &self.back)
    }
}

/// A bare page with a sentence and a way back.
pub fn page(status: StatusCode, title: &str, sentence: &str, back: &str) -> Response {
    let model = context! { title, sentence => capitalized(sentence), back, status => status.as_u16() };
    render::bare(status, "page/error.html", model)
}

/// The address names nothing.
pub async fn not_found() -> Response {
    let sentence = "There is no such page. It may have been deleted, or the link was cut short.";
    page(StatusCode::NOT_FOUND, "Nothing here", sentence, "/")
}

/// The framework refuses what it cannot read with a line for programmers; people get a page.
pub async fn in_words(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // An answer without a body has no type either.
    if !kind.starts_with("text/plain") && response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return response;
    }
    let (title, sentence) = match response.status() {
        StatusCode::BAD_REQUEST => {
            ("Nothing here", "This address names nothing. It may have been cut short or mistyped.")
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            ("Not this way", "This address is for a form. Go back to the page that the form is on, and send it there.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("Too much at once", "What was sent is larger than any form of tocsin. Send less, or in several parts.")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => {
            ("Not understood", "What was sent is not what this form sends. Load the page again and fill it in there.")
        }
        _ => return response,
    };
    page(response.status(), title, sentence, "/")
}

/// A form came from another site.
pub fn cross_site() -> Response {
    let sentence = "This form was sent from another site and was not taken. If you sent it from here: a proxy between \
                    your browser and tocsin changes the Host or Origin header; let both pass unchanged, and set \
                    public_url (the flag --public-url) to the address you type into the browser.";
    page(StatusCode::FORBIDDEN, "Sent from elsewhere", sentence, "/")
}

/// A sentence as it is shown: with a capital letter and a full stop.
pub(super) fn capitalized(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    ended(&format!("{first}{}", chars.as_str()))
}

/// A sentence with its end, once.
pub(super) fn ended(sentence: &str) -> String {
    let end = if sentence.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{sentence}{end}")
}

#[cfg(test)]
mod tests {
    use super::{capitalized, ended};

    #[test]
    fn a_sentence_ends_once() {
        assert_eq!(ended("kv: leave it empty."), "kv: leave it empty.");
        assert_eq!(ended("kv: true or false"), "kv: true or false.");
        assert_eq!(capitalized("there is none"), "There is none.");
    }
}
