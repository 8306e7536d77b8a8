//! Who is in the virtual fleet: web, database, mail and cache hosts in three cities, most of them in production.

/// What a host does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Web,
    Database,
    Mail,
    Cache,
}

/// One virtual host.
#[derive(Clone, Debug)]
pub struct Host {
    /// Its place in the fleet, from zero.
    pub number: usize,
    pub name: String,
    pub agent_id: String,
    pub role: Role,
    /// Counted among the hosts of its role, from one.
    pub nth: usize,
    pub services: Vec<Service>,
}

/// One service of a host.
#[derive(Clone, Debug)]
pub struct Service {
    pub name: &'static str,
    pub kind: Kind,
}

/// The types of services that the agents report, with what tells them apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    System,
    Filesystem {
        total_mb: f64,
        full: f64,
    },
    File {
        path_bytes: u64,
    },
    Directory,
    /// A process; with a port if it listens on one.
    Process {
        port: Option<(u16, &'static str)>,
        memory_kb: u64,
    },
    /// A remote host that is reached over a port.
    Remote {
        port: u16,
        protocol: &'static str,
    },
    Program {
        output: &'static str,
    },
    Network,
}

impl Kind {
    /// Monit's number of the type.
    pub fn number(self) -> u8 {
        match self {
            Kind::Filesystem { .. } => 0,
            Kind::Directory => 1,
            Kind::File { .. } => 2,
            Kind::Process { .. } => 3,
            Kind::Remote { .. } => 4,
            Kind::System => 5,
            Kind::Program { .. } => 7,
            Kind::Network => 8,
        }
    }
}

/// Where hosts stand: the word in their names. The provision file of the demo has the cities.
const SITES: [&str; 3] = ["chi", "fra", "sin"];
/// Every so many hosts of a role one is for trying things out.
const STAGING_EVERY: usize = 5;

/// A fleet of so many hosts; the same number gives the same fleet.
pub fn fleet(hosts: usize) -> Vec<Host> {
    (0..hosts).map(host).collect()
}

fn host(number: usize) -> Host {
    let roles = [(Role::Web, "web"), (Role::Database, "db"), (Role::Mail, "mail"), (Role::Cache, "cache")];
    let (role, word) = roles[number % roles.len()];
    let nth = number / roles.len() + 1;
    let (site, staging) = (SITES[nth % SITES.len()], if nth.is_multiple_of(STAGING_EVERY) { "staging-" } else { "" });
    Host {
        number,
        name: format!("{staging}{word}{nth}.{site}.example.net"),
        agent_id: agent_id(number),
        role,
        nth,
        services: services(role),
    }
}

/// 32 hexadecimal digits, as agents make them.
pub fn agent_id(number: usize) -> String {
    let number = number as u128 + 1;
    format!("{:032x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

fn services(role: Role) -> Vec<Service> {
    let own: &[(&'static str, Kind)] = match role {
        Role::Web => &[
            ("nginx", process(Some((443, "HTTP")), 48_000)),
            ("shop", process(Some((8_080, "HTTP")), 820_000)),
            ("inbound-gateway", Kind::Remote { port: 443, protocol: "HTTP" }),
            ("nginx.conf", Kind::File { path_bytes: 4_812 }),
        ],
        Role::Database => &[
            ("postgres", process(Some((5_432, "PGSQL")), 3_900_000)),
            ("data", Kind::Filesystem { total_mb: 953_674.0, full: 61.0 }),
            ("backup", Kind::Program { output: "last backup finished 02:14, 41.8 GB" }),
            ("postgresql.conf", Kind::File { path_bytes: 29_718 }),
        ],
        Role::Mail => &[
            ("postfix", process(Some((25, "SMTP")), 21_000)),
            ("dovecot", process(Some((993, "IMAP")), 64_000)),
            ("mail queue", Kind::Program { output: "12 messages in the queue" }),
            ("spool", Kind::Directory),
        ],
        Role::Cache => &[("redis", process(Some((6_379, "REDIS")), 1_250_000)), ("R&D metrics", process(None, 36_000))],
    };
    let everywhere: [(&'static str, Kind); 4] = [
        ("system", Kind::System),
        ("rootfs", Kind::Filesystem { total_mb: 61_035.0, full: 38.0 }),
        ("sshd", process(Some((22, "SSH")), 7_200)),
        ("eth0", Kind::Network),
    ];
    own.iter().chain(&everywhere).map(|(name, kind)| Service { name, kind: *kind }).collect()
}

const fn process(port: Option<(u16, &'static str)>, memory_kb: u64) -> Kind {
    Kind::Process { port, memory_kb }
}
