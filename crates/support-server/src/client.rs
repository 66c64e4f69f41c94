//! Which client a request comes from, as far as it can be trusted to say so.

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// A client: an IPv4 address, or the /64 network of an IPv6 address, which one subscriber has to themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client(IpAddr);

impl Client {
    /// Who sent this request. `trusted_hops` proxies of our own stand in front of the server, each of which adds the
    /// address it was called from to the end of `X-Forwarded-For`; what stands before those entries anybody can write.
    /// A request with fewer entries did not come that way, and counts for whoever connected.
    pub(crate) fn of(parts: &Parts, trusted_hops: usize) -> Client {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(Ipv6Addr::UNSPECIFIED.into(), |peer| peer.0.ip());
        let forwarded = trusted_hops
            .checked_sub(1)
            .and_then(|position| forwarded(&parts.headers, position));
        Client::at(forwarded.unwrap_or(peer))
    }

    fn at(address: IpAddr) -> Client {
        Client(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = address.to_bits() >> 64 << 64;
                Ipv6Addr::from_bits(network).into()
            }
            address => address,
        })
    }
}

/// The entry at a position from the end, with or without its port.
fn forwarded(headers: &HeaderMap, position: usize) -> Option<IpAddr> {
    let entry = headers
        .get_all("x-forwarded-for")
        .iter()
        .rev()
        .flat_map(|value| value.as_bytes().rsplit(|&byte| byte == b','))
        .nth(position)?;
    let entry = std::str::from_utf8(entry).ok()?.trim();
    entry
        .parse()
        .or_else(|_| entry.parse().map(|address: SocketAddr| address.ip()))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn client(peer: &str, forwarded: &[&str], trusted_hops: usize) -> Client {
        let mut request = Request::post("/");
        for value in forwarded {
            request = request.header("x-forwarded-for", *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let peer: SocketAddr = peer.parse().unwrap();
        parts.extensions.insert(ConnectInfo(peer));
        Client::of(&parts, trusted_hops)
    }

    fn at(address: &str) -> Client {
        Client(address.parse().unwrap())
    }

    #[test]
    fn nobody_can_pose_as_another_client() {
        let peer = "192.0.2.1:700";
        assert_eq!(client(peer, &["198.51.100.1"], 0), at("192.0.2.1"));
        let proxied = ["203.0.113.9, 198.51.100.1", "198.51.100.2:4711"];
        assert_eq!(client(peer, &proxied, 1), at("198.51.100.2"));
        assert_eq!(client(peer, &proxied, 2), at("198.51.100.1"));
        // Past the proxies, or without them.
        assert_eq!(client(peer, &["198.51.100.1"], 2), at("192.0.2.1"));
        assert_eq!(client(peer, &[], 1), at("192.0.2.1"));
        assert_eq!(client(peer, &["198.51.100.1, unknown"], 1), at("192.0.2.1"));
    }

    #[test]
    fn all_addresses_of_one_subscriber_are_one_client() {
        let client = |address: &str| client(address, &[], 0);
        assert_eq!(
            client("[2001:db8:1:2::1]:9"),
            client("[2001:db8:1:2:ffff::9]:7")
        );
        assert_ne!(client("[2001:db8:1:2::1]:9"), client("[2001:db8:1:3::1]:9"));
        assert_eq!(client("[::ffff:192.0.2.1]:9"), at("192.0.2.1"));
        assert_ne!(client("192.0.2.1:9"), client("192.0.2.2:9"));
    }
}
