//! One agent's messages, spelled out bit by bit, and what the core does with each.

use tocsin_policy::*;

use crate::world::{START, World};

/// One message in the making.
pub struct Doc {
    pub at: i64,
    pub seen: Observation,
}

pub fn doc(at: i64) -> Doc {
    Doc {
        at,
        seen: Observation {
            incarnation: 100,
            host_name: "web1".into(),
            poll: Span::seconds(30),
            start_delay: Span::ZERO,
            shares_bits: false,
            services: Vec::new(),
            event: None,
        },
    }
}

impl Doc {
    /// A service checked at `checked` seconds.
    pub fn service(mut self, name: &str, status: u32, checked: i64) -> Doc {
        self.seen.services.push(ObservedService {
            name: name.into(),
            kind: 3,
            monitor: 1,
            status,
            status_hint: 0,
            collected_us: checked * 1_000_000,
        });
        self
    }
    pub fn monitor(mut self, bits: u8) -> Doc {
        self.seen.services.last_mut().unwrap().monitor = bits;
        self
    }
    pub fn event(mut self, service: &str, id: u32, state: u8, at: i64, message: &str) -> Doc {
        let (collected_us, message) = (at * 1_000_000 + 1_000, message.to_owned());
        let action = if message.ends_with("stopped") { 3 } else { 6 };
        self.seen.event =
            Some(ObservedEvent { collected_us, service: service.into(), id, state, action, message, is_new: true });
        self
    }
    pub fn known(mut self) -> Doc {
        self.seen.event.as_mut().unwrap().is_new = false;
        self
    }
    pub fn old_agent(mut self) -> Doc {
        self.seen.shares_bits = true;
        self
    }
    pub fn incarnation(mut self, incarnation: i64) -> Doc {
        self.seen.incarnation = incarnation;
        self
    }
    pub fn named(mut self, name: &str) -> Doc {
        self.seen.host_name = name.into();
        self
    }
}

/// What the core did with each message, one line each.
pub struct Tale {
    pub world: World,
    pub host: Host,
}

impl Tale {
    pub fn new() -> Tale {
        let mut world = World::new();
        world.declare_host("web1", &[]);
        let host = world.hosts["web1"].host.clone();
        Tale { world, host }
    }

    pub fn hear(&mut self, doc: Doc) -> String {
        let now = START + Span::seconds(doc.at);
        let next = &mut self.world.next_id;
        let mut ids = || {
            *next += 1;
            *next
        };
        let book = &self.world.book;
        let effects = observe(&mut self.host, &doc.seen, book, now, &mut ids);
        let said: Vec<String> = effects.iter().filter_map(said).collect();
        said.join(", ")
    }
}

fn said(effect: &Effect) -> Option<String> {
    let name = |subject: &Subject| match subject {
        Subject::Host => "host".to_owned(),
        Subject::Service(name) => name.to_string(),
    };
    Some(match effect {
        Effect::AlertOpened { alert } if alert.kind == AlertKind::Change => format!("change {}", name(&alert.subject)),
        Effect::AlertOpened { alert } => format!("opened {}: {}", name(&alert.subject), alert.message),
        Effect::AlertTextChanged { message, .. } => format!("now: {}", message.replace('\n', " / ")),
        Effect::AlertClosed { subject, reason, .. } => format!("closed {}: {}", name(subject), reason.sentence()),
        Effect::ServiceVanished { name } => format!("{name} gone"),
        Effect::History { line: HistoryLine::Event { late: true, .. }, .. } => "late".to_owned(),
        Effect::History { line: HistoryLine::TwinDetected { other_name }, .. } => format!("twin {other_name}"),
        _ => return None,
    })
}
