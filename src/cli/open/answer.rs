//! An answer as it becomes known: lines of JSON, first what the most likely future says, then the
//! whole. It ends when the page that asked is not there any more.

use crate::cli::open::http::{begin_lines, has_left};
use crate::cli::open::live::{Live, Stage, Watch};
use crate::cli::open::places::problems;
use crate::cli::open::planner::{Given, Planner, Written};
use crate::report::page::{first_screen_blocks, recommendation_blocks};
use crate::report::view::RecommendationView;
use crate::units::diagnostic::Diagnostics;
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How often it is looked whether the page is still there.
const LOOK: Duration = Duration::from_millis(40);
/// How often the page is told how far a plan is.
const TELL: Duration = Duration::from_millis(200);
/// The answer that the most likely future gives.
const FIRST: &str = "first";

/// An answer as a line: the first one is its first screen alone.
fn stage(view: &RecommendationView, name: &str, since: Instant) -> Value {
    let took_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    let blocks =
        if name == FIRST { first_screen_blocks(view) } else { recommendation_blocks(view) };
    match blocks {
        Ok(mut blocks) => {
            blocks["stage"] = json!(name);
            blocks["took_ms"] = json!(took_ms);
            blocks
        }
        Err(error) => json!({ "stage": "failed", "message": error.to_string() }),
    }
}

/// Plans, and sends what becomes known.
fn plan(planner: &Planner, written: &Written, watch: &Watch, lines: &Sender<Value>) {
    let since = Instant::now();
    let live = Live { threads: &planner.threads, watch };
    let wrong = |wrong: &Diagnostics, name: &str| {
        let shown = problems(&written.file, &written.text, wrong);
        json!({ "stage": name, "problems": shown })
    };
    // A page that has left is told nothing.
    let send = |line| drop(lines.send(line));
    let answer = planner.answer(written, &live, |given| match given {
        Given::Warnings(warnings) => send(wrong(&warnings, "warnings")),
        Given::First(view) => send(stage(&view, FIRST, since)),
    });
    match answer {
        Some(Ok(view)) => send(stage(&view, "whole", since)),
        Some(Err(errors)) => send(wrong(&errors, "wrong")),
        None => {}
    }
}

/// Writes the answer to a question, line by line.
pub(super) fn answer(
    stream: &mut TcpStream,
    planner: &Planner,
    written: &Written,
    stopping: &AtomicBool,
) -> std::io::Result<()> {
    begin_lines(stream)?;
    let watch = Watch::default();
    let (sender, receiver) = channel();
    std::thread::scope(|scope| {
        let watch = &watch;
        scope.spawn(move || plan(planner, written, watch, &sender));
        let told = tell(stream, &receiver, watch, stopping);
        // Ends a plan whose page has left, and one that is done is not hurt by it.
        watch.give_up();
        told
    })
}

fn tell(
    stream: &mut TcpStream,
    lines: &Receiver<Value>,
    watch: &Watch,
    stopping: &AtomicBool,
) -> std::io::Result<()> {
    let (mut told, mut at) = (Stage::default(), Instant::now());
    loop {
        match lines.recv_timeout(LOOK) {
            Ok(line) => write_line(stream, &line)?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {
                if has_left(stream) || stopping.load(Ordering::Relaxed) {
                    return Ok(());
                }
                let stage = watch.stage();
                if stage != told && at.elapsed() >= TELL {
                    let Stage { name, pieces, done } = &stage;
                    let line = json!({ "stage": "working", "name": name, "pieces": pieces,
                        "done": done });
                    write_line(stream, &line)?;
                    (told, at) = (stage, Instant::now());
                }
            }
        }
    }
}

fn write_line(stream: &mut TcpStream, line: &Value) -> std::io::Result<()> {
    stream.write_all(format!("{line}\n").as_bytes())?;
    stream.flush()
}
