//! Short ways to say why a delivery did not succeed.

use crate::{DeliveryError, FieldError, Retry};

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
    DeliveryError::Misconfigured(vec![FieldError { pointer: pointer.into(), message: message.into() }])
}
