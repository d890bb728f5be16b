//! A process or a distribution on its own: gaps of mean 1 and lengths, for the fits that compare them with what was measured.

use crate::workload::synth::arrivals::Gaps;
use crate::workload::synth::lengths::Lengths;
use crate::workload::synth::luck::{Stream, stream};
use crate::workload::synth::spec::{Arrivals, LengthSpec};
use rand_chacha::ChaCha8Rng;

/// Draws gaps of a process, none of them rounded to a clock.
pub(crate) struct Player {
    gaps: Gaps,
    rng: ChaCha8Rng,
}

impl Player {
    pub(crate) fn new(process: &Arrivals, seed: u64) -> Result<Self, String> {
        let mut rng = stream(seed, "", Stream::Arrivals);
        Ok(Self { gaps: Gaps::new(process, &mut rng)?, rng })
    }

    pub(crate) fn gap(&mut self) -> f64 {
        self.gaps.next(&mut self.rng)
    }
}

/// Draws of a distribution, always the same ones.
pub(crate) fn sample_lengths(spec: &LengthSpec, count: usize) -> Result<Vec<u32>, String> {
    let lengths = Lengths::new(spec)?;
    let mut rng = stream(0, "", Stream::Lengths);
    Ok((0..count).map(|_| lengths.draw(&mut rng)).collect())
}
