//! The arrival processes of a client: the one it begins with and those of later epochs.

use crate::workload::synth::arrivals::Gaps;
use crate::workload::synth::epoch::Epochs;
use crate::workload::synth::spec::ClientSpec;
use rand_chacha::ChaCha8Rng;

/// Processes by epoch.
pub(crate) struct Processes<'a> {
    epochs: &'a Epochs,
    all: Vec<Gaps>,
    /// Which of them each epoch has.
    of: Vec<usize>,
}

impl<'a> Processes<'a> {
    /// The processes of a client, or why one of them is none.
    pub(crate) fn new(
        client: &ClientSpec,
        epochs: &'a Epochs,
        rng: &mut ChaCha8Rng,
    ) -> Result<Self, String> {
        let mut all = vec![Gaps::new(&client.arrivals, rng)?];
        let mut of = vec![0];
        for epoch in &client.epoch {
            if let Some(arrivals) = &epoch.arrivals {
                let gaps = Gaps::new(arrivals, rng);
                all.push(gaps.map_err(|fault| format!("epoch from {}: {fault}", epoch.from))?);
            }
            of.push(all.len() - 1);
        }
        Ok(Self { epochs, all, of })
    }

    /// The process of a time.
    pub(crate) fn at(&mut self, at_us: u64) -> &mut Gaps {
        &mut self.all[self.of[self.epochs.at(at_us)]]
    }
}
