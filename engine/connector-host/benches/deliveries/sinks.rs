//! The far sides: a web server and a relay that do as little as can be done, in a process and on a core of their own.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use crate::pin;

/// What makes this program a far side.
pub const ARGUMENT: &str = "far-side";
const CORE: usize = 1;
const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
/// A request or mail of these figures has a few kilobytes.
const BUFFER_BYTES: usize = 64 << 10;

/// A running far side; it ends with this.
pub struct FarSide {
    process: Child,
    pub http: u16,
    /// The same without ever sleeping, so that no sender pays for waking it: on a virtual machine that costs more than
    /// the sending.
    pub awake: u16,
    pub smtp: u16,
}

impl FarSide {
    pub fn start() -> FarSide {
        let program = std::env::current_exe().expect("this program has a path");
        let mut process = Command::new(program).arg(ARGUMENT).stdout(Stdio::piped()).spawn().expect("it starts again");
        let mut ports = String::new();
        let said = process.stdout.take().expect("a pipe");
        BufReader::new(said).read_line(&mut ports).expect("it says its ports");
        let mut ports = ports.split_whitespace().map(|port| port.parse().expect("a port"));
        let mut next = || ports.next().expect("three ports");
        FarSide { process, http: next(), awake: next(), smtp: next() }
    }
}

impl Drop for FarSide {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until it is killed.
pub fn serve() {
    pin(CORE);
    let [http, awake, smtp] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("a port"));
    let port = |listener: &TcpListener| listener.local_addr().expect("an address").port();
    println!("{} {} {}", port(&http), port(&awake), port(&smtp));
    std::thread::spawn(move || each(&smtp, relay));
    std::thread::spawn(move || web_awake(&awake).expect("it serves as long"));
    each(&http, web);
}

fn each(listener: &TcpListener, serve: fn(TcpStream) -> io::Result<()>) {
    for stream in listener.incoming().flatten() {
        std::thread::spawn(move || stream.set_nodelay(true).and_then(|()| serve(stream)));
    }
}

fn web(mut stream: TcpStream) -> io::Result<()> {
    let mut held = Vec::with_capacity(BUFFER_BYTES);
    let mut chunk = vec![0; BUFFER_BYTES];
    loop {
        answer(&mut stream, &mut held)?;
        match stream.read(&mut chunk)? {
            0 => return Ok(()),
            read => held.extend_from_slice(&chunk[..read]),
        }
    }
}

/// Looks at its connections in turn for as long as one is open.
fn web_awake(listener: &TcpListener) -> io::Result<()> {
    loop {
        listener.set_nonblocking(false)?;
        let mut open = vec![opened(listener.accept()?.0)?];
        listener.set_nonblocking(true)?;
        let mut chunk = vec![0; BUFFER_BYTES];
        while !open.is_empty() {
            if let Ok((stream, _)) = listener.accept() {
                open.push(opened(stream)?);
            }
            open.retain_mut(|(stream, held)| match stream.read(&mut chunk) {
                Ok(0) => false,
                Ok(read) => {
                    held.extend_from_slice(&chunk[..read]);
                    answer(stream, held).is_ok()
                }
                Err(error) => error.kind() == io::ErrorKind::WouldBlock,
            });
        }
    }
}

fn opened(stream: TcpStream) -> io::Result<(TcpStream, Vec<u8>)> {
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    Ok((stream, Vec::with_capacity(BUFFER_BYTES)))
}

/// Answers all requests that are there.
fn answer(stream: &mut TcpStream, held: &mut Vec<u8>) -> io::Result<()> {
    while let Some(end) = request_end(held) {
        held.drain(..end);
        stream.write_all(OK)?;
    }
    Ok(())
}

/// Where the first request ends, if all of it is there.
fn request_end(held: &[u8]) -> Option<usize> {
    let body = held.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&held[..body]).to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let end = body + length.map_or(0, |length| length.parse().expect("a length"));
    (held.len() >= end).then_some(end)
}

/// Answers commands in the order in which they come, and sends the answers when it has none left to read.
fn relay(stream: TcpStream) -> io::Result<()> {
    let mut answers = stream.try_clone()?;
    let mut commands = BufReader::with_capacity(BUFFER_BYTES, stream);
    let (mut pending, mut line, mut in_message) = (b"220 relay\r\n".to_vec(), Vec::new(), false);
    loop {
        if commands.buffer().is_empty() && !pending.is_empty() {
            answers.write_all(&pending)?;
            pending.clear();
        }
        line.clear();
        if commands.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if in_message {
            if line == b".\r\n" {
                in_message = false;
                pending.extend_from_slice(b"250 queued\r\n");
            }
            continue;
        }
        let answer: &[u8] = match line.get(..4) {
            Some(b"EHLO") => b"250-relay\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            Some(b"DATA") => {
                in_message = true;
                b"354 go\r\n"
            }
            _ => b"250 ok\r\n",
        };
        pending.extend_from_slice(answer);
    }
}
