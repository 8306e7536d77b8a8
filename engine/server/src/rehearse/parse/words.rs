//! A line, cut into words: separated by spaces, `"…"` is one word, `#` begins a comment, `;` stands for itself, and so
//! does a `:` at the end of a word.

/// What is wrong with a line.
pub type Wrong = String;

/// Cuts a line into its words.
pub fn cut(line: &str) -> Result<Vec<String>, Wrong> {
    let (mut words, mut word, mut chars) = (Vec::new(), String::new(), line.chars());
    let mut finish = |word: &mut String| {
        if let Some(name) = word.strip_suffix(':').filter(|name| !name.is_empty()) {
            words.push(name.to_owned());
            words.push(":".to_owned());
        } else if !word.is_empty() {
            words.push(word.clone());
        }
        word.clear();
    };
    while let Some(next) = chars.next() {
        match next {
            '#' => break,
            '"' => {
                finish(&mut word);
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some(inside) => word.push(inside),
                        None => return Err("the “\"” is not closed".to_owned()),
                    }
                }
                finish(&mut word);
            }
            ';' => {
                finish(&mut word);
                word.push(';');
                finish(&mut word);
            }
            space if space.is_whitespace() => finish(&mut word),
            other => word.push(other),
        }
    }
    finish(&mut word);
    Ok(words)
}

/// The words of a statement, taken one after the other.
#[derive(Clone, Debug)]
pub struct Words<'w> {
    words: &'w [String],
}

impl<'w> Words<'w> {
    pub fn new(words: &'w [String]) -> Words<'w> {
        Words { words }
    }

    /// The next word, without taking it.
    pub fn peek(&self) -> Option<&'w str> {
        self.words.first().map(String::as_str)
    }

    /// Takes the next word; `what` says what should stand there.
    pub fn take(&mut self, what: &str) -> Result<&'w str, Wrong> {
        let (first, rest) = self.words.split_first().ok_or_else(|| format!("{what} is missing at the end"))?;
        self.words = rest;
        Ok(first)
    }

    /// Takes the next word if it is this one.
    pub fn take_if(&mut self, word: &str) -> bool {
        let there = self.peek() == Some(word);
        if there {
            self.words = &self.words[1..];
        }
        there
    }

    /// Takes this very word.
    pub fn must(&mut self, word: &str) -> Result<(), Wrong> {
        match self.take(&format!("“{word}”"))? {
            taken if taken == word => Ok(()),
            taken => Err(format!("“{taken}” stands where “{word}” is expected")),
        }
    }

    /// Nothing may follow.
    pub fn end(&self) -> Result<(), Wrong> {
        self.peek().map_or(Ok(()), |word| Err(format!("“{word}” is not understood here")))
    }

    pub fn rest(&self) -> &'w [String] {
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_line_is_cut_into_words() {
        let cases: [(&str, &[&str]); 6] = [
            ("", &[]),
            ("  # only words for people", &[]),
            ("at 20:30 engine starts#now", &["at", "20:30", "engine", "starts"]),
            ("policy default: mute", &["policy", "default", ":", "mute"]),
            ("to a b; every 3h to c", &["to", "a", "b", ";", "every", "3h", "to", "c"]),
            ("cron \"0 2 * * 5#2\" for 60m", &["cron", "0 2 * * 5#2", "for", "60m"]),
        ];
        for (line, words) in cases {
            assert_eq!(cut(line).expect("words"), words, "{line}");
        }
        assert!(cut("cron \"0 2").is_err());
    }
}
