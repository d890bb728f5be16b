//! Medians of work done in turn.

use std::time::Instant;

/// Nanoseconds of processor time of this thread; none where the system does not say.
fn processor_ns() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// How long some work takes, seconds of processor time, or of the wall clock where there is no other.
pub(crate) fn once(work: impl FnOnce()) -> f64 {
    let (start, wall) = (processor_ns(), Instant::now());
    work();
    match (start, processor_ns()) {
        (Some(start), Some(end)) => (end - start) as f64 * 1e-9,
        _ => wall.elapsed().as_secs_f64(),
    }
}

/// How long some work takes by the wall clock, seconds.
pub(crate) fn wall(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

pub(crate) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Medians of some functions run in turn by a clock.
pub(crate) fn medians<const N: usize>(
    rounds: usize,
    clock: fn(&dyn Fn()) -> f64,
    work: [&dyn Fn(); N],
) -> [f64; N] {
    let mut times = [(); N].map(|()| Vec::with_capacity(rounds));
    for _ in 0..rounds {
        for (times, work) in times.iter_mut().zip(work) {
            times.push(clock(work));
        }
    }
    times.map(median)
}

/// Seconds of processor time, for [`medians`]. On a quiet machine the system counts in ticks of some milliseconds: short work
/// is repeated until a tick is a fiftieth of it.
pub(crate) fn by_processor(work: &dyn Fn()) -> f64 {
    let mut times = 0;
    let all = once(|| {
        let start = Instant::now();
        while times == 0 || start.elapsed().as_millis() < 200 {
            work();
            times += 1;
        }
    });
    all / f64::from(times)
}

/// As [`wall`], for [`medians`].
pub(crate) fn by_wall(work: &dyn Fn()) -> f64 {
    wall(work)
}
