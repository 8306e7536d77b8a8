//! Looks through a template for what may not stand there. It finds every tag and every expression, because each begins
//! with the same two characters wherever minijinja would see one.

use super::Fault;

/// Choices and lists; whatever names a value, or fetches another text, is left out.
const TAGS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];

/// Refuses tags beside [`TAGS`], loops over anything but a variable, and multiplication.
pub fn check(template: &str) -> Result<(), Fault> {
    let mut at = 0;
    while let Some(found) = template[at..].find('{') {
        let start = at + found;
        let inside = start + 2;
        let wrong = |sentence: String| Fault { line: template[..start].matches('\n').count() + 1, sentence };
        at = match template.get(start..inside) {
            Some("{#") => match template[inside..].find("#}") {
                Some(end) => inside + end + 2,
                None => return Err(wrong("this remark is never closed; end it with `#}`".to_owned())),
            },
            Some("{{") => expression(template, inside, "}}").map_err(wrong)?.1,
            Some("{%") => {
                let (tag, end) = expression(template, inside, "%}").map_err(wrong)?;
                check_tag(tag).map_err(wrong)?;
                end
            }
            _ => start + 1,
        };
    }
    Ok(())
}

/// The text from `start` to the closing brace, and where it goes on behind it.
fn expression<'t>(template: &'t str, start: usize, close: &str) -> Result<(&'t str, usize), String> {
    let (mut quote, mut escaped) = (None, false);
    for (offset, letter) in template[start..].char_indices() {
        let at = start + offset;
        match (quote, letter) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '*') => return Err("`*` may not be used in an expression".to_owned()),
            (None, '{') => return Err("`{` may not be used in an expression".to_owned()),
            (None, _) if template[at..].starts_with(close) => return Ok((&template[start..at], at + close.len())),
            (None, _) => {}
        }
    }
    Err(format!("this is never closed; end it with `{close}`"))
}

fn check_tag(tag: &str) -> Result<(), String> {
    let tag = tag.trim_start_matches(['-', '+']).trim_end_matches(['-', '+']).trim();
    let word = tag.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
    if !TAGS.contains(&word) {
        return Err(format!("`{word}` may not be used; what may is {}", TAGS.join(", ")));
    }
    let rest = tag[word.len()..].trim();
    if word != "for" || is_plain_loop(rest) {
        return Ok(());
    }
    Err("a loop goes over one of the variables, like `for name, value in labels`".to_owned())
}

/// `a in b`, `a, b in c`
fn is_plain_loop(rest: &str) -> bool {
    let Some((names, list)) = rest.split_once(" in ") else { return false };
    let is_name = |name: &str| {
        let name = name.trim();
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    names.split(',').all(is_name) && is_name(list)
}
