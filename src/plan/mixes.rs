//! Which model serves which calls: today's models, and every way to put allowed alternatives in their place.

use crate::scenario::models::ALL_CALLS_PPM;
use crate::scenario::question::{Named, Scenario, Workload};
use crate::units::diagnostic::{Diagnostic, Diagnostics};

/// More ways than anybody compares: beyond it the question is split.
const MAX_MIXES: usize = 64;

/// Who serves one workload.
#[derive(Clone, Debug)]
pub struct Serving {
    /// The model that serves it, or what is left of it.
    pub model: Named,
    /// Another model and the share of the calls it takes, in 1/1,000,000.
    pub apart: Option<(Named, u32)>,
}

/// Who serves every workload.
#[derive(Clone, Debug)]
pub struct Mix {
    /// One per workload, in scenario order.
    pub serving: Vec<Serving>,
    /// What differs from today, such as `30 % gpt-4.1-mini`; empty for today's models.
    pub label: String,
}

impl Mix {
    /// The models, each once, in order of first use.
    pub fn models(&self) -> Vec<Named> {
        let mut models: Vec<Named> = Vec::new();
        for serving in &self.serving {
            let apart = serving.apart.iter().map(|(model, _)| model);
            for model in std::iter::once(&serving.model).chain(apart) {
                if models.iter().all(|known| known.name != model.name) {
                    models.push(model.clone());
                }
            }
        }
        models
    }

    /// A name with what differs from today behind it.
    pub fn named(&self, name: &str) -> String {
        if self.label.is_empty() { name.to_owned() } else { format!("{name} · {}", self.label) }
    }
}

/// All mixes of a scenario, today's first.
pub fn mixes(scenario: &Scenario) -> Result<Vec<Mix>, Diagnostics> {
    let count: usize =
        scenario.workloads.iter().map(|w| w.alternatives.len() + 1).fold(1, usize::saturating_mul);
    if count > MAX_MIXES {
        let message = format!("too many mixes of models: {count} (at most {MAX_MIXES})");
        let hint = "allow alternatives for fewer workloads at a time";
        return Err(Diagnostic::error("too-many-mixes", message).hint(hint).into());
    }
    let several = scenario.workloads.len() > 1;
    let mut mixes = vec![Mix { serving: Vec::new(), label: String::new() }];
    for workload in &scenario.workloads {
        let ways = ways(workload);
        mixes = mixes
            .iter()
            .flat_map(|mix| {
                ways.iter().map(move |(serving, label)| {
                    let mut mix = mix.clone();
                    mix.serving.push(serving.clone());
                    if !label.is_empty() {
                        let own = if several {
                            format!("{}: {label}", workload.name)
                        } else {
                            label.clone()
                        };
                        let gap = if mix.label.is_empty() { "" } else { ", " };
                        mix.label = format!("{}{gap}{own}", mix.label);
                    }
                    mix
                })
            })
            .collect();
    }
    Ok(mixes)
}

fn ways(workload: &Workload) -> Vec<(Serving, String)> {
    let today = Serving { model: workload.model.clone(), apart: None };
    let mut ways = vec![(today, String::new())];
    for other in &workload.alternatives {
        let name = &other.model.name;
        ways.push(if other.share_ppm == ALL_CALLS_PPM {
            (Serving { model: other.model.clone(), apart: None }, name.to_string())
        } else {
            let percent = rust_decimal::Decimal::new(i64::from(other.share_ppm), 4).normalize();
            let apart = Some((other.model.clone(), other.share_ppm));
            let model = workload.model.clone();
            (Serving { model, apart }, format!("{percent} % {name}"))
        });
    }
    ways
}
