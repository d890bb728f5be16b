//! One request of a connection, read within bounds of size and time, and its response. A connection
//! has one request: nothing is kept alive, so nothing can be smuggled behind it.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// Bytes of request line and headers at most.
const HEAD_BYTES: usize = 16 << 10;
/// Header lines at most.
const HEADERS: usize = 64;
/// How long a client may take over its head.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// How long a client may take over a body that is held.
const BODY_TIME: Duration = Duration::from_secs(10);
/// How long a client that streams may pause.
const PAUSE: Duration = Duration::from_secs(10);
/// How long a client may take to read what was written.
const WRITE_TIME: Duration = Duration::from_secs(10);
/// What is read and thrown away of a request that was refused, so that its answer arrives.
const LINGER_BYTES: usize = 256 << 10;
const LINGER_TIME: Duration = Duration::from_millis(300);

/// Why a request is not served.
#[derive(Debug)]
pub(super) struct RefusedRequest {
    /// HTTP status.
    pub(super) status: u16,
    /// In words.
    pub(super) message: String,
}

impl RefusedRequest {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}

impl From<io::Error> for RefusedRequest {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                Self::new(408, "the request took too long")
            }
            _ => Self::new(400, format!("the connection broke: {error}")),
        }
    }
}

/// How a request asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// For something to read.
    Get,
    /// To do something.
    Post,
}

/// A request without its body.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) method: Method,
    /// The path, as it was sent: nothing here is decoded into a file's name.
    pub(super) path: String,
    headers: Vec<(String, String)>,
    /// Bytes of the body that came with the head.
    early: Vec<u8>,
    length: u64,
}

impl Head {
    /// The one value of a header; none where it is absent. Two values are refused when read.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

fn read_within(stream: &mut TcpStream, buffer: &mut [u8], until: Instant) -> io::Result<usize> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    stream.set_read_timeout(Some(left))?;
    stream.read(buffer)
}

/// Reads request line and headers.
pub(super) fn read_head(stream: &mut TcpStream) -> Result<Head, RefusedRequest> {
    stream.set_write_timeout(Some(WRITE_TIME))?;
    let until = Instant::now() + HEAD_TIME;
    let (mut held, mut buffer) = (Vec::new(), [0_u8; 4096]);
    loop {
        let read = read_within(stream, &mut buffer, until)?;
        if read == 0 {
            return Err(RefusedRequest::new(400, "the request ended early"));
        }
        held.extend_from_slice(&buffer[..read]);
        if let Some(head) = parse(&held)? {
            return Ok(head);
        }
        if held.len() > HEAD_BYTES {
            return Err(RefusedRequest::new(431, "the request's headers are too large"));
        }
    }
}

/// The head at the beginning of `held`; none as long as it is not complete.
fn parse(held: &[u8]) -> Result<Option<Head>, RefusedRequest> {
    let mut lines = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut lines);
    let wrong =
        |error: httparse::Error| RefusedRequest::new(400, format!("not a request: {error}"));
    let httparse::Status::Complete(end) = request.parse(held).map_err(wrong)? else {
        return Ok(None);
    };
    if end > HEAD_BYTES {
        return Err(RefusedRequest::new(431, "the request's headers are too large"));
    }
    let method = match request.method {
        Some("GET") => Method::Get,
        Some("POST") => Method::Post,
        _ => return Err(RefusedRequest::new(405, "only GET and POST are served")),
    };
    let path = request.path.unwrap_or("/").to_owned();
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in &*request.headers {
        let name = line.name.to_ascii_lowercase();
        let value = std::str::from_utf8(line.value)
            .map_err(|_| RefusedRequest::new(400, format!("header is not text: {name}")))?;
        if headers.iter().any(|(known, _)| *known == name) {
            return Err(RefusedRequest::new(400, format!("header twice: {name}")));
        }
        headers.push((name, value.trim().to_owned()));
    }
    let early = held[end..].to_vec();
    let mut found = Head { method, path, headers, early, length: 0 };
    if found.header("transfer-encoding").is_some() {
        return Err(RefusedRequest::new(411, "say the length of the body"));
    }
    if let Some(length) = found.header("content-length") {
        let digits = length.bytes().all(|byte| byte.is_ascii_digit());
        let length = digits.then(|| length.parse().ok()).flatten();
        found.length = length.ok_or_else(|| RefusedRequest::new(400, "not a length of a body"))?;
    }
    Ok(Some(found))
}

fn too_large(limit: u64) -> RefusedRequest {
    RefusedRequest::new(413, format!("the body is too large: at most {limit} bytes"))
}

/// The body, held; at most `limit` bytes.
pub(super) fn read_body(
    stream: &mut TcpStream,
    head: &mut Head,
    limit: u64,
) -> Result<Vec<u8>, RefusedRequest> {
    let until = Instant::now() + BODY_TIME;
    let mut body = Vec::new();
    copy(stream, head, limit, &mut body, |stream, buffer| read_within(stream, buffer, until))?;
    Ok(body)
}

/// The body, written to `out` as it comes; at most `limit` bytes.
pub(super) fn stream_body(
    stream: &mut TcpStream,
    head: &mut Head,
    limit: u64,
    out: &mut impl Write,
) -> Result<u64, RefusedRequest> {
    let paused = |stream: &mut TcpStream, buffer: &mut [u8]| {
        read_within(stream, buffer, Instant::now() + PAUSE)
    };
    copy(stream, head, limit, out, paused)
}

fn copy(
    stream: &mut TcpStream,
    head: &mut Head,
    limit: u64,
    out: &mut impl Write,
    read: impl Fn(&mut TcpStream, &mut [u8]) -> io::Result<usize>,
) -> Result<u64, RefusedRequest> {
    if head.length > limit {
        return Err(too_large(limit));
    }
    let cannot =
        |error: io::Error| RefusedRequest::new(500, format!("cannot keep the body: {error}"));
    let early = std::mem::take(&mut head.early);
    let mut left = head.length;
    let mut take = |bytes: &[u8]| -> Result<u64, RefusedRequest> {
        let own = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        out.write_all(&bytes[..own]).map_err(cannot)?;
        left = left.saturating_sub(u64::try_from(own).unwrap_or(u64::MAX));
        Ok(left)
    };
    let mut remaining = take(&early)?;
    let mut buffer = vec![0_u8; 64 << 10];
    while remaining > 0 {
        let count = read(stream, &mut buffer)?;
        if count == 0 {
            return Err(RefusedRequest::new(400, "the body ended early"));
        }
        remaining = take(&buffer[..count])?;
    }
    Ok(head.length)
}

/// An answer.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) kind: &'static str,
    /// Further headers.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Response {
    pub(super) fn new(status: u16, kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, kind, headers: Vec::new(), body: body.into() }
    }

    /// A JSON document.
    pub(super) fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::new(status, "application/json", value.to_string())
    }
}

/// What the page may do: its own scripts, its own server, no inline script, no frame around it. The
/// charts set styles of their elements.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'none'";

fn head_of(status: u16, kind: &str, headers: &[(&'static str, String)]) -> String {
    let reason = match status {
        200 => "OK",
        303 => "See Other",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        503 => "Service Unavailable",
        _ => "Refused",
    };
    let mut text = format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: {kind}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nContent-Security-Policy: {POLICY}\r\n\
         X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n\
         Referrer-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\n"
    );
    for (name, value) in headers {
        text.extend([name, ": ", value.as_str(), "\r\n"]);
    }
    text
}

/// Writes an answer.
pub(super) fn respond(stream: &mut TcpStream, response: &Response) -> io::Result<()> {
    let mut head = head_of(response.status, response.kind, &response.headers);
    head.extend(["Content-Length: ", &response.body.len().to_string(), "\r\n\r\n"]);
    stream.write_all(head.as_bytes())?;
    stream.write_all(&response.body)?;
    stream.flush()
}

/// Begins an answer of lines of JSON that come as they are known, until the connection closes.
pub(super) fn begin_lines(stream: &mut TcpStream) -> io::Result<()> {
    let head = head_of(200, "application/x-ndjson", &[]) + "\r\n";
    stream.write_all(head.as_bytes())?;
    stream.flush()
}

/// Ends a connection so that what was written arrives, also where not all was read that was sent.
pub(super) fn finish(stream: &mut TcpStream) {
    // Nobody is left to be told that a connection that ends has broken.
    let _ = stream.shutdown(Shutdown::Write);
    let until = Instant::now() + LINGER_TIME;
    let (mut buffer, mut seen) = ([0_u8; 4096], 0);
    while seen < LINGER_BYTES {
        match read_within(stream, &mut buffer, until) {
            Ok(count) if count > 0 => seen += count,
            _ => break,
        }
    }
}

/// Whether the other side has closed.
pub(super) fn has_left(stream: &TcpStream) -> bool {
    if stream.set_nonblocking(true).is_err() {
        return true;
    }
    let left = match stream.peek(&mut [0_u8; 1]) {
        Ok(count) => count == 0,
        Err(error) => error.kind() != io::ErrorKind::WouldBlock,
    };
    stream.set_nonblocking(false).is_err() || left
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn status(text: &str) -> u16 {
        parse(text.as_bytes()).unwrap_err().status
    }

    #[test]
    fn a_head_is_read_once_it_is_complete() {
        let text = "POST /api/edit HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhel";
        assert!(parse(&text.as_bytes()[..40]).unwrap().is_none());
        let head = parse(text.as_bytes()).unwrap().unwrap();
        assert_eq!((head.method, &*head.path, head.length), (Method::Post, "/api/edit", 5));
        assert_eq!((head.header("host"), &*head.early), (Some("here"), &b"hel"[..]));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        assert_eq!(status("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
        assert_eq!(status("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 411);
        assert_eq!(status("GET / HTTP/1.1\r\nContent-Length: +5\r\n\r\n"), 400);
        assert_eq!(status("PUT / HTTP/1.1\r\n\r\n"), 405);
        assert_eq!(status("nonsense\r\n\r\n"), 400);
    }
}
