//! A two-state Markov-modulated Poisson process, fitted by expectation maximisation (Baum and Welch) on gaps whose state may change at arrivals.

use crate::workload::synth::Arrivals;

const ROUNDS: usize = 40;
/// Gaps used: the method keeps four numbers a gap.
const SAMPLE: usize = 50_000;
/// Fewer gaps than this carry no second state.
const FEWEST: usize = 200;

/// Rates of calm and burst, and the chance at an arrival to leave each.
#[derive(Clone, Copy, Debug)]
struct States {
    rates: [f64; 2],
    leave: [f64; 2],
}

/// The fit and its log-likelihood per gap; none for few gaps, where the two states fall together, or where one of them only stands for requests at one stamp.
pub(crate) fn fit(gaps: &[f64]) -> Option<(Arrivals, f64)> {
    if gaps.len() < FEWEST {
        return None;
    }
    let used = &gaps[..gaps.len().min(SAMPLE)];
    let mut states = States { rates: [0.5, 3.0], leave: [0.05, 0.1] };
    let mut log_likelihood = f64::NEG_INFINITY;
    for _ in 0..ROUNDS {
        let (next, found) = round(used, states)?;
        log_likelihood = found;
        states = next;
    }
    if states.rates[0] > states.rates[1] {
        states = States {
            rates: [states.rates[1], states.rates[0]],
            leave: [states.leave[1], states.leave[0]],
        };
    }
    let factor = states.rates[1] / states.rates[0];
    // Time in a state: arrivals of a stay over its rate.
    let stay = [0, 1].map(|state| 1.0 / states.leave[state] / states.rates[state]);
    let burst_share = stay[1] / (stay[0] + stay[1]);
    let sound = (1.05..50.0).contains(&factor) && burst_share > 1e-4 && burst_share < 1.0 - 1e-4;
    sound.then(|| {
        let per_gap = log_likelihood / used.len() as f64;
        let process = Arrivals::Mmpp {
            burst_factor: factor,
            burst_share,
            // The generator counts a burst's length in arrivals at the mean rate.
            burst_arrivals: stay[1],
        };
        (process, per_gap)
    })
}

/// One round: better parameters, and the log-likelihood of the given ones.
fn round(gaps: &[f64], states: States) -> Option<(States, f64)> {
    let chance =
        |gap: f64| [0, 1].map(|s| states.rates[s] * (-states.rates[s] * gap).exp() + 1e-300);
    let step = |from: usize, to: usize| {
        if from == to { 1.0 - states.leave[from] } else { states.leave[from] }
    };
    let both = states.leave[0] + states.leave[1];
    let mut forward: Vec<[f64; 2]> = Vec::with_capacity(gaps.len());
    let mut scales: Vec<f64> = Vec::with_capacity(gaps.len());
    let mut before = [states.leave[1] / both, states.leave[0] / both];
    for gap in gaps {
        let seen = chance(*gap);
        let mut now = [before[0] * seen[0], before[1] * seen[1]];
        let scale = now[0] + now[1];
        now = now.map(|value| value / scale);
        scales.push(scale);
        forward.push(now);
        before = [0, 1].map(|to| now[0] * step(0, to) + now[1] * step(1, to));
    }
    let mut after = [1.0, 1.0];
    let (mut weight, mut time, mut left, mut stayed) = ([0.0; 2], [0.0; 2], [0.0; 2], [0.0; 2]);
    for at in (0..gaps.len()).rev() {
        let sum = forward[at][0] * after[0] + forward[at][1] * after[1];
        for state in [0, 1] {
            let share = forward[at][state] * after[state] / sum;
            weight[state] += share;
            time[state] += share * gaps[at];
        }
        if at > 0 {
            let seen = chance(gaps[at]);
            let ahead = [0, 1].map(|to| seen[to] * after[to] / scales[at]);
            for from in [0, 1] {
                left[from] += forward[at - 1][from] * states.leave[from] * ahead[1 - from];
                stayed[from] += forward[at - 1][from] * (1.0 - states.leave[from]) * ahead[from];
            }
            after = [0, 1].map(|from| step(from, 0) * ahead[0] + step(from, 1) * ahead[1]);
        }
    }
    let next = States {
        rates: [0, 1].map(|s| weight[s] / time[s]),
        leave: [0, 1].map(|s| (left[s] / (left[s] + stayed[s])).clamp(1e-6, 1.0 - 1e-6)),
    };
    let sound = next.rates.iter().chain(&next.leave).all(|value| value.is_finite() && *value > 0.0);
    sound.then(|| (next, scales.iter().map(|scale| scale.ln()).sum()))
}
