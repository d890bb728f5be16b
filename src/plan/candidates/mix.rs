//! Who serves which calls: today's models, every way to put allowed alternatives in their place, and every way to serve calls
//! that may wait, or must not, otherwise.

pub use crate::plan::candidates::serving::{Aside, ServedCalls, Serving};

use crate::plan::candidates::allowed::Allowed;
use crate::plan::candidates::serving::{Way, ways};
use crate::scenario::question::named::Named;
use crate::scenario::question::scenario::Scenario;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::fingerprint::{Digest, Fingerprint};
use std::hash::Hash;

/// More ways than anybody compares: beyond it the question is split.
const MAX_MIXES: usize = 64;

/// Who serves every workload.
#[derive(Clone, Debug)]
pub struct Mix {
    /// One per workload, in scenario order.
    pub serving: Vec<Serving>,
    /// What differs from today, such as `30 % gpt-4.1-mini`; empty for today's models.
    pub label: String,
    /// Who else serves, such as `+ GlobalBatch for reviews`; empty where nobody does.
    pub beside: String,
}

impl Mix {
    /// Feeds who serves whom. What differs from today is told in words that follow from it.
    pub(crate) fn feed(&self, digest: &mut Digest) {
        let Self { serving, label: _, beside: _ } = self;
        serving.len().hash(digest);
        for Serving { model, apart, fine_tuned, aside, priority } in serving {
            (model, apart, fine_tuned, priority).hash(digest);
            let aside = aside.as_ref().map(|Aside { share_ppm, sku, flex }| (share_ppm, sku, flex));
            aside.hash(digest);
        }
    }

    /// What distinguishes it from other mixes.
    pub(crate) fn id(&self) -> Fingerprint {
        let mut digest = Digest::default();
        self.feed(&mut digest);
        digest.fingerprint()
    }

    /// The streams of a candidate: one for each workload, then the shares that are served apart.
    pub fn parts(&self) -> impl Iterator<Item = ServedCalls<'_>> {
        let parts: Vec<ServedCalls<'_>> =
            self.serving.iter().enumerate().flat_map(|(index, own)| own.parts(index)).collect();
        let (own, shares): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|part| part.share_ppm.is_none());
        own.into_iter().chain(shares)
    }

    /// The models that answer at once, each once, in order of first use, and whether in their fine-tuned version.
    pub fn models(&self) -> Vec<(Named, bool)> {
        let mut models: Vec<(Named, bool)> = Vec::new();
        for part in self.serving.iter().enumerate().flat_map(|(index, own)| own.parts(index)) {
            let known = |(model, fine_tuned): &(Named, bool)| {
                model.name == part.model.name && *fine_tuned == part.fine_tuned
            };
            if part.aside.is_none() && !models.iter().any(known) {
                models.push((part.model.clone(), part.fine_tuned));
            }
        }
        models
    }

    /// Whether any workload asks for priority processing.
    pub(crate) fn has_priority(&self) -> bool {
        self.serving.iter().any(|serving| serving.priority)
    }

    /// A name of what answers at once with who else serves behind it.
    pub(crate) fn with_beside(&self, name: &str) -> String {
        match (name, &*self.beside) {
            (name, "") => name.to_owned(),
            ("", beside) => beside.trim_start_matches("+ ").to_owned(),
            (name, beside) => format!("{} {beside}", name.strip_suffix(" alone").unwrap_or(name)),
        }
    }

    /// A name with what differs from today behind it.
    pub fn named(&self, name: &str) -> String {
        if self.label.is_empty() { name.to_owned() } else { format!("{name} · {}", self.label) }
    }
}

/// All mixes of a scenario, today's first.
pub(crate) fn mixes(scenario: &Scenario, allowed: &Allowed) -> Result<Vec<Mix>, Diagnostics> {
    let several = scenario.workloads.len() > 1;
    let all: Vec<Vec<Way>> =
        scenario.workloads.iter().map(|own| ways(scenario, own, allowed, several)).collect();
    let count: usize = all.iter().map(Vec::len).fold(1, usize::saturating_mul);
    if count > MAX_MIXES {
        let message = format!("too many mixes: {count} (at most {MAX_MIXES})");
        let hint =
            "allow alternative models, batch, flex or priority for fewer workloads at a time";
        return Err(Diagnostic::error("too-many-mixes", message).hint(hint).into());
    }
    let none = String::new;
    let mut mixes = vec![Mix { serving: Vec::new(), label: none(), beside: none() }];
    for (workload, ways) in scenario.workloads.iter().zip(&all) {
        mixes = mixes
            .iter()
            .flat_map(|mix| {
                ways.iter().map(move |Way { serving, label, beside }| {
                    let mut mix = mix.clone();
                    mix.serving.push(serving.clone());
                    if !beside.is_empty() {
                        let gap = if mix.beside.is_empty() { "" } else { " " };
                        mix.beside = format!("{}{gap}{beside}", mix.beside);
                    }
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
