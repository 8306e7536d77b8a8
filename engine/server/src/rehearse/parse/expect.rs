//! The expected list: `expect`, then lines as they are printed, then `end`.

use super::Complaint;
use super::names::Names;
use super::words::{Words, Wrong};
use crate::rehearse::scene::Expected;
use crate::rehearse::time;

type List = (usize, Vec<Expected>);

/// The list of a file with the line where it begins, if there is one; `end` may be left out at the end of the file.
pub fn list(lines: &[(usize, Vec<String>)], names: &Names) -> Result<Option<List>, Vec<Complaint>> {
    let alone = |words: &[String], word: &str| words.len() == 1 && words[0] == word;
    let Some(first) = lines.iter().position(|(_, words)| alone(words, "expect")) else { return Ok(None) };
    let inside = &lines[first + 1..];
    let end = inside.iter().position(|(_, words)| alone(words, "end")).unwrap_or(inside.len());
    let (mut listed, mut complaints) = (Vec::new(), Vec::new());
    for (line, words) in &inside[..end] {
        match expected(Words::new(words), names) {
            Ok(one) => listed.push(one),
            Err(sentence) => complaints.push(Complaint { line: *line, sentence }),
        }
    }
    if let Some((line, _)) = inside[end..].iter().find(|(_, words)| alone(words, "expect")) {
        complaints.push(Complaint { line: *line, sentence: "there is one expected list already".to_owned() });
    }
    if complaints.is_empty() { Ok(Some((lines[first].0, listed))) } else { Err(complaints) }
}

/// `TIME KIND SUBJECT RECEIVER`
fn expected(mut words: Words<'_>, names: &Names) -> Result<Expected, Wrong> {
    let word = words.take("a time")?;
    let at = time::read(word).ok_or_else(|| format!("“{word}” is no time; write minutes since the start"))?;
    let kind = match words.take("P, R or V")? {
        "P" => 'P',
        "R" => 'R',
        "V" => 'V',
        other => return Err(format!("“{other}” is no kind of notification; they are P, R and V")),
    };
    let subject = words.take("HOST/SERVICE or HOST")?.to_owned();
    names.knows(&subject)?;
    let receiver = words.take("the name of a receiver")?.to_owned();
    names.receiver(&receiver)?;
    words.end()?;
    Ok(Expected { at, kind, subject, receiver })
}
