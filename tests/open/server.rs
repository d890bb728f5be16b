//! A server of a test, spoken to over plain sockets.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A scenario that is answered in a moment.
pub(crate) const SMALL: &str = include_str!("small.toml");

/// A running `ptuplan open`, in a folder of its own; ended with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    /// The path of the address that was printed.
    pub(crate) door: String,
    pub(crate) cookie: String,
    pub(crate) folder: tempfile::TempDir,
    /// Where the server keeps what is sent to it.
    pub(crate) temporary: PathBuf,
}

/// An answer: its status, its head and its body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The lines of an answer that comes bit by bit.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let text = std::str::from_utf8(&self.body).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Server {
    /// One with the small scenario, its page opened.
    pub(crate) fn start() -> Self {
        Self::with(Some(SMALL))
    }

    /// One with a scenario, or with none.
    pub(crate) fn with(scenario: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("temporary")).unwrap();
        if let Some(text) = scenario {
            std::fs::write(folder.path().join("small.toml"), text).unwrap();
        }
        Self::run(folder, scenario.is_some(), 0)
    }

    /// One that is started again where another has ended: in its folder, at its port.
    pub(crate) fn again(mut ended: Self) -> Self {
        let folder = std::mem::replace(&mut ended.folder, tempfile::tempdir().unwrap());
        Self::run(folder, true, ended.port)
    }

    fn run(folder: tempfile::TempDir, is_named: bool, port: u16) -> Self {
        let temporary = folder.path().join("temporary");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ptuplan"));
        command.current_dir(folder.path()).env("TMPDIR", &temporary).arg("open");
        if is_named {
            command.arg("small.toml");
        }
        command.args(["--no-browser", "--quiet", "--port", &port.to_string()]);
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap();
        let rest = address.strip_prefix("http://127.0.0.1:").unwrap();
        let (port, door) = rest.split_once('/').unwrap();
        let (port, door) = (port.parse().unwrap(), format!("/{door}"));
        let mut server = Self { child, port, door, cookie: String::new(), folder, temporary };
        let entered =
            server.raw(&format!("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n", server.door));
        assert_eq!(entered.status, 303, "{}", entered.head);
        let set = entered.head.lines().find_map(|line| line.strip_prefix("Set-Cookie: ")).unwrap();
        assert!(set.contains("; HttpOnly; SameSite=Strict; Path=/"), "{set}");
        server.cookie = set.split(';').next().unwrap().to_owned();
        server
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        stream
    }

    /// What is answered to bytes as they are.
    pub(crate) fn raw(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        read(&mut stream)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let host = format!("127.0.0.1:{}", self.port);
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\n\r\n", self.cookie))
    }

    /// The head of a request of the page with a body of a length.
    pub(crate) fn head(&self, path: &str, kind: &str, more: &str, length: usize) -> String {
        let host = format!("127.0.0.1:{}", self.port);
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {}\r\n\
             Content-Type: {kind}\r\n{more}Content-Length: {length}\r\n\r\n",
            self.cookie
        )
    }

    pub(crate) fn post(&self, path: &str, value: &Value) -> Answer {
        let body = value.to_string();
        self.raw(&(self.head(path, "application/json", "", body.len()) + &body))
    }

    pub(crate) fn upload(&self, name: &str, bytes: &str) -> Answer {
        let more = format!("X-File-Name: {name}\r\n");
        let head = self.head("/api/upload", "application/octet-stream", &more, bytes.len());
        self.raw(&(head + bytes))
    }

    /// That it still answers.
    pub(crate) fn is_alive(&self) -> bool {
        self.get("/api/alive").status == 200
    }

    /// Every file below its folder but the scenario and the mark of a run, sorted.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        collect(self.folder.path(), &mut found);
        found.retain(|path| !path.ends_with("small.toml") && !path.ends_with(".running"));
        found.sort();
        found
    }

    /// Ends it so that it can do nothing more.
    pub(crate) fn killed(mut self) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self
    }

    /// Ends it as Ctrl-C does; its exit code.
    pub(crate) fn interrupt(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, found) } else { found.push(path) }
    }
}

/// Reads an answer to its end.
pub(crate) fn read(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A connection that is reset has been refused; what came before is looked at.
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() }
}
