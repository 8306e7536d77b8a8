//! How a far side writes bold words and links, and the lines that most messages end with, written so.

use crate::{Notification, markup, text};

/// Labels beyond these would bury the rest of the line.
const SHOWN_LABELS: usize = 10;
/// A longer value is shortened, so that it leaves room for the others.
const PART_CHARS: usize = 200;
const SEPARATOR: &str = "  ·  ";

/// The markup of a far side: what makes outside text harmless, and how words of one's own stand out.
#[derive(Clone, Copy)]
pub struct Dialect {
    /// For text from outside.
    pub escape: fn(&str) -> String,
    /// For text that is escaped already.
    pub bold: fn(&str) -> String,
    /// Words of one's own and the address they lead to.
    pub link: fn(&str, &str) -> String,
}

impl Dialect {
    /// HTML as Matrix, Telegram and Google Chat take it.
    pub const HTML: Dialect = Dialect {
        escape: markup::html,
        bold: |text| format!("<b>{text}</b>"),
        link: |words, url| format!("<a href=\"{}\">{words}</a>", markup::html(url)),
    };
    /// Slack's own.
    pub const SLACK: Dialect = Dialect {
        escape: markup::slack,
        bold: |text| format!("*{text}*"),
        link: |words, url| format!("<{}|{words}>", markup::slack(&url.replace('|', "%7C"))),
    };
    /// Markdown as chats read it.
    pub const MARKDOWN: Dialect = Dialect {
        escape: markup::markdown,
        bold: |text| format!("**{text}**"),
        link: |words, url| {
            let ends = |c: char| c.is_whitespace() || "()<>\\".contains(c);
            let code = |c: char| if ends(c) { format!("%{:02X}", u32::from(c)) } else { c.to_string() };
            format!("[{words}]({})", url.chars().map(code).collect::<String>())
        },
    };
}

impl Notification {
    /// The facts and the labels on one line of at most so many characters, the same for every kind, so that
    /// the eye finds things in their places. What does not fit whole is left out, labels first.
    ///
    /// ```
    /// use tocsin_connector::{Dialect, Kind, Notification};
    /// let line = Notification::example(Kind::Problem).facts_line(&Dialect::SLACK, 40);
    /// assert_eq!(line, "*Host* web1  ·  *Service* nginx");
    /// ```
    pub fn facts_line(&self, dialect: &Dialect, chars: usize) -> String {
        let part = |text: &str| text::fit(&text::one_line(&text::tame(text)), PART_CHARS, dialect.escape);
        let facts = self.facts().into_iter().map(|(name, value)| format!("{} {}", (dialect.bold)(name), part(&value)));
        let labels = self.host_labels().iter().take(SHOWN_LABELS);
        let labels = labels.map(|label| format!("{}={}", part(&label.name), part(&label.value)));
        text::joined(facts.chain(labels), SEPARATOR, chars)
    }

    /// The links on one line of at most so many characters; empty when there are none.
    ///
    /// ```
    /// use tocsin_connector::{Dialect, Kind, Notification};
    /// let line = Notification::example(Kind::Problem).links_line(&Dialect::MARKDOWN, 500);
    /// assert_eq!(line, "[Open the alert](https://tocsin.example.org/alerts/1)");
    /// ```
    pub fn links_line(&self, dialect: &Dialect, chars: usize) -> String {
        text::joined(self.links().into_iter().map(|(words, url)| (dialect.link)(words, url)), SEPARATOR, chars)
    }

    /// What stands below a heading where Markdown is read: the body as a block of code of at most so many
    /// characters, which keeps Monit's columns and lets nothing in it format or link; then the links and the
    /// facts, a line each of at most so many.
    ///
    /// ```
    /// use tocsin_connector::{Dialect, Kind, Notification, markup};
    /// let text = Notification::example(Kind::Problem).below_the_heading(&Dialect::MARKDOWN, markup::code_block, 400, 60);
    /// assert!(text.starts_with("```\nconnection refused\n") && text.ends_with("\n\n**Host** web1  ·  **Service** nginx"));
    /// ```
    pub fn below_the_heading(
        &self,
        dialect: &Dialect,
        fence: fn(&str) -> String,
        text_chars: usize,
        line_chars: usize,
    ) -> String {
        let block = text::fit(text::tame(self.body()).trim(), text_chars, fence);
        let parts = [block, self.links_line(dialect, line_chars), self.facts_line(dialect, line_chars)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_end_its_link() {
        assert_eq!((Dialect::MARKDOWN.link)("Open", "https://a.example/x) [y"), "[Open](https://a.example/x%29%20[y)");
        assert_eq!((Dialect::SLACK.link)("Open", "https://a.example/x|y>"), "<https://a.example/x%7Cy&gt;|Open>");
        assert_eq!((Dialect::HTML.link)("Open", "https://a/\"x"), "<a href=\"https://a/&quot;x\">Open</a>");
    }
}
