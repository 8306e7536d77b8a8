//! Reads what a page holds, well enough to check it: tags with their attributes, in order.

/// An opening tag.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Elements without an end.
const VOID: [&str; 6] = ["br", "hr", "input", "link", "meta", "img"];
/// Elements of our drawings that end themselves.
const DRAWN: [&str; 3] = ["path", "rect", "circle"];

/// All opening tags. The templates quote every attribute, so a page that breaks this reader is broken.
///
/// # Panics
/// When elements do not nest, which escaped text cannot cause.
pub fn tags(page: &str) -> Vec<Tag> {
    let (mut tags, mut open): (Vec<Tag>, Vec<String>) = (Vec::new(), Vec::new());
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with('!') {
            continue;
        }
        let end = end_of(rest);
        let (inside, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            let opened = open.pop();
            assert_eq!(
                opened.as_deref(),
                Some(name.trim()),
                "elements nest; before: …{}",
                &after[..after.len().min(200)]
            );
            continue;
        }
        let tag = tag(inside.trim_end_matches('/'));
        let ends = VOID.contains(&tag.name.as_str()) || DRAWN.contains(&tag.name.as_str()) || inside.ends_with('/');
        if !ends {
            open.push(tag.name.clone());
        }
        tags.push(tag);
    }
    assert_eq!(open, Vec::<String>::new(), "everything that opens is closed");
    tags
}

/// The `>` outside quotes.
fn end_of(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    panic!("a tag does not end: {}", &text[..text.len().min(200)]);
}

fn tag(text: &str) -> Tag {
    let (name, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        if let Some(value) = after.strip_prefix("=\"") {
            let end = value.find('"').expect("a quoted value");
            attributes.push((key.to_owned(), unescape(&value[..end])));
            rest = &value[end + 1..];
        } else {
            attributes.push((key.to_owned(), String::new()));
            rest = after;
        }
    }
    Tag { name: name.to_owned(), attributes }
}

/// What the browser makes of escaped text.
pub fn unescape(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}
