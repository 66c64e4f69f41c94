//! Calls to the vendor's systems: nowhere but where the settings say, and never into this machine's own network by a name
//! that points there. The addresses that a name stands for are checked, and those very addresses are connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Method, Request, Uri, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// How long one call may take, from the name's resolution to the answer's last byte.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// Longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 256 * 1_024;

/// A call to make.
#[derive(Clone)]
pub struct Call {
    /// GET or POST.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Headers, some of which are secret.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for GET.
    pub body: String,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status. A redirect is an answer like any other: it is not followed.
    pub status: u16,
    /// How long the receiver wishes to be left alone, when it said so in seconds.
    pub retry_after: Option<Duration>,
    /// The body, or its absence when it was too long or broke off.
    pub body: Option<Vec<u8>>,
}

/// Nothing came back; in words for an operator, without the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreached(pub &'static str);

/// The way to the vendor's systems.
pub trait Reach: Send + Sync {
    /// Makes a call; blocks for up to [`PATIENCE`].
    ///
    /// # Errors
    /// [`Unreached`] when nothing came back.
    fn call(&self, call: &Call) -> Result<Answer, Unreached>;
}

/// The hosts that may lie on private addresses: none, unless the settings name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrivateTargets(Vec<String>);

impl PrivateTargets {
    /// Exactly these hosts, as they stand in addresses.
    #[must_use]
    pub fn new(hosts: &[String]) -> PrivateTargets {
        let hosts = hosts.iter().map(|host| host.to_ascii_lowercase());
        PrivateTargets(hosts.collect())
    }

    fn allow(&self, host: &str) -> bool {
        self.0.iter().any(|it| it.eq_ignore_ascii_case(host))
    }

    /// Whether calls to an address of the settings are safe as far as it says itself: `https`, or `http` to this very
    /// machine when that is an allowed private target; no user and no fragment in it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, url: &str) -> Result<(), &'static str> {
        let uri: Uri = url.parse().map_err(|_| "it is not an address")?;
        let authority = uri.authority().ok_or("it has no host")?;
        if authority.as_str().contains('@') || url.contains('#') {
            return Err("neither a user nor a fragment belongs into it");
        }
        let host = authority.host();
        match uri.scheme_str() {
            Some("https") => Ok(()),
            Some("http") if is_this_machine(host) && self.allow(host) => Ok(()),
            Some("http") => Err(
                "https is needed; http is for this machine alone, and only when allow_private_targets names it",
            ),
            _ => Err("https is needed"),
        }
    }

    /// Whether a host may be called on one of its addresses.
    fn permit(&self, uri: &Uri, address: IpAddr) -> bool {
        let is_allowed = self.allow(uri.host().unwrap_or_default());
        match uri.scheme_str() {
            Some("http") => is_allowed && address.is_loopback(),
            _ => is_allowed || is_public(address),
        }
    }
}

/// Whether a host is this machine by its name alone.
fn is_this_machine(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    let address = literal.parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
}

/// Whether an address is one of the public Internet's: in none of the special-purpose registries (RFC 6890), and no
/// cloud's metadata service.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Networks that are not the public Internet, with the bits that name them.
const SPECIAL_V4: [(Ipv4Addr, u32); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local, the metadata service of most clouds among them.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // Public by its number; the machine's host at one cloud.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let within = |(network, bits): &(Ipv4Addr, u32)| {
        (address.to_bits() ^ network.to_bits()) >> (32 - bits) == 0
    };
    !SPECIAL_V4.iter().any(within)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // IPv4 in another form is judged as what it is: mapped, translated (RFC 6052), 6to4 (RFC 3056).
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    match address.segments() {
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        // Protocol assignments (Teredo, benchmarking …) and documentation.
        [0x2001, 0x0000..=0x01ff, ..] | [0x2001, 0x0db8, ..] | [0x3fff, 0x0000..=0x0fff, ..] => {
            false
        }
        // Global unicast is what begins with 001; all else is local, multicast or unassigned.
        [first, ..] => first >> 13 == 1,
    }
}

/// Resolves a name as the system does, and lets through nothing but permitted addresses.
#[derive(Debug)]
struct Guard {
    private: PrivateTargets,
    system: DefaultResolver,
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let all = self.system.resolve(uri, config, timeout)?;
        let mut permitted = self.empty();
        for address in all.iter() {
            if self.private.permit(uri, address.ip()) {
                permitted.push(*address);
            }
        }
        match permitted.is_empty() {
            true => Err(ureq::Error::Other(Box::new(NoPublicAddress))),
            false => Ok(permitted),
        }
    }
}

/// The name stands for private addresses alone.
#[derive(Debug)]
struct NoPublicAddress;

impl std::fmt::Display for NoPublicAddress {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(PRIVATE)
    }
}

impl std::error::Error for NoPublicAddress {}

const PRIVATE: &str =
    "its host is on a private address, and allow_private_targets does not name it";

/// The real way, over the network.
pub struct Network {
    agent: Agent,
}

impl Network {
    /// A way that leads to private addresses of the named hosts alone. `authorities`, in PEM, stand in place of the usual
    /// certificate authorities when given.
    ///
    /// # Errors
    /// What is wrong with `authorities`.
    pub fn new(
        private: PrivateTargets,
        authorities: Option<&[u8]>,
    ) -> Result<Network, &'static str> {
        let roots = match authorities {
            None => RootCerts::WebPki,
            Some(pem) => RootCerts::new_with_certs(&certificates(pem)?),
        };
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .http_status_as_error(false)
            // A proxy would resolve the name again, unguarded.
            .proxy(None)
            .user_agent("partner-support")
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        let guard = Guard {
            private,
            system: DefaultResolver::default(),
        };
        let agent = Agent::with_parts(config, DefaultConnector::default(), guard);
        Ok(Network { agent })
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, &'static str> {
    let certificates = parse_pem(pem)
        .map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Ok(certificate),
            _ => Err("it holds something else than certificates in PEM"),
        })
        .collect::<Result<Vec<_>, _>>()?;
    match certificates.is_empty() {
        true => Err("it holds no certificate in PEM"),
        false => Ok(certificates),
    }
}

impl Reach for Network {
    fn call(&self, call: &Call) -> Result<Answer, Unreached> {
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(&call.url);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let malformed = |_| Unreached("the call could not be written");
        let sent = match call.method {
            Method::GET => self.agent.run(request.body(()).map_err(malformed)?),
            _ => self
                .agent
                .run(request.body(call.body.as_str()).map_err(malformed)?),
        };
        let mut response = sent.map_err(|error| Unreached(in_words(&error)))?;
        let retry_after = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(LONGEST_ANSWER);
        Ok(Answer {
            status,
            retry_after,
            body: body.read_to_vec().ok(),
        })
    }
}

fn in_words(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "it did not answer in time",
        ureq::Error::HostNotFound => "its name is unknown",
        ureq::Error::Other(other) if other.is::<NoPublicAddress>() => PRIVATE,
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => "no safe connection could be made",
        ureq::Error::Io(error) => match error.kind() {
            std::io::ErrorKind::ConnectionRefused => "it refused the connection",
            std::io::ErrorKind::ConnectionReset => "it broke the connection",
            _ => "the connection failed",
        },
        _ => "it did not speak HTTP as expected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_count_as_public() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "168.63.129.15",
            "2606:4700::1111",
            "2a00:1450::1",
            "2001:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.255",
            "168.63.129.16",
            "169.254.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:1::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::1",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }

    #[test]
    fn an_address_of_the_settings_is_https_or_this_machine_by_name() {
        let named = PrivateTargets::new(&["localhost".to_owned(), "tracker.internal".to_owned()]);
        for good in [
            "https://hooks.example/in",
            "https://tracker.internal/rt",
            "http://localhost:8080/",
        ] {
            assert_eq!(named.check(good), Ok(()), "{good}");
        }
        for bad in [
            "http://hooks.example/",
            "http://tracker.internal/",
            "http://127.0.0.1:8080/",
            "http://localhost.example/",
            "https://user:secret@hooks.example/",
            "https://hooks.example/#x",
            "ftp://localhost/",
            "hooks.example",
            "//hooks.example/",
            "/in",
            "",
        ] {
            assert!(named.check(bad).is_err(), "{bad}");
        }
        assert!(
            PrivateTargets::default()
                .check("http://localhost:8080/")
                .is_err()
        );
    }

    #[test]
    fn a_name_is_permitted_by_what_it_stands_for_and_by_whether_it_is_named() {
        let named = PrivateTargets::new(&["Tracker.internal".to_owned(), "localhost".to_owned()]);
        let permit = |url: &str, address: &str| {
            named.permit(&url.parse().unwrap(), address.parse().unwrap())
        };
        assert!(permit("https://hooks.example/", "8.8.8.8"));
        assert!(!permit("https://hooks.example/", "10.0.0.1"));
        assert!(permit("https://tracker.INTERNAL/", "10.0.0.1"));
        assert!(!permit("https://sub.tracker.internal/", "10.0.0.1"));
        // Plain text never leaves this machine.
        assert!(permit("http://localhost/", "127.0.0.1"));
        assert!(
            !permit("http://localhost/", "10.0.0.1") && !permit("http://localhost/", "8.8.8.8")
        );
        assert!(!permit("http://hooks.example/", "8.8.8.8"));
    }

    #[test]
    fn what_is_no_certificate_is_refused_as_an_authority() {
        for not in [
            &b""[..],
            b"nonsense",
            b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        ] {
            assert!(Network::new(PrivateTargets::default(), Some(not)).is_err());
        }
    }
}
