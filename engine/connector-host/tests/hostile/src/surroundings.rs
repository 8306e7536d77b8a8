//! What there is beside the contract: nothing, it should be.

pub fn environment() -> String {
    format!("{} variables, {} arguments", std::env::vars().count(), std::env::args().count())
}

pub fn files() -> String {
    let read = std::fs::read_to_string("/etc/passwd").is_ok();
    let listed = std::fs::read_dir("/").is_ok();
    let written = std::fs::write("x", b"y").is_ok();
    format!("read {read}, listed {listed}, written {written}")
}

pub fn sockets() -> String {
    let tcp = std::net::TcpStream::connect("127.0.0.1:22").is_ok();
    let udp = std::net::UdpSocket::bind("0.0.0.0:0").is_ok();
    let names = std::net::ToSocketAddrs::to_socket_addrs("localhost:80").is_ok();
    format!("tcp {tcp}, udp {udp}, names {names}")
}

/// The one thing of the world that it has.
pub fn clock() -> String {
    format!("a clock: {}", std::time::SystemTime::now() > std::time::SystemTime::UNIX_EPOCH)
}

pub fn threads() -> String {
    format!("{:?}", std::thread::Builder::new().spawn(|| ()).map(|_| ()).map_err(|error| error.kind()))
}
