//! Connections: only from this machine, each with one request, no more at a time than the page
//! needs.

use crate::cli::open::http::{RefusedRequest, Response, finish, respond};
use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Connections served at a time. A page has a handful.
const CONNECTIONS: usize = 64;
/// How often it is looked whether the program is to end.
const LOOK: Duration = Duration::from_millis(50);
/// How long requests have to end when the program does.
const LAST_ORDERS: Duration = Duration::from_secs(2);

/// Serves connections until `stopping`; `serve` does one.
pub(super) fn serve_all<S>(
    listener: &TcpListener,
    stopping: &Arc<AtomicBool>,
    serve: &Arc<S>,
) -> io::Result<()>
where
    S: Fn(&mut TcpStream) + Send + Sync + 'static,
{
    wake_at_the_end(listener, stopping)?;
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        if stopping.load(Ordering::Relaxed) {
            break;
        }
        // A connection that broke before it was accepted is nobody's.
        let Ok(mut stream) = stream else { continue };
        if open.fetch_add(1, Ordering::Relaxed) >= CONNECTIONS {
            open.fetch_sub(1, Ordering::Relaxed);
            too_many(&mut stream);
            continue;
        }
        let (serve, own) = (Arc::clone(serve), Arc::clone(&open));
        let started = std::thread::Builder::new().name("connection".to_owned()).spawn(move || {
            let _counted = Counted(own);
            serve(&mut stream);
            finish(&mut stream);
        });
        if started.is_err() {
            // The closure is gone, and with it the connection; it never counted itself.
            open.fetch_sub(1, Ordering::Relaxed);
        }
    }
    let until = Instant::now() + LAST_ORDERS;
    while open.load(Ordering::Relaxed) > 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// Counts a connection off when it ends, however it ends.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn too_many(stream: &mut TcpStream) {
    let refused = refusal(&RefusedRequest::new(503, "too many connections at a time"));
    // Whoever opens so many need not read it, and nothing waits for it.
    if stream.set_nonblocking(true).is_ok() {
        let _ = respond(stream, &refused);
    }
}

/// A refusal as it is sent.
pub(super) fn refusal(refused: &RefusedRequest) -> Response {
    Response::json(refused.status, &serde_json::json!({ "message": refused.message }))
}

/// Accepting waits for a connection: makes one when the program is to end.
fn wake_at_the_end(listener: &TcpListener, stopping: &Arc<AtomicBool>) -> io::Result<()> {
    let address = listener.local_addr()?;
    let stopping = Arc::clone(stopping);
    std::thread::spawn(move || {
        while !stopping.load(Ordering::Relaxed) {
            std::thread::sleep(LOOK);
        }
        // Where it cannot be made nobody is accepting any more.
        let _ = TcpStream::connect(address);
    });
    Ok(())
}
