//! A card: a heading, Monit's words, one line of context, buttons. The alert's id is the key of its thread.

use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::text::{fit, one_line, shorten, tame};
use tocsin_connector::{Dialect, Notification, markup};

pub(crate) const TITLE_CHARS: usize = 200;
/// Google Chat takes 32 000 bytes in one message. So many characters of four bytes each, with all else, stay
/// below it.
pub(crate) const TEXT_CHARS: usize = 4000;
const CONTEXT_CHARS: usize = 1500;

/// Text in cards knows a few tags of HTML. No more is escaped than has to be: which entities it knows is said
/// nowhere.
const DIALECT: Dialect = Dialect { escape: markup::slack, ..Dialect::HTML };

pub(crate) fn write(n: &Notification) -> Value {
    let title = shorten(&one_line(&tame(&n.marked_title())), TITLE_CHARS);
    let text = fit(tame(n.body()).trim(), TEXT_CHARS, DIALECT.escape);
    let mut widgets = vec![
        json!({"textParagraph": {"text": text.replace('\n', "<br>")}}),
        json!({"textParagraph": {"text": n.facts_line(&DIALECT, CONTEXT_CHARS)}}),
    ];
    let button = |(words, url)| json!({"text": words, "onClick": {"openLink": {"url": url}}});
    let buttons: Vec<Value> = n.links().into_iter().map(button).collect();
    if !buttons.is_empty() {
        widgets.push(json!({"buttonList": {"buttons": buttons}}));
    }
    json!({
        // What shows in notifications on a phone.
        "fallbackText": markup::no_mentions(&title),
        "thread": {"threadKey": n.alert_id},
        "cardsV2": [{
            "cardId": "alert",
            "card": {"header": {"title": title}, "sections": [{"widgets": widgets}]},
        }],
    })
}
