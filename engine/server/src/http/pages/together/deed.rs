//! What is to be done, read from the form.

use tocsin_policy::{Admission, Span, silence_length};

use crate::app::App;
use crate::http::forms::{Form, Wrong};
use crate::usecase::acknowledge::Until;

/// What is done to each host that was chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Silence {
        length: String,
        note: String,
    },
    /// Ends every silence.
    Unsilence,
    Downtime {
        length: Span,
        title: String,
    },
    /// Acknowledges all open alerts.
    Acknowledge {
        until: Until,
        words: String,
        note: String,
    },
    Admit(Admission),
}

impl Deed {
    /// # Errors
    /// What is missing or wrong, by field.
    pub fn read(form: &Form, usual: Option<Span>) -> Result<Deed, Wrong> {
        let mut wrong = Wrong::default();
        // What is typed counts before what is chosen: something is always chosen.
        let given = |name| if form.text("other").is_empty() { form.text(name) } else { form.text("other") };
        let (length, note) = (given("length").to_owned(), form.text("note").to_owned());
        let deed = match form.text("do") {
            "silence" if length.is_empty() => None,
            "silence" => match silence_length(&length) {
                Ok(_) => Some(Deed::Silence { length, note }),
                Err(refusal) => {
                    wrong.add("length", refusal.to_string());
                    None
                }
            },
            "unsilence" => Some(Deed::Unsilence),
            "downtime" if length.is_empty() => None,
            "downtime" => {
                let title = form.text("title").to_owned();
                if title.is_empty() {
                    wrong.add("title", "Say what is done, so that others know why it is quiet.");
                }
                let length = Span::read(&length);
                if length.is_none() {
                    wrong.add("length", "Write a length like 30m, 2h or 1d.");
                }
                length.filter(|_| wrong.is_empty()).map(|length| Deed::Downtime { length, title })
            }
            "acknowledge" if !form.has("until") => None,
            "acknowledge" => match until(given("until"), usual) {
                Some((until, words)) => Some(Deed::Acknowledge { until, words, note }),
                None => {
                    wrong.add("until", "Write a length like 90m, 4h or 2d.");
                    None
                }
            },
            "approve" => Some(Deed::Admit(Admission::Approved)),
            "ignore" => Some(Deed::Admit(Admission::Ignored)),
            "block" => Some(Deed::Admit(Admission::Blocked)),
            _ => {
                wrong.sentence = "choose what to do".to_owned();
                None
            }
        };
        deed.ok_or(wrong)
    }
}

/// How long an acknowledgement holds where nobody says otherwise; until recovery if none.
pub fn usual(app: &App) -> Option<Span> {
    app.engine.shared().instance().acknowledge_for
}

/// How long an acknowledgement is to hold, and how that is said; without a word as usual.
pub fn until(text: &str, usual: Option<Span>) -> Option<(Until, String)> {
    match text {
        "usual" | "" => Some((
            Until::Usual,
            usual.map_or_else(|| "until recovery".to_owned(), |span| format!("for {}", span.words())),
        )),
        "recovery" => Some((Until::Recovery, "until recovery".to_owned())),
        length => Some((Until::For(Span::read(length)?), format!("for {length}"))),
    }
}
