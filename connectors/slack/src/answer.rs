//! What Slack's replies mean. It says the reason in the body, as one word.

use tocsin_connector::http::Response;
use tocsin_connector::{Advice, Delivered, DeliveryError, advised};

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
