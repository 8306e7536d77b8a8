//! The same exchanges without a sandbox: what is the limit on this machine.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tocsin_connector_host::{SentMail, SentRequest};

/// A client set up as the host's own.
pub fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    client.build().expect("a client")
}

/// Sends what the connector sent.
pub async fn post(client: &reqwest::Client, request: &SentRequest) {
    let method = request.method.parse().expect("a method");
    let builder = client.request(method, &request.url).body(request.body.clone());
    let builder = request.headers.iter().fold(builder, |builder, (name, value)| builder.header(name, value));
    let answer = builder.send().await.expect("an answer");
    assert_eq!(answer.bytes().await.expect("a body").len(), 2);
}

/// Mails a second over one connection: the commands of a mail in one write, the message with its end in another.
pub fn pipelined(port: u16, mail: &SentMail, span: Duration) -> io::Result<f64> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    let mut replies = BufReader::new(stream.try_clone()?);
    let mut await_replies = |count: usize| -> io::Result<()> {
        let mut line = String::new();
        for _ in 0..count {
            line.clear();
            // The lines of one reply but the last have a hyphen behind their code.
            while replies.read_line(&mut line)? > 0 && line.as_bytes().get(3) == Some(&b'-') {
                line.clear();
            }
            assert!(line.starts_with(['2', '3']), "{line}");
        }
        Ok(())
    };
    await_replies(1)?;
    stream.write_all(b"EHLO bench\r\n")?;
    await_replies(1)?;
    let mut commands = format!("MAIL FROM:<{}>\r\n", mail.sender.as_deref().unwrap_or_default());
    mail.recipients.iter().for_each(|recipient| commands += &format!("RCPT TO:<{recipient}>\r\n"));
    commands += "DATA\r\n";
    let message = [&mail.message[..], b"\r\n.\r\n"].concat();
    let (began, mut sent) = (Instant::now(), 0_u32);
    while began.elapsed() < span {
        stream.write_all(commands.as_bytes())?;
        await_replies(2 + mail.recipients.len())?;
        stream.write_all(&message)?;
        await_replies(1)?;
        sent += 1;
    }
    Ok(f64::from(sent) / began.elapsed().as_secs_f64())
}
