//! The words of a receiver's own: templates for title and text that admins write. They are input like any other, so they
//! render in a box: bounded in size, steps and output, without includes, functions, assignments, or anything else by
//! which a small text could grow into a large one.
//!
//! - `scan`: which constructs there are, before minijinja sees the text.

mod scan;

use std::io::{Error as IoError, Result as IoResult, Write};

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, filters};

/// Longest template. The built-in ones have some 700 characters.
pub const TEMPLATE_CHARS: usize = 8_000;
/// Longest output of a template: more than any channel shows, and than Monit's longest message.
const OUTPUT_BYTES: usize = 64 * 1024;
/// Steps of a template: a message with fifty labels takes some thousand, and so many are over in milliseconds.
const STEPS: u64 = 50_000;
/// How deep expressions may nest.
const DEPTH: usize = 40;

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {sentence}")]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    pub sentence: String,
}

/// A receiver's own words, where it has any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wording<'r> {
    pub title: Option<&'r str>,
    pub text: Option<&'r str>,
    /// Of a message that tells of several.
    pub bundle_title: Option<&'r str>,
    pub bundle_text: Option<&'r str>,
}

/// Renders a template.
///
/// # Errors
/// What is wrong with it, for whoever wrote it.
pub fn render(template: &str, model: &Value) -> Result<String, Fault> {
    if template.chars().count() > TEMPLATE_CHARS {
        let sentence = format!("the template is longer than {TEMPLATE_CHARS} characters; shorten it");
        return Err(Fault { line: 1, sentence });
    }
    scan::check(template)?;
    let words = environment();
    let parsed = words.template_from_named_str("template", template).map_err(|error| fault(&error))?;
    let mut output = Bounded(Vec::new());
    let rendered = parsed.render_captured_to(model.clone(), &mut output).map(drop);
    if output.0.len() >= OUTPUT_BYTES {
        let sentence = format!("it makes a message larger than {} KiB", OUTPUT_BYTES / 1024);
        return Err(Fault { line: rendered.err().and_then(|error| error.line()).unwrap_or(1), sentence });
    }
    rendered.map_err(|error| fault(&error))?;
    Ok(String::from_utf8_lossy(&output.0).into_owned())
}

/// No more than what a message needs: nothing here makes its result larger than what goes in.
fn environment<'t>() -> Environment<'t> {
    let mut words = Environment::empty();
    words.set_auto_escape_callback(|_| AutoEscape::None);
    words.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    words.set_fuel(Some(STEPS));
    words.set_recursion_limit(DEPTH);
    words.add_filter("upper", filters::upper);
    words.add_filter("lower", filters::lower);
    words.add_filter("capitalize", filters::capitalize);
    words.add_filter("trim", filters::trim);
    words.add_filter("length", filters::length);
    words.add_filter("default", filters::default);
    words.add_filter("first", filters::first);
    words.add_filter("shorten", |text: String, chars: usize| shorten(&text, chars));
    words
}

/// The first characters of a text, with an ellipsis in place of what was cut.
fn shorten(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn fault(error: &Error) -> Fault {
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    let sentence = match error.kind() {
        minijinja::ErrorKind::OutOfFuel => "it takes too many steps".to_owned(),
        minijinja::ErrorKind::UndefinedError => {
            format!("there is no such variable{detail}; docs/templates.md lists those there are")
        }
        kind => format!("{kind}{detail}"),
    };
    Fault { line: error.line().unwrap_or(1), sentence }
}

/// Takes bytes up to the bound and refuses the next.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> IoResult<usize> {
        let room = OUTPUT_BYTES.saturating_sub(self.0.len());
        self.0.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room { Err(IoError::other("the message is too large")) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> IoResult<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    fn said(template: &str) -> Result<String, Fault> {
        let labels = vec![("team", "web"), ("rack", "7")];
        render(template, &context! { host => "web1", message => "down ".repeat(800), labels, service => None::<&str> })
    }

    #[test]
    fn it_says_what_it_was_told_to() {
        let template = "{{ host|upper }}{% if service %} {{ service }}{% endif %}\
                        {% for name, value in labels %} {{ name }}={{ value }}{% endfor %}{# a remark {{ * #}";
        assert_eq!(said(template).as_deref(), Ok("WEB1 team=web rack=7"));
        assert_eq!(said("{{ message|shorten(6) }} * {").as_deref(), Ok("down… * {"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (template, line, words) in [
            ("a\nb {{ hots }}", 2, "no such variable"),
            ("{{ host", 1, "never closed"),
            ("a\n\n{% if host %}x", 3, ""),
            ("{{ host|nosuch }}", 1, "nosuch"),
            ("\n{% include 'x' %}", 2, "`include` may not be used"),
        ] {
            let fault = said(template).expect_err(template);
            assert!(fault.line == line && fault.sentence.contains(words), "{template:?}: {fault}");
        }
    }

    #[test]
    fn nothing_gets_out_of_the_box_or_grows_in_it() {
        let doubled = format!("{{{{ {} }}}}", vec!["message"; 600].join(" ~ "));
        let long = "x".repeat(TEMPLATE_CHARS + 1);
        for template in [
            "{% import 'x' as x %}",
            "{% from 'x' import y %}",
            "{% extends 'x' %}",
            "{% macro x() %}{% endmacro %}",
            "{% set a = message ~ message %}",
            "{% with a = message %}{% endwith %}",
            "{%- set a = 1 -%}",
            "{% raw %}{{ x }}{% endraw %}",
            "{% for a in [1, 2] %}{% endfor %}",
            "{% for a in labels recursive %}{% endfor %}",
            "{{ 'x' * 100000000 }}",
            "{{ '}}' * 100000000 }}",
            "{{ {'a': {'b': 1}} * 9 }}",
            "{{ message|replace('d', message) }}",
            "{{ range(100000) }}",
            "{{ debug() }}",
            doubled.as_str(),
            long.as_str(),
        ] {
            let refused = said(template);
            assert!(refused.is_err(), "{template:?} gave {} bytes", refused.unwrap_or_default().len());
        }
    }

    #[test]
    fn loops_within_loops_end() {
        let deep = format!("{}x{}", "{% for a in labels %}".repeat(30), "{% endfor %}".repeat(30));
        assert_eq!(said(&deep).map_err(|fault| fault.sentence), Err("it takes too many steps".to_owned()));
    }
}
