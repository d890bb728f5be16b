//! 32 sizes over one trace.

use crate::baselines::{Baselines, Ran};
use crate::clock::{by_processor, by_wall, medians};
use crate::reference;
use crate::rows::Budget::{AtLeast, None as Shown};
use crate::rows::Table;
use ptuplan::engine::setup::Setup;
use ptuplan::engine::{Bound, Replay, Trial};
use ptuplan::units::ptu::Ptu;
use ptuplan::workload::trace::Trace;
use std::hint::black_box;

/// The reference deployment in thousandths of a capacity, and 32 sizes of 75 % to 152.5 %.
fn swept(trace: &Trace, capacity: u64) -> (Setup, Vec<Ptu>) {
    (reference::setup(trace, capacity / 1_000), (0..32).map(|k| 750 + 25 * k).collect())
}

fn sweep(setup: &Setup, trace: &Trace, sizes: &[Ptu], bound: &Bound) -> Vec<Trial> {
    let traces = [trace];
    Replay::new(setup, &traces)
        .and_then(|replay| replay.sweep(setup, 0, sizes, bound))
        .expect("the setup is sound")
}

/// Each size on its own.
fn one_by_one(setup: &Setup, trace: &Trace, sizes: &[Ptu]) -> Vec<Trial> {
    let alone = |size: &Ptu| sweep(setup, trace, std::slice::from_ref(size), &Bound::NONE);
    sizes.iter().flat_map(alone).collect()
}

/// Every n-th size to each thread.
fn on_threads(setup: &Setup, trace: &Trace, sizes: &[Ptu], threads: usize) -> Vec<Trial> {
    let dealt: Vec<Vec<Ptu>> = (0..threads)
        .map(|thread| sizes.iter().copied().skip(thread).step_by(threads).collect())
        .collect();
    let mut parts: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = dealt
            .iter()
            .map(|part| scope.spawn(move || sweep(setup, trace, part, &Bound::NONE).into_iter()))
            .collect();
        started.into_iter().map(|part| part.join().expect("a thread ends")).collect()
    });
    (0..sizes.len()).filter_map(|index| parts[index % threads].next()).collect()
}

fn a_thousandth(trace: &Trace) -> Bound {
    let allowed = Bound::share(trace.len() as u64, 1_000);
    Bound { failed: allowed, saw_throttle: allowed, ..Bound::NONE }
}

/// The first size that keeps the bound, all having been run to their end.
fn chosen(trials: &[Trial], bound: &Bound) -> Option<usize> {
    trials.iter().position(|trial| match trial {
        Trial::Done(outcome) => {
            let stream = &outcome.streams[0];
            stream.failed <= bound.failed && stream.saw_throttle <= bound.saw_throttle
        }
        Trial::Abandoned { .. } => false,
    })
}

/// The smallest size that keeps the bound, found by halving.
fn bisect(setup: &Setup, trace: &Trace, sizes: &[Ptu], bound: &Bound) -> usize {
    let traces = [trace];
    let replay = Replay::new(setup, &traces).expect("the setup is sound");
    let keeps = |size: &Ptu| {
        let trials = replay.sweep(setup, 0, &[*size], bound).expect("the setup is sound");
        matches!(trials[..], [Trial::Done(_)])
    };
    sizes.partition_point(|size| !keeps(size))
}

pub(crate) fn measure(trace: &Trace, baselines: &Baselines, table: &mut Table) {
    let (setup, sizes) = swept(trace, reference::CAPACITY);
    let (roomy, _) = swept(trace, 23_000_000);
    let (bound, none) = (a_thousandth(trace), Bound::NONE);
    // The same results, or nothing is timed.
    let all = sweep(&setup, trace, &sizes, &none);
    assert_eq!(all, one_by_one(&setup, trace, &sizes));
    assert_eq!(all, on_threads(&setup, trace, &sizes, 2));
    assert_eq!(chosen(&all, &bound), Some(bisect(&setup, trace, &sizes, &bound)));
    assert_eq!(chosen(&all, &bound), chosen(&sweep(&setup, trace, &sizes, &bound), &bound));
    drop(all);

    let [all, bounded, bisected, lanes, alone] = medians(
        3,
        by_processor,
        [
            &|| drop(black_box(sweep(&setup, trace, &sizes, &none))),
            &|| drop(black_box(sweep(&setup, trace, &sizes, &bound))),
            &|| {
                black_box(bisect(&setup, trace, &sizes, &bound));
            },
            &|| drop(black_box(sweep(&roomy, trace, &sizes, &none))),
            &|| drop(black_box(one_by_one(&roomy, trace, &sizes))),
        ],
    );
    let one_thread = || drop(black_box(on_threads(&setup, trace, &sizes, 1)));
    let two_threads = || drop(black_box(on_threads(&setup, trace, &sizes, 2)));
    let [one, two] = medians(5, by_wall, [&one_thread, &two_threads]);
    let ns = |seconds: f64| seconds * 1e9 / (32 * trace.len()) as f64;
    let in_turn = "medians of 3 in turn, processor time";
    table.add("32 sizes, s", all, Shown, "10 too small, 1 critical, 21 without a 429");
    table.add("32 comfortable sizes, ns a request and size", ns(lanes), Shown, "one pass");
    let numba = |threads: usize, measure: fn(Ran) -> f64| {
        Baselines::median(2, || baselines.script("sim_numba.py", 1, Some(threads)), measure)
    };
    let ratio = numba(1, |ran| ran.processor).map(|numba| numba / all);
    table.add_if("32 sizes: numba / ours, a thread each", ratio, AtLeast(4.0), "processor time");
    let ratio = numba(2, |ran| ran.wall).map(|numba| numba / two);
    table.add_if("32 sizes: numba / ours, two threads each", ratio, AtLeast(4.0), "wall clock");
    let what = "32 comfortable sizes: one by one / in one pass";
    table.add(what, alone / lanes, AtLeast(8.0), in_turn);
    table.add("32 sizes: all run / given up early", all / bounded, Shown, in_turn);
    table.add("32 sizes: all run / bisected, same choice", all / bisected, AtLeast(8.0), in_turn);
    table.add("32 sizes: one thread / two", one / two, AtLeast(1.8), "medians of 5, wall clock");
}
