//! `Retry-After`: seconds, or an HTTP date that is read against the answer's own `Date`, so that
//! neither side's clock matters.

/// How long the far side asks to be left alone, in milliseconds. None when it does not say, or says
/// something that cannot be understood.
pub(super) fn in_ms(retry_after: &str, date: Option<&str>) -> Option<u64> {
    let value = retry_after.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return seconds.checked_mul(1000);
    }
    // Some services send fractions of a second.
    if let Some(seconds) = value.parse::<f64>().ok().filter(|s| s.is_finite() && *s >= 0.0) {
        return Some((seconds * 1000.0).ceil() as u64);
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = httpdate::parse_http_date(date?.trim()).ok()?;
    let wait = until.duration_since(now).unwrap_or_default();
    u64::try_from(wait.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::in_ms;

    #[test]
    fn seconds_and_fractions_of_them() {
        assert_eq!(in_ms("7", None), Some(7_000));
        assert_eq!(in_ms(" 0.25 ", None), Some(250));
        assert_eq!(in_ms("soon", None), None);
        assert_eq!(in_ms("-3", None), None);
    }

    #[test]
    fn a_date_counts_from_the_date_of_the_answer() {
        let date = Some("Wed, 21 Oct 2026 07:28:00 GMT");
        assert_eq!(in_ms("Wed, 21 Oct 2026 07:30:00 GMT", date), Some(120_000));
        assert_eq!(in_ms("Wed, 21 Oct 2026 07:00:00 GMT", date), Some(0), "already past");
        assert_eq!(in_ms("Wed, 21 Oct 2026 07:30:00 GMT", None), None, "nothing to count from");
    }
}
