//! From a fit to the spec that makes traffic like it.

use crate::units::time::SECOND_US;
use crate::workload::fit::found::Fit;
use crate::workload::import::Imported;
use crate::workload::synth::{ClientSpec, Epoch, Profile, Shape, SynthSpec};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use toml::value::Datetime;

impl Fit {
    /// The spec that makes traffic like the trace's, as long as the trace, from the same start (or 2026-01-01 where it has none): client by client
    /// where the trace names them, else one client of this name.
    pub fn spec(&self, name: &str, imported: &Imported, seed: u64) -> SynthSpec {
        let start = imported.start.map(|start| start.to_zoned(TimeZone::UTC).datetime());
        let start = start.unwrap_or(jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0));
        let start: Option<Datetime> = start.to_string().parse().ok();
        let client = if self.clients.is_empty() {
            vec![self.client(name)]
        } else {
            self.clients.iter().map(|client| client.fit.client(&client.name)).collect()
        };
        SynthSpec {
            start,
            length: Some(format!("{}us", self.span_us.max(1))),
            zone: Some("UTC".into()),
            seed,
            client,
        }
    }

    fn client(&self, name: &str) -> ClientSpec {
        let flat =
            self.shape.len() < 2 || self.shape.iter().all(|factor| (factor - 1.0).abs() < 1e-3);
        let first = self.epochs.first();
        ClientSpec {
            name: name.into(),
            rate_per_minute: Some(self.rate_per_minute),
            users: None,
            calls_per_user_per_day: None,
            active_share: None,
            arrivals: self.arrival_epochs.first().map(|first| first.1.clone()).unwrap_or_default(),
            batch: self.batch.as_ref().map(|batch| batch.spec.clone()),
            input_tokens: first.map_or(&self.input.spec, |first| &first.input).clone(),
            output_tokens: first.map_or(&self.output.spec, |first| &first.output).clone(),
            // Spearman's correlation of a Gaussian copula is 6/π asin(ρ/2).
            correlation: (2.0 * (std::f64::consts::PI * self.epoch_correlation / 6.0).sin())
                .clamp(-1.0, 1.0),
            max_output_tokens: None,
            max_input_tokens: None,
            cached_share: first.and_then(|first| first.cached.clone()),
            profile: Profile {
                shape: (!flat).then(|| Shape {
                    bin: format!("{} s", self.bin_us / SECOND_US),
                    factors: self.shape.clone(),
                    exact: self.as_measured,
                }),
                ..Profile::default()
            },
            growth: None,
            surge: Vec::new(),
            epoch: self.later_epochs(),
            session: None,
        }
    }
    /// What changes after the start, in order: each epoch states what is new in it.
    fn later_epochs(&self) -> Vec<Epoch> {
        let mut all: BTreeMap<u64, Epoch> = BTreeMap::new();
        let at = |from_us: u64| Epoch { from: format!("{from_us}us"), ..Epoch::default() };
        for (from_us, process) in self.arrival_epochs.iter().skip(1) {
            all.entry(*from_us).or_insert_with(|| at(*from_us)).arrivals = Some(process.clone());
        }
        for pair in self.epochs.windows(2) {
            let (before, now) = (&pair[0], &pair[1]);
            let epoch = all.entry(now.from_us).or_insert_with(|| at(now.from_us));
            epoch.input_tokens = (before.input != now.input).then(|| now.input.clone());
            epoch.output_tokens = (before.output != now.output).then(|| now.output.clone());
            epoch.cached_share =
                now.cached.as_ref().filter(|_| before.cached != now.cached).cloned();
        }
        all.into_values().collect()
    }
}
