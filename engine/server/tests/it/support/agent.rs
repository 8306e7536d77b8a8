//! A made-up agent: speaks as Monit 5.33 does, about processes that a test lets fail and recover.

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

/// Monit's bit and event id for "does not exist".
const NON_EXIST: u64 = 512;
/// Long enough that no host is overdue unless a test wants it.
const POLL_SECONDS: u32 = 300;

/// An agent and what it knows.
#[derive(Clone)]
pub struct Agent {
    pub id: String,
    pub host: String,
    incarnation: u64,
    poll_seconds: u32,
    services: Vec<(String, u64)>,
}

impl Agent {
    /// An agent that has just started, with these processes, all of them running.
    pub fn new(host: &str, services: &[&str]) -> Agent {
        let id = format!("{:0>32x}", host.bytes().fold(7u128, |sum, byte| sum.wrapping_mul(257) + u128::from(byte)));
        let services = services.iter().map(|name| ((*name).to_owned(), 0)).collect();
        Agent { id, host: host.to_owned(), incarnation: micros() / 1_000_000, poll_seconds: POLL_SECONDS, services }
    }

    /// The same with cycles of a second: soon overdue.
    pub fn hasty(self) -> Agent {
        Agent { poll_seconds: 1, ..self }
    }

    /// What it sends every cycle.
    pub fn status(&self) -> Vec<u8> {
        self.document("")
    }

    /// A process stops: the event of that.
    pub fn fails(&mut self, service: &str, message: &str) -> Vec<u8> {
        self.set(service, NON_EXIST);
        self.event(service, 1, message)
    }

    /// A process runs again: the event of that.
    pub fn recovers(&mut self, service: &str) -> Vec<u8> {
        self.set(service, 0);
        self.event(service, 0, "process is running with pid 4711")
    }

    fn set(&mut self, service: &str, status: u64) {
        let found = self.services.iter_mut().find(|(name, _)| name == service);
        found.expect("one of its services").1 = status;
    }

    fn event(&self, service: &str, state: u8, message: &str) -> Vec<u8> {
        let now = micros();
        self.document(&format!(
            "<event><collected_sec>{}</collected_sec><collected_usec>{}</collected_usec><service>{service}</service>\
             <type>3</type><id>{NON_EXIST}</id><state>{state}</state><action>1</action>\
             <message><![CDATA[{message}]]></message></event>",
            now / 1_000_000,
            now % 1_000_000
        ))
    }

    fn document(&self, event: &str) -> Vec<u8> {
        let (now, mut services) = (micros(), String::new());
        for (name, status) in &self.services {
            let _ = write!(
                services,
                "<service name=\"{name}\"><type>3</type><collected_sec>{}</collected_sec>\
                 <collected_usec>{}</collected_usec><status>{status}</status><status_hint>0</status_hint>\
                 <monitor>1</monitor><monitormode>0</monitormode><onreboot>0</onreboot>\
                 <pendingaction>0</pendingaction></service>",
                now / 1_000_000,
                now % 1_000_000
            );
        }
        let Agent { id, host, incarnation, poll_seconds, .. } = self;
        format!(
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><monit id=\"{id}\" incarnation=\"{incarnation}\" \
             version=\"5.33.0\"><server><uptime>100</uptime><poll>{poll_seconds}</poll><startdelay>0</startdelay>\
             <localhostname>{host}</localhostname><controlfile>/etc/monit/monitrc</controlfile></server><platform>\
             <name>Linux</name><release>6.1.0</release><version>#1 SMP</version><machine>x86_64</machine><cpu>2</cpu>\
             <memory>2048000</memory><swap>0</swap></platform><services>{services}</services>\
             <servicegroups></servicegroups>{event}</monit>"
        )
        .into_bytes()
    }
}

fn micros() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    u64::try_from(now.as_micros()).expect("a clock before the year 500000")
}
