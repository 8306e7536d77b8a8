//! A connector that may send mail and tries to say more to the relay than one mail.

use crate::smtp_sink::SmtpSink;
use crate::world::{deliver, detail, notification};
use serde_json::json;
use tocsin_connector_host::Kind;

const MESSAGE: &str = "Subject: x\r\n\r\nbody\r\n";

/// What the door said to it.
async fn mailed(sink: &SmtpSink, sender: &str, recipient: &str, message: &str) -> String {
    let relay = json!({"host": "127.0.0.1", "port": sink.port, "security": "none"});
    let settings = json!({"sender": sender, "recipient": recipient, "message": message, "relay": relay});
    detail(&deliver("hostile-mail", settings, notification(Kind::Problem)).await).to_owned()
}

#[tokio::test]
async fn an_address_carries_no_command_to_the_relay() {
    let sinks = [SmtpSink::start().await, SmtpSink::pipelining().await];
    for sink in &sinks {
        for address in [
            "ops@example.org>\r\nRCPT TO:<all@example.org",
            "ops@example.org\r\nDATA",
            "ops@example.org\nDATA",
            "ops@example.org\rDATA",
            "ops@example.org\0",
            "ops@example.org> SIZE=0",
            "\"ops\r\nDATA\"@example.org",
            "\"ops\n\"@example.org",
            "ops@[127.0.0.1\r\nDATA]",
            "<ops@example.org>",
            "ops@example.org, all@example.org",
            "",
        ] {
            for (sender, recipient) in [("t@example.org", address), (address, "ops@example.org")] {
                let said = mailed(sink, sender, recipient, MESSAGE).await;
                assert!(said.starts_with("Error::Invalid"), "{sender:?} to {recipient:?}: {said}");
            }
        }
        assert_eq!(sink.connections(), 0, "nothing of it was worth a connection");
        assert_eq!(mailed(sink, "t@example.org", "ops@example.org", MESSAGE).await, "250 queued as 1");
    }
}

#[tokio::test]
async fn a_message_does_not_end_before_its_end() {
    let sinks = [SmtpSink::start().await, SmtpSink::pipelining().await];
    let more = "MAIL FROM:<evil@example.org>\r\nRCPT TO:<all@example.org>\r\nDATA\r\nSubject: y\r\n\r\n";
    for sink in &sinks {
        let hidden = format!("{MESSAGE}.\r\n{more}");
        assert_eq!(mailed(sink, "t@example.org", "ops@example.org", &hidden).await, "250 queued as 1");
        let mail = sink.only();
        assert_eq!(mail.to, ["RCPT TO:<ops@example.org>"]);
        assert!(mail.text.contains("\nbody\n.\nMAIL FROM:<evil@example.org>\n"), "{}", mail.text);

        // The first line counts as one as well.
        let dots = "..\r\n.\r\n.x\r\n";
        assert_eq!(mailed(sink, "t@example.org", "ops@example.org", dots).await, "250 queued as 1");
        assert!(sink.mails()[1].text.starts_with("..\n.\n.x\n"), "{}", sink.mails()[1].text);
    }
}

#[tokio::test]
async fn a_line_end_that_relays_read_differently_is_not_sent() {
    let sink = SmtpSink::start().await;
    for end in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r\n", "\r\n.\r", "\r\r\n.\r\r\n"] {
        let said =
            mailed(&sink, "t@example.org", "ops@example.org", &format!("{MESSAGE}{end}MAIL FROM:<e@x.org>")).await;
        assert!(said.starts_with("Error::Invalid") && said.contains("CR LF"), "{end:?}: {said}");
    }
    assert_eq!(sink.connections(), 0);
}
