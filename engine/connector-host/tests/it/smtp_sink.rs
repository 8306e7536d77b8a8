//! A relay that keeps what it is sent. Addresses say what it does with them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub struct SmtpSink {
    pub port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    mails: Mutex<Vec<Mail>>,
    connections: AtomicU32,
    /// Ends each session after the next mail, as relays do with idle ones.
    hang_up: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// As it came, without the dots that were doubled for the way.
    pub text: String,
}

impl SmtpSink {
    pub async fn start() -> SmtpSink {
        SmtpSink::with(State::default()).await
    }

    pub async fn hanging_up() -> SmtpSink {
        SmtpSink::with(State { hang_up: true, ..State::default() }).await
    }

    async fn with(state: State) -> SmtpSink {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(state);
        let kept = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                kept.connections.fetch_add(1, Ordering::Relaxed);
                let state = kept.clone();
                tokio::spawn(async move {
                    // An error is the client's leaving.
                    let _ = serve(stream, state).await;
                });
            }
        });
        SmtpSink { port, state }
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.state.mails.lock().unwrap().clone()
    }

    /// The one mail there was.
    pub fn only(&self) -> Mail {
        let mails = self.mails();
        assert_eq!(mails.len(), 1, "{mails:#?}");
        mails[0].clone()
    }

    pub fn connections(&self) -> u32 {
        self.state.connections.load(Ordering::Relaxed)
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (reader, mut writer) = stream.split();
    let mut lines = BufReader::new(reader).lines();
    let mut mail = Mail::default();
    writer.write_all(b"220 sink\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let upper = line.to_uppercase();
        let answer = if upper.starts_with("EHLO") {
            "250-sink\r\n250 AUTH PLAIN LOGIN"
        } else if upper.starts_with("AUTH") {
            "535 5.7.8 wrong user or password"
        } else if upper.starts_with("MAIL") {
            mail = Mail { from: line.clone(), ..Mail::default() };
            "250 ok"
        } else if upper.contains("GONE@") {
            "550 no such user"
        } else if upper.contains("LATER@") {
            "451 try again later"
        } else if upper.starts_with("RCPT") {
            mail.to.push(line.clone());
            "250 ok"
        } else if upper == "DATA" {
            writer.write_all(b"354 go\r\n").await?;
            while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                mail.text.push_str(line.strip_prefix('.').unwrap_or(&line));
                mail.text.push('\n');
            }
            state.mails.lock().unwrap().push(std::mem::take(&mut mail));
            "250 queued as 1"
        } else {
            "250 ok"
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
        if answer.starts_with("250 queued") && state.hang_up {
            return Ok(());
        }
    }
    Ok(())
}
