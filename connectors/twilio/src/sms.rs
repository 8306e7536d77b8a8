//! What fits into a text message. It is paid for by the part. A part holds 160 characters of the GSM alphabet,
//! or 153 when there are more parts than one; with a single character that the alphabet lacks, a sign for
//! example, it holds 70 or 67 UTF-16 units. So signs for kinds are left out, and typographic characters are
//! written as typewriters do.

use tocsin_connector::Notification;
use tocsin_connector::text::{one_line, shorten, shorten_utf16, tame};

/// Twilio takes 1600 characters, which is ten parts and a bit.
pub(crate) const MAX_SEGMENTS: u32 = 10;
pub(crate) const TITLE_CHARS: usize = 300;
/// Less of the text than this says nothing.
const LEAST_TEXT_CHARS: usize = 20;

const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Takes two places each.
const GSM_DOUBLE: &str = "^{}\\[~]|€";

/// What so many parts hold at most.
pub(crate) fn most_chars(segments: u32) -> usize {
    if segments <= 1 { 160 } else { 153 * segments as usize }
}

/// The title, as much of the text as fits, and the address of the alert, whole.
pub(crate) fn write(n: &Notification, segments: u32) -> String {
    let url = n.url.as_deref().unwrap_or_default();
    let title = typewritten(&one_line(&tame(&n.title)));
    // The address stands at the end, so it need not stand in the text, too.
    let text = typewritten(&tame(n.body()).replace(url, ""));
    // Columns and empty lines are paid for as well.
    let text = text.split('\n').map(one_line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    let plain = [title.as_str(), &text, url].concat().chars().all(|c| places(c).is_some());
    let room = Room { plain, size: size(segments, plain) };

    let title = room.shorten(&title, room.size.min(TITLE_CHARS));
    let end = if url.is_empty() { String::new() } else { format!("\n{url}") };
    let Some(left) = room.size.checked_sub(room.of(&title) + room.of(&end)) else {
        // An address that is cut leads nowhere.
        return title;
    };
    match left.checked_sub(1).filter(|left| *left >= LEAST_TEXT_CHARS && !text.is_empty()) {
        Some(left) => format!("{title}\n{}{end}", room.shorten(&text, left)),
        None => format!("{title}{end}"),
    }
}

fn size(segments: u32, plain: bool) -> usize {
    match (plain, segments) {
        (true, _) => most_chars(segments),
        (false, 0 | 1) => 70,
        (false, _) => 67 * segments as usize,
    }
}

/// How much there is, in the alphabet that the whole message is written in.
struct Room {
    plain: bool,
    size: usize,
}

impl Room {
    fn of(&self, text: &str) -> usize {
        if self.plain { text.chars().filter_map(places).sum() } else { text.encode_utf16().count() }
    }

    fn shorten(&self, text: &str, size: usize) -> String {
        if !self.plain {
            return shorten_utf16(text, size);
        }
        let mut chars = size;
        loop {
            // What stands for the part that was cut is no letter of the alphabet.
            let short = shorten(text, chars).replace('…', "...");
            let over = self.of(&short).saturating_sub(size);
            if over == 0 || chars == 0 {
                return short;
            }
            // A character takes at most two places.
            chars = chars.saturating_sub(over.div_ceil(2));
        }
    }
}

/// How many places it takes; none if the alphabet lacks it.
fn places(c: char) -> Option<usize> {
    match c {
        _ if GSM.contains(c) => Some(1),
        _ if GSM_DOUBLE.contains(c) => Some(2),
        _ => None,
    }
}

fn typewritten(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => plain.push('-'),
            '\u{2018}'..='\u{201b}' | '`' | '´' => plain.push('\''),
            '\u{201c}'..='\u{201f}' | '«' | '»' => plain.push('"'),
            '…' => plain.push_str("..."),
            '\t' | '\u{a0}' | '\u{202f}' => plain.push(' '),
            // Joins and marks that nobody sees would cost the whole alphabet.
            '\u{200b}'..='\u{200d}' | '\u{feff}' => {}
            _ => plain.push(c),
        }
    }
    plain
}
