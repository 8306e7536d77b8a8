//! What Slack's replies mean. It says the reason in the body, as one word.

use tocsin_connector::http::Response;
use tocsin_connector::serde_json::Value;
use tocsin_connector::{Advice, Delivered, DeliveryError, advised, retry};

/// The webhook or its channel is gone or closed: no message will pass until somebody sees to it.
const BROKEN_HOOK: &[Advice] = &[
    ("action_prohibited", "/url", "An administrator of Slack has forbidden posting here."),
    ("channel_is_archived", "/url", "The Slack channel is archived. Make a webhook for another channel."),
    ("channel_not_found", "/url", "The Slack channel no longer exists. Make a webhook for another channel."),
    ("invalid_token", "/url", "Slack does not know this webhook. Copy its URL again."),
    ("no_active_hooks", "/url", "The webhook is switched off in Slack."),
    ("no_service", "/url", "The webhook was removed or switched off in Slack. Make a new one."),
    ("no_service_id", "/url", "The webhook URL is incomplete. Copy it again from Slack."),
    ("no_team", "/url", "The Slack workspace does not exist any more, or the URL is incomplete."),
    ("posting_to_general_channel_denied", "/url", "Slack does not let this webhook post to the general channel."),
    ("team_disabled", "/url", "The Slack workspace is switched off."),
    ("user_not_found", "/url", "The user whom this webhook writes to no longer exists."),
];

/// The bot may not post, or not there.
const BROKEN_BOT: &[Advice] = &[
    ("access_denied", "/token", "The bot may not do this. Look at the app's settings in Slack."),
    ("account_inactive", "/token", "The bot was removed or its workspace switched off. Install the app again."),
    ("channel_not_found", "/channel", "The bot does not see this channel. Invite it, and check the channel's id."),
    ("invalid_auth", "/token", "Slack does not know this token. Copy it again from the app's page."),
    ("is_archived", "/channel", "The Slack channel is archived. Choose another one."),
    ("missing_scope", "/token", "The bot lacks the scope chat:write. Add it in Slack and install the app again."),
    ("no_permission", "/token", "The bot may not post. Give it the scope chat:write and install the app again."),
    ("not_allowed_token_type", "/token", "This is no bot token. It begins with xoxb-."),
    ("not_authed", "/token", "Slack saw no token. Copy it again from the app's page."),
    ("not_in_channel", "/channel", "The bot is not in this channel. Invite it: /invite @name."),
    ("restricted_action", "/channel", "An administrator of Slack lets nobody but some people post here."),
    ("restricted_action_read_only_channel", "/channel", "Nobody can post in this channel. Choose another one."),
    ("team_access_not_granted", "/token", "The app has no access to this workspace. Install it there."),
    ("token_expired", "/token", "The token has run out. Make a new one that does not."),
    ("token_revoked", "/token", "The token was revoked. Install the app again and copy the new one."),
];

/// Slack's own trouble, which it does not always say by the status.
const LATER: &[&str] =
    &["fatal_error", "internal_error", "ratelimited", "rate_limited", "request_timeout", "service_unavailable"];

/// What a method of the Web API has come to, if it is neither a matter of settings nor of time.
pub(crate) enum Said {
    Done(Value),
    /// Slack's word for the reason.
    Refused(String),
}

impl Said {
    pub(crate) fn words(&self) -> String {
        match self {
            Said::Done(_) => "Slack has taken the message".into(),
            Said::Refused(word) => format!("Slack refuses the message: {word}"),
        }
    }
}

pub(crate) fn read_api(answer: Response) -> Result<Said, DeliveryError> {
    let answer = answer.accepted()?;
    let value = answer.value();
    if value["ok"] == true {
        return Ok(Said::Done(value));
    }
    let Some(word) = value["error"].as_str() else {
        return Err(retry(format!("this is no answer of Slack: {}", answer.explain())));
    };
    if let Some(error) = advised(word, BROKEN_BOT) {
        return Err(error);
    }
    if LATER.contains(&word) {
        return Err(retry(format!("Slack is busy: {word}")));
    }
    Ok(Said::Refused(word.to_owned()))
}

pub(crate) fn read(answer: Response) -> Result<Delivered, DeliveryError> {
    if !(200..300).contains(&answer.status)
        && let Some(error) = advised(answer.text().trim(), BROKEN_HOOK)
    {
        return Err(error);
    }
    Ok(Delivered::said(answer.accepted()?.explain()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Delivered, DeliveryError> {
        read(Response { status, headers: vec![("retry-after".into(), "30".into())], body: body.into() })
    }

    #[test]
    fn ok_is_delivered() {
        assert_eq!(answer(200, "ok").unwrap().detail.as_deref(), Some("HTTP 200: ok"));
    }

    #[test]
    fn a_removed_hook_is_a_matter_of_settings() {
        for (status, word) in [(404, "no_service"), (404, "channel_not_found"), (410, "channel_is_archived")] {
            let Err(DeliveryError::Misconfigured(errors)) = answer(status, word) else { panic!("{word}") };
            assert_eq!(errors[0].pointer, "/url");
        }
    }

    #[test]
    fn a_message_that_slack_cannot_read_is_not_sent_again() {
        assert!(matches!(answer(400, "invalid_payload"), Err(DeliveryError::Permanent(_))));
    }

    #[test]
    fn too_many_messages_wait_as_long_as_slack_says() {
        let Err(DeliveryError::Retry(retry)) = answer(429, "rate_limited") else { panic!("not a retry") };
        assert_eq!(retry.after_ms, Some(30_000));
    }
}
