//! Traces that come in pieces: what is in flight or waits for a retry is kept, the rest is forgotten.

use crate::engine::check;
use crate::engine::error::EngineError;
use crate::engine::paths::bound::Bound;
use crate::engine::paths::ordered::{Stop, mean_gap_us, replay};
use crate::engine::record::audit;
use crate::engine::record::outcome::Outcome;
use crate::engine::setup::{Admission, Setup};
use crate::engine::time::queue::{Event, Queue};
use crate::engine::traffic::{Arrival, Arrivals, Requests, Store};
use crate::workload::trace::Trace;

/// Why a simulation over pieces has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PiecesError<E> {
    /// A setup or piece that cannot be simulated. A request is counted over all pieces of its stream.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The source of a stream failed.
    #[error("stream {stream}: the next piece cannot be read")]
    Source {
        /// Index of the stream.
        stream: usize,
        /// What the source said.
        #[source]
        error: E,
    },
}

/// [`run`](crate::engine::run) over traces that come in pieces, one source per stream, each called until it returns none.
///
/// The pieces of a stream follow each other in time, have the same columns and the same seed, and are of any length, also
/// none. However a trace is cut, the outcome is that of the whole trace. At any time two pieces per stream are held at
/// most, and the requests since the oldest one that is in flight or waits for a retry.
///
/// # Errors
/// As [`run`](crate::engine::run); a source that fails; a setup with sessions, a limit on a client's requests or managed
/// compute, whose requests can wait without end.
pub fn run_pieces<E, F: FnMut() -> Result<Option<Trace>, E>>(
    setup: &Setup,
    sources: &mut [F],
) -> Result<Outcome, PiecesError<E>> {
    check::check_setup(setup, sources.len())?;
    refuse_waiting(setup)?;
    let mut pieces = Pieces {
        sources,
        horizon_us: setup.horizon_us,
        streams: vec![Progress::default(); setup.streams.len()],
        next: None,
    };
    let mut first = Vec::new();
    for stream in 0..setup.streams.len() {
        let piece = pieces.pull(stream)?;
        pieces.streams[stream].ended = piece.is_none();
        first.push(Window { trace: piece.unwrap_or_default(), first: 0 });
    }
    let gap_us = mean_gap_us(&first.iter().map(|window| &window.trace).collect::<Vec<_>>());
    let (outcome, idle) = match replay(setup, &first, gap_us, &Bound::NONE, &mut pieces) {
        Ok(done) => done,
        Err(Stop::Fault(fault)) => return Err(fault),
        Err(Stop::Broken(at_us)) => return Err(EngineError::Unbounded { at_us }.into()),
    };
    let arrived: Vec<u64> = pieces.streams.iter().map(|stream| stream.total).collect();
    audit::audit(&outcome, &idle, &arrived)?;
    Ok(outcome)
}

/// Requests that wait outside the queue of events could not be kept track of.
fn refuse_waiting(setup: &Setup) -> Result<(), EngineError> {
    for (stream, rules) in setup.streams.iter().map(|stream| &stream.rules).enumerate() {
        if rules.sessions.is_some() || rules.concurrent.is_some() {
            let reason = "sessions and a limit on requests out need the whole trace";
            return Err(EngineError::Stream { stream, reason });
        }
    }
    for (deployment, other) in setup.deployments.iter().enumerate() {
        if matches!(other.admission, Admission::Managed(_)) {
            let reason = "managed compute needs the whole trace";
            return Err(EngineError::Deployment { deployment, reason });
        }
    }
    Ok(())
}

/// The requests of a stream that still matter.
#[derive(Clone, Debug)]
struct Window {
    trace: Trace,
    first: u32,
}

impl Store for Window {
    #[inline]
    fn trace(&self) -> &Trace {
        &self.trace
    }

    #[inline]
    fn first(&self) -> u32 {
        self.first
    }
}

impl Window {
    /// Forgets the requests before `oldest` and adds a piece.
    fn slide(&mut self, oldest: u32, piece: Trace) {
        let gone = (oldest - self.first) as usize;
        let held = &mut self.trace;
        slide(&mut held.arrival_us, gone, piece.arrival_us);
        slide(&mut held.input_tokens, gone, piece.input_tokens);
        slide(&mut held.output_tokens, gone, piece.output_tokens);
        let pairs = [
            (&mut held.cached_input_tokens, piece.cached_input_tokens),
            (&mut held.max_output_tokens, piece.max_output_tokens),
        ];
        for (column, more) in pairs {
            if let (Some(column), Some(more)) = (column, more) {
                slide(column, gone, more);
            }
        }
        self.first = oldest;
    }
}

fn slide<T>(column: &mut Vec<T>, gone: usize, more: Vec<T>) {
    if gone == column.len() {
        *column = more;
    } else {
        column.drain(..gone);
        column.extend(more);
    }
}

/// How far a stream has come.
#[derive(Clone, Debug, Default)]
struct Progress {
    /// The next request to arrive.
    next: u32,
    /// Requests pulled so far.
    total: u64,
    last_us: u64,
    /// Seed and optional columns of the first piece.
    shape: Option<(u64, bool, bool)>,
    /// Nothing more arrives before the horizon.
    ended: bool,
}

/// The arrivals of traces that come in pieces.
struct Pieces<'f, F> {
    sources: &'f mut [F],
    horizon_us: u64,
    streams: Vec<Progress>,
    next: Option<Arrival>,
}

impl<E, F: FnMut() -> Result<Option<Trace>, E>> Pieces<'_, F> {
    /// The next piece of a stream that is not empty, checked; none at its end.
    fn pull(&mut self, stream: usize) -> Result<Option<Trace>, PiecesError<E>> {
        let progress = &mut self.streams[stream];
        loop {
            let piece =
                self.sources[stream]().map_err(|error| PiecesError::Source { stream, error })?;
            let Some(piece) = piece else { return Ok(None) };
            let wrong = |request: usize, reason| EngineError::Trace {
                stream,
                request: progress.total as usize + request,
                reason,
            };
            check::check_trace(&piece).map_err(|(request, reason)| wrong(request, reason))?;
            let shape = (
                piece.seed,
                piece.cached_input_tokens.is_some(),
                piece.max_output_tokens.is_some(),
            );
            if progress.shape.is_some_and(|known| known != shape) {
                return Err(wrong(0, "the piece has another seed or other columns").into());
            }
            let Some(first_us) = piece.arrival_us.first() else { continue };
            if *first_us < progress.last_us {
                return Err(wrong(0, "arrives before the request in front of it").into());
            }
            if progress.total + piece.len() as u64 > u64::from(u32::MAX) {
                return Err(wrong(0, "more than 2^32 - 1 requests").into());
            }
            progress.shape = Some(shape);
            progress.last_us = piece.last_arrival_us();
            progress.total += piece.len() as u64;
            return Ok(Some(piece));
        }
    }

    /// The next arrival of a stream among the requests held.
    fn head(&self, stream: usize, requests: &Requests<Window>) -> Option<Arrival> {
        let id = self.streams[stream].next;
        let held = !self.streams[stream].ended && (id as usize) < requests.len();
        let at_us = held.then(|| requests.arrival_us(id))?;
        (at_us < self.horizon_us).then_some((at_us, id, stream as u16))
    }
}

impl<E, F: FnMut() -> Result<Option<Trace>, E>> Arrivals<Window> for Pieces<'_, F> {
    type Fault = PiecesError<E>;

    #[inline]
    fn fill(
        &mut self,
        queue: &Queue,
        requests: &mut [Requests<Window>],
    ) -> Result<(), PiecesError<E>> {
        if self.next.is_some() {
            return Ok(());
        }
        for (stream, requests) in requests.iter_mut().enumerate() {
            while !self.streams[stream].ended && self.head(stream, requests).is_none() {
                let next = self.streams[stream].next;
                if (next as usize) < requests.len() {
                    // The first one beyond the horizon: the rest is only counted.
                    while self.pull(stream)?.is_some() {}
                    self.streams[stream].ended = true;
                } else if let Some(piece) = self.pull(stream)? {
                    let waiting =
                        queue.waiting().filter(|event| usize::from(event.stream()) == stream);
                    let oldest = waiting.map(Event::id).min().unwrap_or(next);
                    requests.store.slide(oldest.min(next), piece);
                } else {
                    self.streams[stream].ended = true;
                }
            }
        }
        let heads = requests.iter().enumerate();
        self.next = heads.filter_map(|(stream, requests)| self.head(stream, requests)).min();
        Ok(())
    }

    #[inline]
    fn next_us(&self) -> u64 {
        self.next.map_or(u64::MAX, |(at, _, _)| at)
    }

    #[inline]
    fn pop(&mut self, requests: &[Requests<Window>]) -> Option<Arrival> {
        let taken = self.next?;
        self.streams[taken.2 as usize].next += 1;
        // A stream whose piece is used up is filled before the next arrival is needed.
        let known = |stream: usize| {
            self.streams[stream].ended || self.head(stream, &requests[stream]).is_some()
        };
        self.next = if (0..requests.len()).all(known) {
            let heads = requests.iter().enumerate();
            heads.filter_map(|(stream, requests)| self.head(stream, requests)).min()
        } else {
            None
        };
        Some(taken)
    }

    fn total(&self, stream: usize) -> u64 {
        self.streams[stream].total
    }
}
