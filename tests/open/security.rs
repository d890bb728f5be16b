//! What must not get in: other sites, other names of this machine, old addresses, names that lead
//! elsewhere, bodies without end, and more connections than a page has.

use crate::server::{SMALL, Server, read};
use serde_json::json;
use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

fn is_unharmed(server: &Server) {
    assert!(server.is_alive(), "the server is alive");
    assert_eq!(server.files(), Vec::<std::path::PathBuf>::new(), "nothing was written");
}

#[test]
fn only_the_page_of_this_server_is_answered() {
    let server = Server::start();
    let (port, cookie) = (server.port, &server.cookie);
    let get = |host: &str, more: &str| {
        server.raw(&format!("GET /api/state HTTP/1.1\r\nHost: {host}\r\n{more}\r\n")).status
    };
    let own = format!("127.0.0.1:{port}");
    let with = format!("Cookie: {cookie}\r\n");
    assert_eq!(get(&own, &with), 200);
    assert_eq!(get(&format!("localhost:{port}"), &with), 200);
    // A name of elsewhere that points here, another port, or no name at all.
    for host in ["evil.example", "127.0.0.1", "127.0.0.1:1", "0.0.0.0", "[::1]"] {
        assert_eq!(get(host, &with), 403, "{host}");
    }
    let without = server.raw(&format!("GET /api/state HTTP/1.1\r\n{with}\r\n"));
    assert_eq!(without.status, 400);
    let twice = format!("{with}Host: evil.example\r\n");
    assert_eq!(get(&own, &twice), 400);
    // A page of elsewhere, with or without the cookie.
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"] {
        assert_eq!(get(&own, &format!("{with}Origin: {origin}\r\n")), 403, "{origin}");
    }
    assert_eq!(get(&own, &format!("{with}Sec-Fetch-Site: cross-site\r\n")), 403);
    assert_eq!(get(&own, &format!("{with}Sec-Fetch-Site: same-site\r\n")), 403);
    assert_eq!(get(&own, &format!("{with}Sec-Fetch-Site: same-origin\r\n")), 200);
    // What does something must come from the page.
    let body = json!({ "file": "small.toml", "text": SMALL, "base": SMALL }).to_string();
    let post = |origin: &str, kind: &str| {
        server.raw(&format!(
            "POST /api/save HTTP/1.1\r\nHost: {own}\r\n{with}{origin}Content-Type: {kind}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    };
    assert_eq!(post("", "application/json").status, 403);
    assert_eq!(post("Origin: http://evil.example\r\n", "application/json").status, 403);
    assert_eq!(post(&format!("Origin: http://{own}\r\n"), "text/plain").status, 415);
    let head = server.get("/").head;
    let policy = head.lines().find(|line| line.starts_with("Content-Security-Policy")).unwrap();
    assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"));
    assert!(!head.contains("Access-Control"), "{head}");
    is_unharmed(&server);
}

#[test]
fn the_address_opens_once_and_nothing_is_served_without_it() {
    let server = Server::start();
    let host = format!("Host: 127.0.0.1:{}\r\n", server.port);
    let get =
        |path: &str, more: &str| server.raw(&format!("GET {path} HTTP/1.1\r\n{host}{more}\r\n"));
    let used = get(&server.door, "");
    assert_eq!(used.status, 403, "used already");
    // A person opened it: it is answered by a page.
    assert!(used.head.contains("text/html"), "{}", used.head);
    assert!(String::from_utf8(used.body).unwrap().contains("used already"));
    assert_eq!(get("/open/", "").status, 403);
    assert_eq!(get(&format!("/open/{}", "0".repeat(64)), "").status, 403);
    // Whoever is in already stays in.
    let again = get(&server.door, &format!("Cookie: {}\r\n", server.cookie));
    assert_eq!(again.status, 303);
    assert!(!again.head.contains("Set-Cookie"), "{}", again.head);
    for path in ["/", "/app.js", "/schema.json", "/api/state", "/api/alive", "/nothing"] {
        assert_eq!(get(path, "").status, 401, "{path}");
        let wrong = format!("Cookie: ptuplan-{}={}\r\n", server.port, "0".repeat(64));
        assert_eq!(get(path, &wrong).status, 401, "{path}");
    }
    let closed = get("/", "");
    assert!(String::from_utf8(closed.body).unwrap().contains("This page is closed"));
    is_unharmed(&server);
}

#[test]
fn no_path_leads_to_a_file_of_the_machine() {
    let server = Server::start();
    for path in ["/../small.toml", "/%2e%2e/small.toml", "/small.toml", "//etc/passwd", "/page/"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    for name in ["../x.csv", "..%2Fx.csv", "a/b.csv", "a%5Cb.csv", ".x", "", "%00", "C:x.csv"] {
        assert_eq!(server.upload(name, "arrival_us\n").status, 400, "{name}");
    }
    let long = "x".repeat(200);
    assert_eq!(server.upload(&long, "arrival_us\n").status, 400);
    for file in ["../x.toml", "x.csv", "sub/x.toml", "/x.toml", ".x.toml", "", "a\\..\\x.toml"] {
        let saved = server.post("/api/save", &json!({ "file": file, "text": SMALL }));
        assert_eq!(saved.status, 400, "{file}");
    }
    is_unharmed(&server);
}

#[test]
fn a_path_without_end_ends_nothing() {
    let server = Server::start();
    for steps in [33, 1_000, 100_000] {
        let changes = json!([{ "path": vec!["a"; steps], "value": 1 }]);
        let body = json!({ "file": "small.toml", "text": SMALL, "changes": changes });
        let told = server.post("/api/edit", &body).json();
        assert!(told["text"].is_null(), "{steps} steps");
        assert_eq!(told["problems"][0]["code"], "no-such-place");
    }
    is_unharmed(&server);
}

#[cfg(unix)]
#[test]
fn what_is_dropped_is_for_its_owner_alone_and_goes_when_the_server_was_killed() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start();
    server.upload("log.csv", "arrival_us\n1\n");
    let folders = |server: &Server| {
        let entries = std::fs::read_dir(&server.temporary).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    let own = folders(&server);
    let mode = own[0].metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    // Killed, it cannot remove anything; the next one does.
    let next = Server::again(server.killed());
    let left = folders(&next);
    assert!(left.len() == 1 && left != own, "{left:?}");
}

#[test]
fn bodies_that_are_too_large_or_too_slow_are_refused() {
    let server = Server::start();
    // A gigabyte is refused by its length, before any of it is sent.
    for (path, kind) in
        [("/api/upload", "application/octet-stream"), ("/api/edit", "application/json")]
    {
        let mut stream = server.connect();
        let head = server.head(path, kind, "X-File-Name: log.csv\r\n", 1 << 30);
        stream.write_all(head.as_bytes()).unwrap();
        let _ = stream.write_all(&[b'x'; 4096]);
        assert_eq!(read(&mut stream).status, 413, "{path}");
    }
    let with = |line: &str| {
        let head = server.head("/api/edit", "application/json", line, 2);
        server.raw(&(head + "{}")).status
    };
    assert_eq!(with("Transfer-Encoding: chunked\r\n"), 411);
    assert_eq!(with("Content-Length: 2\r\n"), 400, "two lengths");
    assert_eq!(with(&format!("X-Long: {}\r\n", "x".repeat(40_000))), 431);
    assert_eq!(server.raw("GET / HTTP/9\r\n\r\n").status, 400);
    // Slow heads and slow bodies end in seconds, and the others are served meanwhile.
    let began = Instant::now();
    let mut head = server.connect();
    head.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    let mut body = server.connect();
    body.write_all(server.head("/api/edit", "application/json", "", 100).as_bytes()).unwrap();
    assert!(server.is_alive());
    assert_eq!(read(&mut head).status, 408);
    assert_eq!(read(&mut body).status, 408);
    assert!(began.elapsed() < Duration::from_secs(30));
    // A body that breaks off leaves nothing behind.
    let broken = "X-File-Name: log.csv\r\n";
    let mut stream = server.connect();
    let head = server.head("/api/upload", "application/octet-stream", broken, 1000);
    stream.write_all((head + "arrival_us").as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(read(&mut stream).status, 400);
    is_unharmed(&server);
}

#[test]
fn ten_thousand_connections_do_not_end_it() {
    let server = Server::start();
    let mut open = Vec::new();
    let mut refused = 0_u32;
    for number in 0..10_000_u32 {
        // A machine may have no port left for a moment: that is a refusal too.
        match TcpStream::connect_timeout(
            &(Ipv4Addr::LOCALHOST, server.port).into(),
            Duration::from_secs(5),
        ) {
            Ok(stream) => open.push(stream),
            Err(_) => refused += 1,
        }
        if open.len() > 200 {
            open.remove(0);
        }
        if number % 1_000 == 0 {
            assert!(refused < 1_000, "{refused} of {number}");
        }
    }
    drop(open);
    // Connections that say nothing are ended in seconds.
    let until = Instant::now() + Duration::from_secs(20);
    while !std::panic::catch_unwind(|| server.is_alive()).unwrap_or(false) {
        assert!(Instant::now() < until, "it answers again");
        std::thread::sleep(Duration::from_millis(200));
    }
    is_unharmed(&server);
}

#[test]
fn script_in_a_name_stays_a_name() {
    let server = Server::start();
    let evil = "<script>alert(1)</script>";
    let text = SMALL.replace("\"chat\"", &format!("\"{evil}\"")).replace("\"Small\"", "'\"<b>'");
    let answer = server.post("/api/answer", &json!({ "file": "small.toml", "text": text }));
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("application/x-ndjson"), "{}", answer.head);
    assert!(answer.head.contains("X-Content-Type-Options: nosniff"), "{}", answer.head);
    let whole = answer.lines().pop().unwrap();
    assert_eq!(whole["stage"], "whole");
    assert!(whole.to_string().contains(evil), "as text, for the page to show as text");
    let refused = server.post("/api/save", &json!({ "file": evil, "text": text }));
    assert_eq!(refused.status, 400);
    // The page itself holds no name, and its scripts make elements of text alone.
    for file in ["/", "/app.js", "/blocks.js", "/dom.js", "/fields.js", "/form.js", "/logs.js"] {
        let page = server.get(file);
        assert_eq!(page.status, 200);
        let page = String::from_utf8(page.body).unwrap();
        for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            assert!(!page.contains(way), "{file}: {way}");
        }
        assert!(!page.contains("<script>"), "{file}: a script in the page");
    }
    is_unharmed(&server);
}

#[test]
fn ctrl_c_ends_it_and_leaves_nothing_behind() {
    let mut server = Server::start();
    assert_eq!(server.upload("log.csv", "arrival_us\n1\n").status, 200);
    assert_eq!(server.files().len(), 1, "kept as long as it runs");
    // A page that is being answered does not keep it.
    let body = json!({ "file": "small.toml", "text": SMALL }).to_string();
    let mut asked = server.connect();
    let head = server.head("/api/answer", "application/json", "", body.len());
    asked.write_all((head + &body).as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    assert_eq!(server.interrupt(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(std::fs::read_dir(&server.temporary).unwrap().count(), 0);
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).is_err());
}
