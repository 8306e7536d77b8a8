//! Plausible numbers: each wanders slowly around its usual place, the same way each time.

use std::fmt::{self, Write};

use super::document::Time;
use super::fleet::{Host, Kind, Service};
use super::trouble::{CONNECTION, LINK, RESOURCE, STATUS, TIMESTAMP, Trouble};

/// Total memory of a host.
pub fn memory_kb(host: &Host) -> u64 {
    8_388_608 << (host.number % 3)
}

/// The details of a service, as far as its type has them.
pub fn write(
    out: &mut String,
    host: &Host,
    service: &Service,
    now: &Time,
    cycle: u64,
    trouble: Option<&Trouble>,
) -> fmt::Result {
    let bit = trouble.map_or(0, |trouble| trouble.bit);
    let wave = |period: f64, salt: usize| wander(host.number, salt, cycle, period);
    match service.kind {
        Kind::System => system(out, host, cycle, bit),
        Kind::Filesystem { total_mb, full } => {
            let percent = if bit == RESOURCE { 94.1 } else { full + 3.0 * wave(60.0, 1) };
            write!(out, "<fstype>ext4</fstype><fsflags>rw,relatime</fsflags><mode>755</mode><uid>0</uid><gid>0</gid>")?;
            write!(out, "<block><percent>{percent:.1}</percent><usage>{:.1}</usage>", total_mb * percent / 100.0)?;
            write!(out, "<total>{total_mb:.1}</total></block><inode><percent>6.2</percent><usage>252318</usage>")?;
            write!(out, "<total>4063232</total></inode>")?;
            let bytes = (2.0e6 * (1.2 + wave(9.0, 2))) as u64;
            for (way, share) in [("read", 3), ("write", 1)] {
                write!(
                    out,
                    "<{way}><bytes><count>{}</count><total>{}</total></bytes>",
                    bytes / share,
                    bytes * (cycle + 900)
                )?;
                write!(
                    out,
                    "<operations><count>{}</count><total>{}</total></operations></{way}>",
                    40 / share,
                    7_000 + cycle
                )?;
            }
            write!(out, "<servicetime><read>0.412</read><write>{:.3}</write></servicetime>", 1.1 + wave(7.0, 3))
        }
        Kind::File { path_bytes } => {
            times(out, now.seconds - 86_400, "644")?;
            write!(out, "<size>{path_bytes}</size><checksum type=\"MD5\">1507fd22b0eda3acc1a9c6bb9213ca67</checksum>")
        }
        Kind::Directory => times(out, now.seconds - 40, "755"),
        Kind::Process { port, memory_kb } => {
            process(out, host, service.name.len(), cycle, memory_kb)?;
            match port {
                Some((port, protocol)) => connection(out, "localhost", port, protocol, bit, wave(5.0, port.into())),
                None => Ok(()),
            }
        }
        Kind::Remote { port, protocol } => {
            write!(
                out,
                "<icmp><type>Ping</type><responsetime>{:.6}</responsetime></icmp>",
                0.011 + 0.004 * wave(6.0, 4)
            )?;
            connection(out, "www.example.net", port, protocol, bit, wave(5.0, 5))
        }
        Kind::Program { output } => {
            let (code, output) = match trouble {
                Some(trouble) if bit == STATUS => (1, trouble.message.split_once("-- ").map_or("", |(_, said)| said)),
                _ => (0, output),
            };
            write!(out, "<program><started>{}</started><status>{code}</status>", now.seconds - 1)?;
            write!(out, "<output><![CDATA[{output}]]></output></program>")
        }
        Kind::Network => network(out, cycle, bit != LINK, 1.0e6 * (1.3 + wave(11.0, 6))),
    }
}

fn system(out: &mut String, host: &Host, cycle: u64, bit: u32) -> fmt::Result {
    let busy = if bit == RESOURCE { 17.4 } else { 1.1 + 0.9 * wander(host.number, 7, cycle, 20.0) };
    let user = (busy * 5.0).min(88.0);
    let percent = 41.0 + 9.0 * wander(host.number, 8, cycle, 50.0);
    write!(out, "<filedescriptors><allocated>{}</allocated><unused>0</unused>", 2_900 + cycle % 300)?;
    write!(out, "<maximum>2466177</maximum></filedescriptors><system><load><avg01>{:.2}</avg01>", busy * 1.1)?;
    write!(out, "<avg05>{busy:.2}</avg05><avg15>{:.2}</avg15></load><cpu><user>{user:.1}</user>", busy * 0.9)?;
    write!(
        out,
        "<system>{:.1}</system><nice>0.0</nice><wait>{:.1}</wait><hardirq>0.0</hardirq>",
        user / 4.0,
        user / 9.0
    )?;
    write!(out, "<softirq>0.1</softirq><steal>0.0</steal><guest>0.0</guest><guestnice>0.0</guestnice></cpu>")?;
    let kilobyte = memory_kb(host) as f64 * percent / 100.0;
    write!(out, "<memory><percent>{percent:.1}</percent><kilobyte>{kilobyte:.0}</kilobyte></memory>")?;
    write!(out, "<swap><percent>0.4</percent><kilobyte>8388</kilobyte></swap></system>")
}

fn process(out: &mut String, host: &Host, salt: usize, cycle: u64, memory_kb: u64) -> fmt::Result {
    let share = 1.0 + 0.2 * wander(host.number, salt, cycle, 30.0);
    let (kilobyte, cpu) = ((memory_kb as f64 * share) as u64, 2.0 * share);
    let percent = kilobyte as f64 * 100.0 / self::memory_kb(host) as f64;
    write!(out, "<pid>{}</pid><ppid>1</ppid><uid>0</uid><euid>0</euid><gid>0</gid>", 900 + salt * 97 + host.number)?;
    write!(out, "<uptime>{}</uptime><threads>4</threads><children>{salt}</children>", 360_000 + cycle * 5)?;
    write!(out, "<memory><percent>{percent:.1}</percent><percenttotal>{percent:.1}</percenttotal>")?;
    write!(out, "<kilobyte>{kilobyte}</kilobyte><kilobytetotal>{kilobyte}</kilobytetotal></memory>")?;
    write!(out, "<cpu><percent>{cpu:.1}</percent><percenttotal>{cpu:.1}</percenttotal></cpu>")?;
    write!(out, "<filedescriptors><open>{}</open><opentotal>{0}</opentotal>", 30 + salt * 3)?;
    write!(out, "<limit><soft>1024</soft><hard>524288</hard></limit></filedescriptors>")
}

/// A test of a port; its time is -1 where it failed, as the agent has it.
fn connection(out: &mut String, host: &str, port: u16, protocol: &str, bit: u32, wave: f64) -> fmt::Result {
    write!(out, "<port><hostname>{host}</hostname><portnumber>{port}</portnumber><request><![CDATA[]]></request>")?;
    write!(out, "<protocol>{protocol}</protocol><type>TCP</type><responsetime>")?;
    match bit {
        CONNECTION => write!(out, "-1.000000</responsetime>")?,
        _ => write!(out, "{:.6}</responsetime>", 0.021 + 0.012 * wave)?,
    }
    if matches!(port, 443 | 993) {
        write!(out, "<certificate><valid>{}</valid></certificate>", if bit == TIMESTAMP { 6 } else { 61 })?;
    }
    write!(out, "</port>")
}

fn network(out: &mut String, cycle: u64, up: bool, bytes: f64) -> fmt::Result {
    let (state, speed) = if up { (1, 1_000_000_000i64) } else { (0, -1) };
    write!(out, "<link><state>{state}</state><speed>{speed}</speed><duplex>1</duplex>")?;
    for (way, share) in [("download", 1.0), ("upload", 0.4)] {
        let now = if up { (bytes * share) as u64 } else { 0 };
        write!(out, "<{way}><packets><now>{}</now><total>{}</total></packets>", now / 900, 88_000_000 + cycle * 900)?;
        write!(out, "<bytes><now>{now}</now><total>{}</total></bytes>", 91_000_000_000 + cycle * 1_000_000)?;
        write!(out, "<errors><now>0</now><total>3</total></errors></{way}>")?;
    }
    write!(out, "</link>")
}

fn times(out: &mut String, at: i64, mode: &str) -> fmt::Result {
    write!(out, "<mode>{mode}</mode><uid>0</uid><gid>0</gid>")?;
    write!(out, "<timestamps><access>{at}</access><change>{at}</change><modify>{at}</modify></timestamps>")
}

/// Between -1 and 1, slowly: a wave whose phase is the host's and the value's own.
fn wander(host: usize, salt: usize, cycle: u64, period: f64) -> f64 {
    let phase = (host * 37 + salt * 101) as f64;
    0.7 * (cycle as f64 / period + phase).sin() + 0.3 * (cycle as f64 / period * 3.7 + phase * 1.3).sin()
}

#[cfg(test)]
mod tests {
    use super::super::document::{Moment, Time, events, started, write};
    use super::super::fleet::fleet;

    #[test]
    fn every_document_of_the_fleet_is_read_as_it_is_meant() {
        let now = Time { seconds: 1_795_424_561, micros: 19_000 };
        for host in fleet(12) {
            for cycle in 0..50 {
                let moment = Moment { now, incarnation: now.seconds - 9, poll_seconds: 5, cycle };
                let mut said: Vec<_> = events(&host, cycle).into_iter().map(Some).collect();
                said.extend([None, Some(started())]);
                for event in said {
                    let text = write(&host, &moment, event.as_ref());
                    let report = tocsin_monit::parse(text.as_bytes()).expect("a document that can be read");
                    assert_eq!(report.services.len(), host.services.len(), "{}", host.name);
                    assert_eq!(report.event.is_some(), event.is_some());
                    assert!(!report.event_is_late());
                }
            }
        }
    }
}
