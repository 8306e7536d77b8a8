//! Short ways to say what came of a delivery.

use crate::{Delivered, DeliveryError, FieldError, Retry};

impl Delivered {
    /// Delivered, with one line for the history.
    ///
    /// ```
    /// use tocsin_connector::Delivered;
    /// let delivered = Delivered::said("HTTP 201").called("OPS-7").seen_at("https://jira.example.org/browse/OPS-7");
    /// assert_eq!(delivered.handle.as_deref(), Some("OPS-7"));
    /// ```
    pub fn said(detail: impl Into<String>) -> Delivered {
        Delivered { handle: None, detail: Some(detail.into()), url: None }
    }

    /// The far side's name for it, which comes back as `prior_handle`.
    pub fn called(self, handle: impl Into<String>) -> Delivered {
        Delivered { handle: Some(handle.into()), ..self }
    }

    /// Where people can see it at the far side.
    pub fn seen_at(self, url: impl Into<String>) -> Delivered {
        Delivered { url: Some(url.into()), ..self }
    }
}

impl FieldError {
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> FieldError {
        FieldError { pointer: pointer.into(), message: message.into() }
    }
}

/// It may work later; when, is left to the engine.
pub fn retry(message: impl Into<String>) -> DeliveryError {
    DeliveryError::Retry(Retry { message: message.into(), after_ms: None })
}

/// This message will never be accepted, but others may be.
pub fn permanent(message: impl Into<String>) -> DeliveryError {
    DeliveryError::Permanent(message.into())
}

/// Nothing will be accepted until the setting at this JSON pointer is changed.
///
/// ```
/// use tocsin_connector::{DeliveryError, misconfigured};
/// let error = misconfigured("/url", "The hook was deleted. Make a new one and paste its address here.");
/// assert!(matches!(error, DeliveryError::Misconfigured(fields) if fields[0].pointer == "/url"));
/// ```
pub fn misconfigured(pointer: impl Into<String>, message: impl Into<String>) -> DeliveryError {
    DeliveryError::Misconfigured(vec![FieldError::new(pointer, message)])
}

/// A word by which the far side refuses, the JSON pointer of the setting that is to blame, and a
/// sentence for the person who can change it.
pub type Advice = (&'static str, &'static str, &'static str);

/// What a far side's word for a refusal says about the settings; none if it is no matter of settings.
///
/// ```
/// use tocsin_connector::{Advice, DeliveryError, advised};
/// const ADVICE: &[Advice] = &[("channel_is_archived", "/channel", "The channel is archived. Choose another one.")];
/// let Some(DeliveryError::Misconfigured(fields)) = advised("channel_is_archived", ADVICE) else { panic!() };
/// assert_eq!(fields[0].message, "The channel is archived. Choose another one. (channel_is_archived)");
/// assert!(advised("invalid_payload", ADVICE).is_none());
/// ```
pub fn advised(word: &str, advice: &[Advice]) -> Option<DeliveryError> {
    let (_, pointer, sentence) = advice.iter().find(|(code, ..)| *code == word)?;
    Some(misconfigured(*pointer, format!("{sentence} ({word})")))
}
