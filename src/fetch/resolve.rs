//! Name resolution that gives out no private address: what is checked here is what is dialled, so a name that
//! changes its answer between check and use gains nothing.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::AddressGuard;

/// The system's resolver behind the guard.
pub(super) struct GuardedResolver {
    pub(super) guard: AddressGuard,
    /// The proxy's own name, which the configuration vouches for.
    pub(super) trusted: Option<String>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard.clone();
        let trusted = self.trusted.as_deref().is_some_and(|host| host.eq_ignore_ascii_case(name.as_str()));
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if trusted { Ok(Box::new(found.into_iter()) as Addrs) } else { public(&guard, found) }
        })
    }
}

/// The answers that may be dialled; an error that names the first refused one when none is left.
fn public(guard: &AddressGuard, found: Vec<SocketAddr>) -> Result<Addrs, Box<dyn std::error::Error + Send + Sync>> {
    let mut kept = Vec::new();
    let mut refused = None;
    for address in found {
        match guard.check(address.ip()) {
            Ok(()) => kept.push(address),
            Err(blocked) => refused = refused.or(Some(blocked)),
        }
    }
    match refused {
        Some(blocked) if kept.is_empty() => Err(Box::new(blocked)),
        _ => Ok(Box::new(kept.into_iter())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: &[&str], expected: Result<&[&str], ()>) {
        let guard = AddressGuard::new(Vec::new());
        let parse = |texts: &[&str]| texts.iter().map(|a| a.parse().expect("address")).collect::<Vec<SocketAddr>>();
        let kept = public(&guard, parse(found)).map(Iterator::collect::<Vec<_>>);
        assert_eq!(kept.map_err(|_| ()), expected.map(parse), "{found:?}");
    }

    #[test]
    fn of_a_mixed_answer_only_the_public_part_is_dialled() {
        check(&["10.0.0.1:0", "93.184.216.34:0", "[::1]:0"], Ok(&["93.184.216.34:0"]));
    }

    #[test]
    fn an_answer_without_a_public_address_is_refused() {
        check(&["127.0.0.1:0", "[fe80::1]:0"], Err(()));
    }
}
