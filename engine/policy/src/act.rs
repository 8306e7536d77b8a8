//! What an operator does to a host and its alerts. Each function changes the host and returns the effects that make
//! the change durable, or a refusal, and then nothing has changed. None of them notifies, save that an alert which
//! ends is told to those who know of it; run [`resolve`](crate::resolve()) after it, in the same commit.

use crate::close::{close, forget_conditions};
use crate::{
    Acknowledgement, Admission, AlertId, CloseReason, Effect, Host, IdSource, Moment, Refusal, Silence, SilenceId, Span,
};

/// A note is read in a line of a table and in messages to phones.
pub const MAX_NOTE: usize = 500;
/// Silences of one host that have not ended; more than one is rare, and each is looked at in every decision.
pub const MAX_SILENCES: usize = 20;
/// S5: the shortest and the longest silence.
pub const SILENCE_LIMITS: (Span, Span) = (Span::minutes(15), Span::hours(24));
/// S5: the lengths that are offered.
pub const SILENCE_PRESETS: [Span; 8] = [
    Span::minutes(15),
    Span::minutes(30),
    Span::minutes(45),
    Span::hours(1),
    Span::hours(3),
    Span::hours(6),
    Span::hours(12),
    Span::hours(24),
];

/// Somebody takes care of an alert until `until`, or until recovery with [`Moment::FAR`] (S4). A repeated
/// acknowledgement replaces the earlier one, also its expiry.
pub fn acknowledge(
    host: &mut Host,
    alert: AlertId,
    by: &str,
    note: &str,
    until: Moment,
    now: Moment,
) -> Result<Vec<Effect>, Refusal> {
    let alert = host.alerts.iter_mut().find(|open| open.id == alert).ok_or(Refusal::NotOpen)?;
    if until <= now {
        return Err(Refusal::EndNotAhead);
    }
    let note = note.trim();
    let length = note.chars().count();
    if length > MAX_NOTE {
        return Err(Refusal::TooLong { length, limit: MAX_NOTE });
    }
    let acknowledgement =
        Acknowledgement { by: by.to_owned(), note: note.to_owned(), at: now, until: until.min(Moment::FAR) };
    alert.acknowledgement = Some(acknowledgement.clone());
    Ok(vec![Effect::AlertAcknowledged { id: alert.id, acknowledgement }])
}

/// Takes an acknowledgement back: the alert is released (S4).
pub fn unacknowledge(host: &mut Host, alert: AlertId, now: Moment) -> Result<Vec<Effect>, Refusal> {
    let alert = host.alerts.iter_mut().find(|open| open.id == alert).ok_or(Refusal::NotOpen)?;
    match alert.acknowledgement.take() {
        Some(held) if now < held.until => Ok(vec![Effect::AlertReleased { id: alert.id }]),
        expired => {
            alert.acknowledgement = expired;
            Err(Refusal::NotAcknowledged)
        }
    }
}

/// Silences a host, all of its services and its liveness (S5).
pub fn silence(host: &mut Host, silence: Silence, now: Moment) -> Result<Vec<Effect>, Refusal> {
    let asked = silence.end - silence.start;
    if asked < SILENCE_LIMITS.0 || asked > SILENCE_LIMITS.1 {
        return Err(Refusal::SilenceLength { asked });
    }
    if silence.end <= now {
        return Err(Refusal::EndNotAhead);
    }
    host.silences.retain(|earlier| now < earlier.end);
    if host.silences.len() >= MAX_SILENCES {
        return Err(Refusal::TooManySilences { limit: MAX_SILENCES });
    }
    host.silences.push(silence.clone());
    Ok(vec![Effect::SilenceStarted { silence }])
}

/// Lets a silence that is in force last longer (S5). As with a new one, no more than a day of it may lie ahead.
pub fn extend_silence(host: &mut Host, id: SilenceId, by: Span, now: Moment) -> Result<Vec<Effect>, Refusal> {
    let in_force = |silence: &&mut Silence| silence.id == id && now < silence.end;
    let silence = host.silences.iter_mut().find(in_force).ok_or(Refusal::NotSilenced)?;
    let end = silence.end + by;
    if by <= Span::ZERO || end - now > SILENCE_LIMITS.1 {
        return Err(Refusal::SilenceLength { asked: end - now });
    }
    silence.end = end;
    Ok(vec![Effect::SilenceExtended { id, end }])
}

/// Ends one silence early, or with `None` all of them (S5).
pub fn end_silences(host: &mut Host, which: Option<SilenceId>, now: Moment) -> Result<Vec<Effect>, Refusal> {
    let asked = |silence: &Silence| now < silence.end && which.is_none_or(|id| id == silence.id);
    let ended: Vec<Effect> = host
        .silences
        .iter()
        .filter(|silence| asked(silence))
        .map(|silence| Effect::SilenceEnded { id: silence.id, at: now })
        .collect();
    if ended.is_empty() {
        return Err(Refusal::NotSilenced);
    }
    host.silences.retain(|silence| !asked(silence));
    Ok(ended)
}

/// Sets whether the host takes part (I4). Ignoring or blocking it dismisses its alerts; approving it lets
/// [`resolve`](crate::resolve()) tell what is open.
pub fn admit(host: &mut Host, admission: Admission, now: Moment, ids: &mut dyn IdSource) -> Vec<Effect> {
    if host.admission == admission {
        return Vec::new();
    }
    host.admission = admission;
    let mut effects = vec![Effect::HostChanged];
    if matches!(admission, Admission::Ignored | Admission::Blocked) {
        effects.extend(dismiss(host, now, ids));
    }
    effects
}

/// Closes all alerts of a host that is ignored, blocked or about to be deleted. Those who were told of them get the
/// end (R1 makes no exception: a pager that rang must learn that nobody waits any more).
pub fn dismiss(host: &mut Host, now: Moment, ids: &mut dyn IdSource) -> Vec<Effect> {
    let mut effects = Vec::new();
    if host.liveness.down_since.take().is_some() {
        effects.push(Effect::HostChanged);
    }
    for alert in std::mem::take(&mut host.alerts) {
        close(alert, CloseReason::Dismissed, now, ids, &mut effects);
    }
    forget_conditions(&mut host.services, &mut effects);
    effects
}

/// Reads the length of a silence: `15m`, `1h`, `1h 30m`, `90 min`; between 15 minutes and 24 hours (S5).
pub fn silence_length(text: &str) -> Result<Span, Refusal> {
    let asked = Span::read(text).ok_or_else(|| Refusal::NotALength { text: text.trim().to_owned() })?;
    if asked < SILENCE_LIMITS.0 || asked > SILENCE_LIMITS.1 {
        return Err(Refusal::SilenceLength { asked });
    }
    Ok(asked)
}
