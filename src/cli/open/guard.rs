//! Who may ask: whoever opened the address that the program printed, from the page that it served.
//!
//! The address has a token that is good once; it is exchanged for a cookie that no script can read
//! and no other site can send. `Host` has to be this server's own, so that no name of elsewhere can
//! be pointed at it; a request that does something has to come from its own page.

use crate::cli::exit::Failure;
use crate::cli::open::http::{Head, Method, RefusedRequest, Response};
use crate::units::diagnostic::Diagnostic;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;
/// Where the token of the address is exchanged.
const DOOR: &str = "/open/";

/// What opens the page.
#[derive(Debug)]
pub(super) struct Keys {
    /// `127.0.0.1:PORT`, as `Host` says it.
    host: String,
    /// The name that a browser may use for it too.
    other_host: String,
    cookie_name: String,
    cookie: String,
    /// The token that is good next.
    token: Mutex<String>,
}

fn secret() -> Result<String, Failure> {
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        Diagnostic::error("no-random-bytes", format!("no random bytes for a token: {error}"))
    })?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
fn equal(a: &str, b: &str) -> bool {
    let differ = a.bytes().zip(b.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    a.len() == b.len() && differ == 0
}

impl Keys {
    /// New ones for a server at an address.
    pub(super) fn new(address: SocketAddr) -> Result<Self, Failure> {
        Ok(Self {
            host: address.to_string(),
            other_host: format!("localhost:{}", address.port()),
            // Cookies know no ports: each server has its own.
            cookie_name: format!("ptuplan-{}", address.port()),
            cookie: secret()?,
            token: Mutex::new(secret()?),
        })
    }

    /// The address to open, good once.
    pub(super) fn address(&self) -> String {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        format!("http://{}{DOOR}{token}", self.host)
    }

    fn has_cookie(&self, head: &Head) -> bool {
        let own = |part: &str| {
            let (name, value) = part.trim().split_once('=').unwrap_or_default();
            name == self.cookie_name && equal(value, &self.cookie)
        };
        head.header("cookie").is_some_and(|cookies| cookies.split(';').any(own))
    }

    /// Refuses what does not come from the page of this server.
    pub(super) fn check(&self, head: &Head) -> Result<(), RefusedRequest> {
        let Some(host) = head.header("host") else {
            return Err(RefusedRequest::new(400, "no Host"));
        };
        if host != self.host && host != self.other_host {
            return Err(RefusedRequest::new(403, "another host's name"));
        }
        let own = format!("http://{host}");
        let origin = head.header("origin");
        if origin.is_some_and(|origin| origin != own) {
            return Err(RefusedRequest::new(403, "another site's page"));
        }
        if head.method == Method::Post && origin.is_none() {
            return Err(RefusedRequest::new(403, "from no page"));
        }
        let site = head.header("sec-fetch-site").unwrap_or("none");
        if !matches!(site, "none" | "same-origin") && !head.path.starts_with(DOOR) {
            return Err(RefusedRequest::new(403, "another site's page"));
        }
        Ok(())
    }

    /// Whether an address is one that was printed, or looks like it.
    pub(super) fn is_door(head: &Head) -> bool {
        head.method == Method::Get && head.path.starts_with(DOOR)
    }

    /// The exchange of a token for the cookie; none where the request is another one. The second
    /// part says whether a new token is there to be told.
    pub(super) fn exchange(&self, head: &Head) -> Option<Result<(Response, bool), RefusedRequest>> {
        let token = head.path.strip_prefix(DOOR)?;
        if head.method != Method::Get {
            return Some(Err(RefusedRequest::new(405, "an address to open")));
        }
        let home = |headers| Response { headers, ..Response::new(303, "text/plain", "") };
        let mut known = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if equal(token, &known) {
            let Ok(next) = secret() else {
                return Some(Err(RefusedRequest::new(500, "no random bytes for a token")));
            };
            *known = next;
            let cookie =
                format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie_name, self.cookie);
            let headers = vec![("Location", "/".to_owned()), ("Set-Cookie", cookie)];
            return Some(Ok((home(headers), true)));
        }
        // Whoever is in already needs no token: the address in a history, or a reload.
        if self.has_cookie(head) {
            return Some(Ok((home(vec![("Location", "/".to_owned())]), false)));
        }
        Some(Err(RefusedRequest::new(
            403,
            "this address was used already, or is of an earlier run",
        )))
    }

    /// Refuses who has not come by the address.
    pub(super) fn admit(&self, head: &Head) -> Result<(), RefusedRequest> {
        if self.has_cookie(head) {
            return Ok(());
        }
        Err(RefusedRequest::new(401, "open the address that the program printed"))
    }
}
