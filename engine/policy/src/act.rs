//! What an operator does.
use crate::{Admission, AlertId, Effect, Host, IdSource, Moment, Refusal, Silence, SilenceId, Span};

/// Acknowledges an open alert (S4).
pub fn acknowledge(
    _host: &mut Host,
    _alert: AlertId,
    _by: &str,
    _note: &str,
    _until: Moment,
    _now: Moment,
) -> Result<Vec<Effect>, Refusal> {
    Err(Refusal::NotOpen)
}

/// Takes an acknowledgement back (S4).
pub fn unacknowledge(_host: &mut Host, _alert: AlertId, _now: Moment) -> Result<Vec<Effect>, Refusal> {
    Err(Refusal::NotOpen)
}

/// Silences a host (S5).
pub fn silence(_host: &mut Host, _silence: Silence, _now: Moment) -> Result<Vec<Effect>, Refusal> {
    Err(Refusal::NotSilenced)
}

/// Ends one silence early, or all of them (S5).
pub fn end_silences(_host: &mut Host, _which: Option<SilenceId>, _now: Moment) -> Result<Vec<Effect>, Refusal> {
    Err(Refusal::NotSilenced)
}

/// Sets whether the host takes part (I4).
pub fn admit(_host: &mut Host, _admission: Admission, _now: Moment, _ids: &mut dyn IdSource) -> Vec<Effect> {
    Vec::new()
}

/// Closes all alerts of the host, for good: it is ignored, blocked or deleted.
pub fn dismiss(_host: &mut Host, _now: Moment, _ids: &mut dyn IdSource) -> Vec<Effect> {
    Vec::new()
}

/// Reads the length of a silence (S5).
pub fn silence_length(text: &str) -> Result<Span, Refusal> {
    Err(Refusal::NotALength { text: text.to_owned() })
}
