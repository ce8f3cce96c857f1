//! Which addresses may be dialled: public ones, and the private networks that the configuration names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

use crate::text::url::is_this_machine;

/// Special-purpose IPv4 networks (IANA registry, RFC 6890), and one cloud's metadata service on a public address.
const REFUSED_V4: [(Ipv4Net, &str); 16] = [
    v4([0, 0, 0, 0], 8, "unspecified"),
    v4([10, 0, 0, 0], 8, "private"),
    v4([100, 64, 0, 0], 10, "carrier-grade NAT"),
    v4([127, 0, 0, 0], 8, "loopback"),
    v4([168, 63, 129, 16], 32, "cloud metadata"),
    v4([169, 254, 169, 254], 32, "cloud metadata"),
    v4([169, 254, 0, 0], 16, "link-local"),
    v4([172, 16, 0, 0], 12, "private"),
    v4([192, 0, 0, 0], 24, "protocol assignments"),
    v4([192, 0, 2, 0], 24, "documentation"),
    v4([192, 88, 99, 0], 24, "6to4 relay"),
    v4([192, 168, 0, 0], 16, "private"),
    v4([198, 18, 0, 0], 15, "benchmarking"),
    v4([198, 51, 100, 0], 24, "documentation"),
    v4([203, 0, 113, 0], 24, "documentation"),
    v4([224, 0, 0, 0], 3, "multicast or reserved"),
];

/// Parts of 2000::/3 that are not what they seem; everything outside 2000::/3 is refused anyway.
const REFUSED_V6: [(Ipv6Net, &str); 4] = [
    v6([0x2001, 0], 23, "protocol assignments"),
    v6([0x2001, 0xdb8], 32, "documentation"),
    v6([0x2002, 0], 16, "IPv4 inside IPv6"),
    v6([0x3fff, 0], 20, "documentation"),
];

/// Names for what lies outside 2000::/3, so that the line says what it was.
const OUTSIDE_V6: [(Ipv6Net, &str); 9] = [
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128), "unspecified"),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), "loopback"),
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 64), "IPv4 inside IPv6"),
    v6([0x64, 0xff9b], 32, "IPv4 inside IPv6"),
    v6([0x100, 0], 64, "discarded"),
    v6([0xfc00, 0], 7, "private"),
    v6([0xfe80, 0], 10, "link-local"),
    v6([0xfec0, 0], 10, "private"),
    v6([0xff00, 0], 8, "multicast"),
];

const fn v4(ip: [u8; 4], prefix: u8, name: &'static str) -> (Ipv4Net, &'static str) {
    (Ipv4Net::new_assert(Ipv4Addr::new(ip[0], ip[1], ip[2], ip[3]), prefix), name)
}

const fn v6(ip: [u16; 2], prefix: u8, name: &'static str) -> (Ipv6Net, &'static str) {
    (Ipv6Net::new_assert(Ipv6Addr::new(ip[0], ip[1], 0, 0, 0, 0, 0, 0), prefix), name)
}

/// An address that must not be dialled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("address {ip} ({kind}) is not public; `http.allow_networks` can allow it")]
pub(super) struct Blocked {
    ip: IpAddr,
    kind: &'static str,
}

/// The networks that are allowed beside the public ones. Cheap to clone.
///
/// An address with an IPv4 address inside (mapped, 6to4, NAT64) is judged as the IPv6 address it is written as: to
/// reach feeds through DNS64, allow `64:ff9b::/96`.
#[derive(Clone, Debug)]
pub(super) struct AddressGuard {
    allowed: Arc<[IpNet]>,
}

impl AddressGuard {
    pub(super) fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed: allowed.into() }
    }

    /// Whether `ip` may be dialled.
    pub(super) fn check(&self, ip: IpAddr) -> Result<(), Blocked> {
        match refused(ip) {
            Some(kind) if !self.names(ip) => Err(Blocked { ip, kind }),
            _ => Ok(()),
        }
    }

    /// Whether the configuration names a network with `ip` in it.
    pub(super) fn names(&self, ip: IpAddr) -> bool {
        self.allowed.iter().any(|net| net.contains(&ip))
    }

    /// Checks a host that is written as an address, in whatever spelling: the resolver is never asked for those. Nor is
    /// it behind a proxy, which would take `localhost` for its own machine.
    pub(super) fn check_literal(&self, url: &Url) -> Result<(), Blocked> {
        match literal(url) {
            Some(ip) => self.check(ip),
            None if url.domain().is_some_and(is_this_machine) => {
                self.check(V4_HERE).or_else(|blocked| self.check(V6_HERE).or(Err(blocked)))
            }
            None => Ok(()),
        }
    }
}

/// The address that a URL's host is written as; `url` has already understood `127.1`, `0x7f000001` and their kind.
pub(super) fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(ip.into()),
        Host::Domain(_) => None,
    }
}

const V4_HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6_HERE: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

fn refused(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => named(&REFUSED_V4, |net| net.contains(&ip)),
        IpAddr::V6(ip) if ip.segments()[0] & 0xe000 == 0x2000 => named(&REFUSED_V6, |net| net.contains(&ip)),
        IpAddr::V6(ip) => named(&OUTSIDE_V6, |net| net.contains(&ip)).or(Some("not global unicast")),
    }
}

fn named<N>(table: &[(N, &'static str)], hit: impl Fn(&N) -> bool) -> Option<&'static str> {
    table.iter().find(|(net, _)| hit(net)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(allowed: &[&str], host: &str, passes: bool) {
        let guard = AddressGuard::new(allowed.iter().map(|net| net.parse().expect("network")).collect());
        let url = Url::parse(&format!("http://{host}/feed")).expect("URL");
        assert!(literal(&url).is_some(), "{host} is not taken for an address");
        assert_eq!(guard.check_literal(&url).is_ok(), passes, "{host}");
    }

    #[test]
    fn public_addresses_may_be_dialled() {
        for host in ["93.184.216.34", "1.1.1.1", "172.32.0.1", "100.128.0.1", "[2606:4700::1111]", "[2a00:1450::1]"] {
            check(&[], host, true);
        }
    }

    #[test]
    fn private_addresses_are_refused_in_every_network() {
        for host in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "169.254.1.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            check(&[], host, false);
        }
    }

    #[test]
    fn private_addresses_are_refused_in_ipv6() {
        for host in [
            "[::]",
            "[::1]",
            "[::127.0.0.1]",
            "[::ffff:127.0.0.2]",
            "[::ffff:7f00:1]",
            "[::ffff:0:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::1]",
            "[100::1]",
            "[2001::1]",
            "[2001:2::1]",
            "[2001:db8::1]",
            "[2002:7f00:1::]",
            "[3fff::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[5f00::1]",
            "[4000::1]",
        ] {
            check(&[], host, false);
        }
    }

    #[test]
    fn every_spelling_of_a_private_address_is_refused() {
        for host in [
            "127.2",
            "127.0.2",
            "2130706434",
            "0x7f000002",
            "0x7f.0.0.2",
            "017700000002",
            "0177.0.0.2",
            "127.0.0.2.",
            "%31%32%37.0.0.2",
            "１２７.0.0.2",
            "127。0。0。2",
            "0",
            "①②⑦.0.0.2",
        ] {
            check(&[], host, false);
        }
    }

    #[test]
    fn a_named_network_is_allowed_and_only_it() {
        check(&["127.0.0.1/32"], "127.0.0.1", true);
        check(&["127.0.0.1/32"], "127.0.0.2", false);
        check(&["127.0.0.1/32"], "[::1]", false);
        check(&["127.0.0.0/8"], "[::ffff:127.0.0.2]", false);
        check(&["64:ff9b::/96"], "[64:ff9b::808:808]", true);
        check(&["10.0.0.0/8"], "10.255.0.1", true);
    }

    fn check_name(allowed: &[&str], host: &str, passes: bool) {
        let guard = AddressGuard::new(allowed.iter().map(|net| net.parse().expect("network")).collect());
        let url = Url::parse(&format!("http://{host}/")).expect("URL");
        assert_eq!((literal(&url), guard.check_literal(&url).is_ok()), (None, passes), "{host}");
    }

    #[test]
    fn a_name_is_left_to_the_resolver() {
        check_name(&[], "example.org", true);
        check_name(&[], "localhost.example.org", true);
        check_name(&[], "mylocalhost", true);
    }

    #[test]
    fn a_name_of_this_machine_is_loopback_whoever_resolves_it() {
        for host in ["localhost", "LOCALHOST", "localhost.", "feeds.localhost"] {
            check_name(&[], host, false);
            check_name(&["127.0.0.0/8"], host, true);
            check_name(&["::1/128"], host, true);
        }
    }
}
