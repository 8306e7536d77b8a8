//! What Mattermost's replies mean. It says the reason as an identifier under `id`.

use tocsin_connector::http::Response;
use tocsin_connector::{Advice, DeliveryError, advised};

const BROKEN_HOOK: &[Advice] = &[
    (
        "app.channel.get.existing.app_error",
        "/url",
        "The webhook's channel was deleted. Make a webhook for another one.",
    ),
    (
        "web.incoming_webhook.disabled.app_error",
        "/url",
        "Incoming webhooks are switched off. An administrator of Mattermost can allow them.",
    ),
    ("web.incoming_webhook.invalid.app_error", "/url", "Mattermost does not know this webhook. Copy its URL again."),
    (
        "web.incoming_webhook.permissions.app_error",
        "/url",
        "Whoever made the webhook may not post in its channel any more. Make a new one.",
    ),
    ("web.incoming_webhook.user.app_error", "/url", "Whoever made the webhook was removed. Make a new one."),
];

const BROKEN_BOT: &[Advice] = &[
    ("api.context.permissions.app_error", "/channel", "The bot may not post in this channel. Add it to the channel."),
    (
        "api.context.session_expired.app_error",
        "/token",
        "Mattermost does not know this token. Make a new one for the bot.",
    ),
    ("api.post.create_post.can_not_post_to_deleted.error", "/channel", "The channel is archived. Choose another one."),
    ("app.channel.get.existing.app_error", "/channel", "Mattermost does not know this channel. Copy its id again."),
];

pub(crate) fn of_hook(answer: Response) -> Result<Response, DeliveryError> {
    if let Some(error) = advised(&reason(&answer), BROKEN_HOOK) {
        return Err(error);
    }
    answer
        .blame(&[401, 403], "/url", "Mattermost does not accept this webhook. Copy its URL again.")?
        .blame(&[404], "/url", "There is no webhook at this address. Copy its URL again.")?
        .accepted()
}

pub(crate) fn of_bot(answer: Response) -> Result<Response, DeliveryError> {
    if let Some(error) = advised(&reason(&answer), BROKEN_BOT) {
        return Err(error);
    }
    answer
        .blame(&[401], "/token", "Mattermost does not know this token. Make a new one for the bot.")?
        .blame(&[403], "/channel", "The bot may not post in this channel. Add it to the channel.")?
        .blame(&[404], "/url", "There is no Mattermost at this address, or no such channel.")?
        .accepted()
}

/// Whether the thread is to blame: its first message is gone, or stands in another channel.
pub(crate) fn blames_thread(answer: &Response) -> bool {
    reason(answer).contains("root_id")
}

fn reason(answer: &Response) -> String {
    let reason = answer.value()["id"].as_str().map(str::to_owned);
    reason.filter(|_| !(200..300).contains(&answer.status)).unwrap_or_default()
}
