//! A real mail server: aiosmtpd, which puts what it gets into a mailbox in a folder.

use std::io::Read;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::mail::Mail;
use super::parts;
use super::process::Process;
use super::wait::{free_port, until};

/// The server and its mailbox.
pub struct Relay {
    pub port: u16,
    _process: Process,
    folder: TempDir,
}

impl Relay {
    pub fn start() -> Relay {
        let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
        let mut command = Command::new(parts::python().expect("aiosmtpd was looked for before"));
        command.args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}"), "-c", "aiosmtpd.handlers.Mailbox"]);
        command.arg(folder.path().join("mailbox"));
        let process = Process::start("the relay", &mut command, &folder.path().join("log"));
        until("the relay greets", || {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
            stream.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
            let mut greeting = [0; 3];
            stream.read_exact(&mut greeting).ok().filter(|()| greeting == *b"220")
        });
        Relay { port, _process: process, folder }
    }

    /// All mails, in the order in which they were decided.
    pub fn mails(&self) -> Vec<Mail> {
        let files = std::fs::read_dir(self.folder.path().join("mailbox/new")).into_iter().flatten().flatten();
        let mut mails: Vec<(std::time::SystemTime, Mail)> = files
            .filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, Mail::read(&file.path())?)))
            .collect();
        mails.sort_by_key(|(at, _)| *at);
        mails.into_iter().map(|(_, mail)| mail).collect()
    }

    /// Waits for a mail that `wanted` wants.
    pub fn until(&self, what: &str, wanted: impl Fn(&Mail) -> bool) -> Mail {
        until(what, || self.mails().into_iter().find(&wanted))
    }
}
