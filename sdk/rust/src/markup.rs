//! Escaping: text from outside must neither format nor link nor call anybody.
//!
//! Every far side has its own markup. Where it also takes plain text, that is the better choice.

/// For HTML, in text and between quotes.
///
/// ```
/// use tocsin_connector::markup::html;
/// assert_eq!(html(r#"<b> & "c" 'd'"#), "&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
/// ```
pub fn html(text: &str) -> String {
    slack(text).replace('"', "&quot;").replace('\'', "&#39;")
}

/// For Slack's markup and for Telegram's HTML, which know these three only: a message can then neither
/// mention a channel nor hide a link.
///
/// ```
/// assert_eq!(tocsin_connector::markup::slack("<!channel> a & b"), "&lt;!channel&gt; a &amp; b");
/// ```
pub fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// For Markdown as chats read it: a backslash before what could begin a format, a link or a heading.
///
/// ```
/// use tocsin_connector::markup::markdown;
/// assert_eq!(markdown("*bold* [x](https://evil.example) snake_case"), r"\*bold\* \[x\]\(https://evil.example\) snake\_case");
/// ```
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\`*_~|<>[]()#".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A block of Markdown in which everything stands for itself. Text cannot end it: the fence is longer
/// than any run of backticks in the text.
///
/// ```
/// use tocsin_connector::markup::code_block;
/// assert_eq!(code_block("disk full"), "```\ndisk full\n```");
/// assert_eq!(code_block("```\n@here"), "````\n```\n@here\n````");
/// ```
pub fn code_block(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}\n{text}\n{fence}")
}

/// The same for chats that know a fence of three backticks only: an invisible space breaks runs of them.
///
/// ```
/// use tocsin_connector::markup::code_fence;
/// assert_eq!(code_fence("disk ``full``"), "```\ndisk ``full``\n```");
/// assert_eq!(code_fence("```\n@here"), "```\n`\u{200b}`\u{200b}`\n@here\n```");
/// ```
pub fn code_fence(text: &str) -> String {
    format!("```\n{}\n```", text.replace("```", "`\u{200b}`\u{200b}`"))
}

/// One line of Markdown in which everything stands for itself; the same as [`code_block`] within a line.
///
/// ```
/// use tocsin_connector::markup::code;
/// assert_eq!(code("disk\n*full*"), "`disk *full*`");
/// assert_eq!(code("`@here`"), "`` `@here` ``");
/// ```
pub fn code(text: &str) -> String {
    let line = crate::text::one_line(text);
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A backtick at the edge would count as part of the fence.
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// Breaks mentions for chats without a switch against them: an invisible space after each `@`.
///
/// ```
/// assert_eq!(tocsin_connector::markup::no_mentions("@all hands"), "@\u{200b}all hands");
/// ```
pub fn no_mentions(text: &str) -> String {
    text.replace('@', "@\u{200b}")
}

/// Breaks tags for far sides that read some HTML and show as it is what is none: an invisible space after
/// each `<`. Where text is HTML and nothing else, [`html`] is right.
///
/// ```
/// assert_eq!(tocsin_connector::markup::no_tags("<b>a < b"), "<\u{200b}b>a <\u{200b} b");
/// ```
pub fn no_tags(text: &str) -> String {
    text.replace('<', "<\u{200b}")
}
