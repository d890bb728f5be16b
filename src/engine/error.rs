//! What can be wrong with a simulation's input, and the audit's verdict on its output.

use thiserror::Error;

/// Why a simulation was refused or its result is not to be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EngineError {
    /// The number of traces differs from the number of streams.
    #[error("{traces} traces for {streams} streams")]
    TraceCount {
        /// Streams in the setup.
        streams: usize,
        /// Traces given.
        traces: usize,
    },
    /// A trace's columns or values contradict each other.
    #[error("trace of stream {stream}, request {request}: {reason}")]
    Trace {
        /// Index of the stream.
        stream: usize,
        /// Index of the first offending request.
        request: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// A deployment cannot be simulated as described.
    #[error("deployment {deployment}: {reason}")]
    Deployment {
        /// Index of the deployment.
        deployment: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// A stream cannot be simulated as described.
    #[error("stream {stream}: {reason}")]
    Stream {
        /// Index of the stream.
        stream: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// A run without a bound was given up: a defect of the engine.
    #[error("a run without a bound was given up at {at_us} us")]
    Unbounded {
        /// When.
        at_us: u64,
    },
    /// A conservation law does not hold: a defect of the engine, never of the input (invariants 1 and 2).
    #[error("audit: {law} does not hold for {what} {index}: {left} != {right}")]
    Audit {
        /// The law.
        law: &'static str,
        /// `stream` or `deployment`.
        what: &'static str,
        /// Its index.
        index: usize,
        /// One side.
        left: u128,
        /// The other side.
        right: u128,
    },
}
