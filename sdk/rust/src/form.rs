//! What forms and addresses are made of: text in which only some bytes stand for themselves.

/// A form as a browser sends it, `application/x-www-form-urlencoded`; also the query of an address.
///
/// ```
/// use tocsin_connector::form;
/// assert_eq!(form::encode([("text", "50 % & more"), ("to", "ö")]), "text=50+%25+%26+more&to=%C3%B6");
/// ```
pub fn encode<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        write(&mut text, name, "+");
        text.push('=');
        write(&mut text, value, "+");
    }
    text
}

/// One segment of a path, such as the name of a room: nothing in it ends the segment or the address.
///
/// ```
/// use tocsin_connector::form;
/// let url = format!("https://matrix.example.org/rooms/{}", form::segment("!a/b:example.org"));
/// assert_eq!(url, "https://matrix.example.org/rooms/%21a%2Fb%3Aexample.org");
/// ```
pub fn segment(text: &str) -> String {
    let mut encoded = String::new();
    write(&mut encoded, text, "%20");
    // Two dots lead upwards even when they are written as codes, so nothing else helps.
    if encoded.chars().all(|c| c == '.') { encoded.replace('.', "_") } else { encoded }
}

fn write(into: &mut String, text: &str, space: &str) {
    for byte in text.bytes() {
        match byte {
            b' ' => into.push_str(space),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => into.push(char::from(byte)),
            _ => into.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one() {
        assert_eq!(segment("ops room?x#y"), "ops%20room%3Fx%23y");
        assert_eq!(segment(".."), "__");
        assert_eq!(segment("v1.2"), "v1.2");
    }
}
