//! Which addresses a connector may reach: public ones always, others only when that was granted.
//!
//! Without this a connector, or somebody who may only edit a receiver, could ask the engine to talk
//! to the databases, routers and metadata services of the network it runs in.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The addresses beside the public ones that are granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateAddresses {
    #[default]
    None,
    /// Private, loopback and unique local ones. Link-local addresses are not among them, since cloud
    /// machines hand out credentials there; list them if they are wanted.
    All,
    /// What lies in these networks, whatever it is.
    Listed(Vec<IpNet>),
}

impl PrivateAddresses {
    pub(crate) fn allow(&self, address: IpAddr) -> bool {
        let address = plain(address);
        is_public(address)
            || match self {
                PrivateAddresses::None => false,
                PrivateAddresses::All => is_inner(address),
                PrivateAddresses::Listed(networks) => networks.iter().any(|network| network.contains(&address)),
            }
    }

    /// The addresses of a name that may be reached.
    ///
    /// # Errors
    /// A sentence when there is none.
    pub(crate) fn keep(&self, name: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, String> {
        let Some(first) = found.first().copied() else { return Err(format!("{name} has no address")) };
        let kept: Vec<SocketAddr> = found.into_iter().filter(|address| self.allow(address.ip())).collect();
        if kept.is_empty() { Err(refusal(name, first.ip(), self)) } else { Ok(kept) }
    }
}

/// Says what to do about it.
pub(crate) fn refusal(name: &str, address: IpAddr, granted: &PrivateAddresses) -> String {
    let named = if name == address.to_string() { name.to_owned() } else { format!("{name} leads to {address}, which") };
    let advice = match granted {
        PrivateAddresses::None if is_inner(plain(address)) => {
            "Let this receiver reach private addresses if that is meant."
        }
        _ => "No receiver reaches it; name another one.",
    };
    format!("{named} is not a public address. {advice}")
}

/// The IPv4 address in a mapped one, so that no rule can be passed by writing it differently.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        v4 => v4,
    }
}

fn is_inner(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => a.is_private() || a.is_loopback() || is_shared(a),
        IpAddr::V6(a) => a.is_loopback() || a.is_unique_local(),
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => is_public_v4(a),
        IpAddr::V6(a) => is_public_v6(a),
    }
}

fn is_public_v4(a: Ipv4Addr) -> bool {
    let [first, second, third, _] = a.octets();
    let protocol_assignments = (first, second, third) == (192, 0, 0);
    let benchmarks = first == 198 && second & 0xfe == 18;
    let relay_6to4 = (first, second, third) == (192, 88, 99);
    !(first == 0
        || first >= 224
        || a.is_private()
        || a.is_loopback()
        || a.is_link_local()
        || a.is_documentation()
        || is_shared(a)
        || protocol_assignments
        || benchmarks
        || relay_6to4)
}

/// 100.64.0.0/10, between a provider and its customers.
fn is_shared(a: Ipv4Addr) -> bool {
    let [first, second, ..] = a.octets();
    first == 100 && second & 0xc0 == 64
}

fn is_public_v6(a: Ipv6Addr) -> bool {
    let s = a.segments();
    // NAT64 and 6to4 carry an IPv4 address that a gateway would talk to.
    if s[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        return is_public_v4(v4(s[6], s[7]));
    }
    if s[0] == 0x2002 {
        return is_public_v4(v4(s[1], s[2]));
    }
    // Only 2000::/3 is given out to the public; Teredo, ORCHID and documentation lie in it too.
    let special = s[0] == 0x2001 && (s[1] < 0x0200 || s[1] == 0xdb8);
    s[0] & 0xe000 == 0x2000 && !special && s[0] != 0x3fff
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(grant: &PrivateAddresses, address: &str) -> bool {
        grant.allow(address.parse().unwrap())
    }

    #[test]
    fn public_addresses_need_no_grant() {
        for address in ["9.9.9.9", "172.32.0.1", "100.128.0.1", "2620:fe::fe", "2a00:1450::1", "64:ff9b::909:909"] {
            assert!(allowed(&PrivateAddresses::None, address), "{address}");
        }
    }

    #[test]
    fn nothing_else_is_reached_without_one_however_it_is_written() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001::1",
            "fec0::1",
            "100::1",
        ] {
            assert!(!allowed(&PrivateAddresses::None, address), "{address}");
        }
    }

    #[test]
    fn all_means_inner_networks_and_not_the_metadata_service() {
        assert!(allowed(&PrivateAddresses::All, "192.168.1.1"));
        assert!(allowed(&PrivateAddresses::All, "::1"));
        assert!(!allowed(&PrivateAddresses::All, "169.254.169.254"));
        assert!(!allowed(&PrivateAddresses::All, "::ffff:169.254.169.254"));
    }

    #[test]
    fn a_listed_network_lets_in_its_own_addresses_only() {
        let grant = PrivateAddresses::Listed(vec!["10.1.0.0/16".parse().unwrap()]);
        assert!(allowed(&grant, "10.1.9.9"));
        assert!(allowed(&grant, "::ffff:10.1.9.9"));
        assert!(!allowed(&grant, "10.2.0.1"));
    }

    #[test]
    fn a_name_with_one_good_and_one_bad_address_keeps_the_good_one() {
        let found = vec!["10.0.0.1:80".parse().unwrap(), "9.9.9.9:80".parse().unwrap()];
        assert_eq!(PrivateAddresses::None.keep("x", found).unwrap(), ["9.9.9.9:80".parse().unwrap()]);
    }
}
