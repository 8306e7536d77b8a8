//! A relay that keeps what it is sent. Addresses say what it does with them.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};

/// User `tocsin`, password `right`.
const RIGHT_LOGIN: &str = "AUTH PLAIN AHRvY3NpbgByaWdodA==";

pub struct SmtpSink {
    pub port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    mails: Mutex<Vec<Mail>>,
    connections: AtomicU32,
    logins: AtomicU32,
    security: Security,
    /// Says more than "go ahead" before TLS, as somebody on the way could.
    inject: bool,
    /// Ends each session after the next mail, as relays do with idle ones.
    hang_up: bool,
    /// Says that it takes commands in one piece.
    pipelining: bool,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Security {
    #[default]
    None,
    Tls,
    StartTls,
}

#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// As it came, without the dots that were doubled for the way.
    pub text: String,
    /// The commands before the message came together.
    pub in_one_piece: bool,
}

impl SmtpSink {
    pub async fn start() -> SmtpSink {
        SmtpSink::with(State::default()).await
    }

    pub async fn hanging_up() -> SmtpSink {
        SmtpSink::with(State { hang_up: true, ..State::default() }).await
    }

    pub async fn pipelining() -> SmtpSink {
        SmtpSink::with(State { pipelining: true, ..State::default() }).await
    }

    pub async fn tls() -> SmtpSink {
        SmtpSink::with(State { security: Security::Tls, ..State::default() }).await
    }

    pub async fn starttls() -> SmtpSink {
        SmtpSink::with(State { security: Security::StartTls, ..State::default() }).await
    }

    pub async fn with_somebody_on_the_way() -> SmtpSink {
        SmtpSink::with(State { security: Security::StartTls, inject: true, ..State::default() }).await
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
                    let _ = connected(stream, state).await;
                });
            }
        });
        SmtpSink { port, state }
    }

    /// How often somebody tried to log in.
    pub fn logins(&self) -> u32 {
        self.state.logins.load(Ordering::Relaxed)
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

async fn connected(stream: TcpStream, state: Arc<State>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let greeting = "220 sink\r\n";
    if state.security == Security::Tls {
        serve(crate::tls::acceptor().accept(stream).await?, &state, greeting).await?;
    } else if let Some(stream) = serve(stream, &state, greeting).await? {
        serve(crate::tls::acceptor().accept(stream).await?, &state, "").await?;
    }
    Ok(())
}

/// Comes back with the stream when it is to be secured.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, state: &State, greeting: &str) -> io::Result<Option<S>> {
    let mut stream = BufStream::new(stream);
    let mut mail = Mail::default();
    say(&mut stream, greeting).await?;
    let mut piece = false;
    while let Some(line) = line(&mut stream).await? {
        if line.starts_with("MAIL") {
            piece = more_is_there(&mut stream).await;
        }
        let upper = line.to_uppercase();
        let answer = if upper.starts_with("EHLO") && state.security == Security::StartTls && !greeting.is_empty() {
            "250-sink\r\n250 STARTTLS"
        } else if upper.starts_with("EHLO") {
            if state.pipelining { "250-sink\r\n250 PIPELINING" } else { "250-sink\r\n250 AUTH PLAIN LOGIN" }
        } else if upper == "STARTTLS" && state.security == Security::StartTls {
            let more = if state.inject { "250-fake\r\n250 AUTH PLAIN\r\n" } else { "" };
            say(&mut stream, &format!("220 go\r\n{more}")).await?;
            return Ok(Some(stream.into_inner()));
        } else if upper.starts_with("AUTH") {
            state.logins.fetch_add(1, Ordering::Relaxed);
            if line == RIGHT_LOGIN { "235 welcome" } else { "535 5.7.8 wrong user or password" }
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
        } else if upper == "DATA" && mail.to.is_empty() {
            "503 nobody to send it to"
        } else if upper == "DATA" {
            // Whether the client waited for each answer or sent all commands in one piece.
            mail.in_one_piece = piece;
            say(&mut stream, "354 go\r\n").await?;
            while let Some(line) = self::line(&mut stream).await?.filter(|line| line != ".") {
                mail.text.push_str(line.strip_prefix('.').unwrap_or(&line));
                mail.text.push('\n');
            }
            state.mails.lock().unwrap().push(std::mem::take(&mut mail));
            "250 queued as 1"
        } else {
            "250 ok"
        };
        say(&mut stream, &format!("{answer}\r\n")).await?;
        if answer.starts_with("250 queued") && state.hang_up {
            break;
        }
    }
    Ok(None)
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes()).await?;
    stream.flush().await
}

/// Whether the client has not waited for the answer.
async fn more_is_there(stream: &mut (impl AsyncBufRead + Unpin)) -> bool {
    tokio::select! {
        biased;
        held = stream.fill_buf() => held.is_ok_and(|held| !held.is_empty()),
        () = std::future::ready(()) => false,
    }
}

async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await?;
    Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}
