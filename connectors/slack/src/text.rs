//! Text from outside, made fit for Slack.

/// Slack reads these three as markup; with them escaped, a message from Monit can neither mention a
/// whole channel nor hide a link.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// At most `limit` characters. What is cut is the middle: the beginning says what it is, the end of
/// a message often holds the value that was measured.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let count = text.chars().count();
    if count <= limit {
        return text.to_owned();
    }
    let kept = limit.saturating_sub(1);
    let tail = kept / 4;
    let head: String = text.chars().take(kept - tail).collect();
    let tail: String = text.chars().skip(count - tail).collect();
    format!("{head}…{tail}")
}

/// Escaped text of at most `limit` characters. Escaping makes it longer and must not be cut in two,
/// so the text is shortened until it fits.
pub(crate) fn fit(text: &str, limit: usize) -> String {
    let mut room = limit;
    loop {
        let fitted = escape(&shorten(text, room));
        let over = fitted.chars().count().saturating_sub(limit);
        if over == 0 {
            return fitted;
        }
        // An escaped character takes at most five places; going down in steps of that is enough.
        room = room.saturating_sub(over.div_ceil(5).max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_mention_the_channel_or_hide_a_link() {
        assert_eq!(escape("<!channel> a & b"), "&lt;!channel&gt; a &amp; b");
    }

    #[test]
    fn both_ends_of_a_long_message_are_kept() {
        let text = format!("cpu usage {} matches limit 90%", "x".repeat(500));
        let short = shorten(&text, 60);
        assert_eq!(short.chars().count(), 60);
        assert!(short.starts_with("cpu usage xxx") && short.ends_with("limit 90%"), "{short}");
    }

    #[test]
    fn escaped_text_fits_and_no_escape_is_cut() {
        for limit in 1..40 {
            let fitted = fit(&"<&>".repeat(30), limit);
            assert!(fitted.chars().count() <= limit, "{limit}");
            let bare = fitted.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").replace('…', "");
            assert_eq!(bare, "", "{limit}");
        }
    }
}
