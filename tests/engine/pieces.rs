//! A trace that comes in pieces gives the outcome of the whole, however it is cut.

use crate::random::{Dice, narrow};
use crate::reference;
use crate::worlds::wide;
use ptuplan::engine::run;
use ptuplan::engine::setup::Setup;
use ptuplan::engine::{EngineError, PiecesError, run_pieces};
use ptuplan::workload::trace::Trace;
use std::convert::Infallible;

/// The requests `from..until` of a trace.
fn slice(trace: &Trace, from: usize, until: usize) -> Trace {
    let optional = |column: &Option<Vec<u32>>| column.as_ref().map(|c| c[from..until].to_vec());
    Trace {
        arrival_us: trace.arrival_us[from..until].to_vec(),
        input_tokens: trace.input_tokens[from..until].to_vec(),
        cached_input_tokens: optional(&trace.cached_input_tokens),
        output_tokens: trace.output_tokens[from..until].to_vec(),
        max_output_tokens: optional(&trace.max_output_tokens),
        seed: trace.seed,
        clock_us: trace.clock_us,
        ..Trace::default()
    }
}

/// A trace in pieces of random length, some of them empty.
fn cut(
    trace: &Trace,
    dice: &mut Dice,
) -> impl FnMut() -> Result<Option<Trace>, Infallible> + use<> {
    let longest = dice.pick(&[1, 3, 40, 1_000]);
    let (mut pieces, mut from) = (Vec::new(), 0);
    while from < trace.len() {
        let until = (from + dice.below(longest + 1) as usize).min(trace.len());
        pieces.push(slice(trace, from, until));
        from = until;
    }
    let mut pieces = pieces.into_iter();
    move || Ok(pieces.next())
}

fn agrees(setup: &Setup, traces: &[Trace], dice: &mut Dice) -> bool {
    let whole = run(setup, &traces.iter().collect::<Vec<_>>()).expect("runs");
    let mut sources: Vec<_> = traces.iter().map(|trace| cut(trace, dice)).collect();
    match run_pieces(setup, &mut sources) {
        Ok(pieces) => {
            assert_eq!(pieces, whole, "{setup:#?}");
            true
        }
        Err(PiecesError::Engine(error)) => {
            assert!(error.to_string().contains("need"), "{error}");
            false
        }
        Err(PiecesError::Source { error, .. }) => match error {},
    }
}

#[test]
fn pieces_are_the_whole_in_every_world() {
    let (mut taken, mut refused) = (0, 0);
    for seed in 0..600 {
        let mut dice = Dice(seed ^ 0xC07);
        let (setup, traces) = if seed % 2 == 0 { narrow(seed) } else { wide(seed) };
        if agrees(&setup, &traces, &mut dice) {
            taken += 1;
        } else {
            refused += 1;
        }
    }
    assert!(taken > 300 && refused > 5, "{taken} {refused}");
}

#[test]
fn pieces_are_the_whole_on_the_reference_work() {
    let trace = reference::trace(30_000);
    for capacity in [14_000_000, 23_000_000] {
        let mut setup = reference::setup(&trace, capacity);
        setup.minute_series = true;
        assert!(agrees(&setup, std::slice::from_ref(&trace), &mut Dice(capacity)));
    }
}

#[test]
fn pieces_must_fit_each_other() {
    let trace = reference::trace(10);
    let setup = reference::setup(&trace, 23_000_000);
    let with = |second: Trace| {
        let mut pieces = vec![slice(&trace, 0, 5), second].into_iter();
        let found = run_pieces(&setup, &mut [move || Ok::<_, Infallible>(pieces.next())]);
        found.expect_err("the second piece does not fit").to_string()
    };
    assert_eq!(
        with(slice(&trace, 3, 9)),
        "trace of stream 0, request 5: arrives before the request in front of it"
    );
    let other = slice(&trace, 5, 10).with_seed(7);
    assert_eq!(
        with(other),
        "trace of stream 0, request 5: the piece has another seed or other columns"
    );
    let mut broken = [|| Err::<Option<Trace>, _>("cut short")];
    let error = run_pieces(&setup, &mut broken).expect_err("the source fails");
    assert_eq!(error, PiecesError::Source { stream: 0, error: "cut short" });
    let mut two = [|| Ok::<_, Infallible>(None), || Ok(None)];
    assert_eq!(
        run_pieces(&setup, &mut two),
        Err(PiecesError::Engine(EngineError::TraceCount { streams: 1, traces: 2 }))
    );
}
