//! The built-in words of messages: the templates in `templates/message`.

use std::sync::LazyLock;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment};

/// What titles and texts are made from where a receiver has no words of its own.
pub const DEFAULT_TITLE: &str = include_str!("../../../../templates/message/title.txt");
pub const DEFAULT_TEXT: &str = include_str!("../../../../templates/message/text.txt");
/// The same of a message that tells of several.
pub const DEFAULT_BUNDLE_TITLE: &str = include_str!("../../../../templates/message/bundle_title.txt");
pub const DEFAULT_BUNDLE_TEXT: &str = include_str!("../../../../templates/message/bundle.txt");

/// None if the template fails; they are part of the program, and every one is rendered in a test.
pub(super) fn rendered(template: &str, model: Value) -> Option<String> {
    WORDS.get_template(template).and_then(|template| template.render(model)).ok()
}

static WORDS: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut words = Environment::new();
    words.set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    let texts = [
        ("title.txt", DEFAULT_TITLE),
        ("text.txt", DEFAULT_TEXT),
        ("bundle_title.txt", DEFAULT_BUNDLE_TITLE),
        ("bundle.txt", DEFAULT_BUNDLE_TEXT),
        ("bundle.html", include_str!("../../../../templates/message/bundle.html")),
        ("own.html", include_str!("../../../../templates/message/own.html")),
        ("body.html", include_str!("../../../../templates/message/body.html")),
    ];
    for (name, text) in texts {
        words.add_template(name, text).expect("the message templates are rendered in a test");
    }
    words
});
