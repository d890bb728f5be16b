//! Streams that share no deployment do not touch each other: each such part of a setup is simulated by itself, which
//! lets it take the engine's fast path, and the outcomes are put together. The result is that of one run.

use crate::engine;
use crate::engine::error::EngineError;
use crate::engine::record::outcome::{DeploymentOutcome, Outcome, StreamOutcome};
use crate::engine::rules::LogScope;
use crate::engine::setup::{DeploymentIx, Setup, StreamIx};
use crate::workload::trace::Trace;

/// Simulates a setup, part by part where it falls into parts.
pub(crate) fn run(setup: &Setup, traces: &[&Trace]) -> Result<Outcome, EngineError> {
    run_by(setup, |part, streams| {
        // Fewer traces than streams are told by the engine.
        let own: Vec<&Trace> = streams.iter().filter_map(|s| traces.get(*s).copied()).collect();
        engine::run(part, &own)
    })
}

/// The same by `simulate`, which is given each part and the streams of the whole that it has.
pub(crate) fn run_by(
    setup: &Setup,
    simulate: impl Fn(&Setup, &[usize]) -> Result<Outcome, EngineError>,
) -> Result<Outcome, EngineError> {
    let Some(parts) = separable(setup) else {
        let all: Vec<usize> = (0..setup.streams.len()).collect();
        return simulate(setup, &all);
    };
    let mut whole = Outcome {
        deployments: vec![DeploymentOutcome::default(); setup.deployments.len()],
        streams: vec![StreamOutcome::default(); setup.streams.len()],
        ..Outcome::default()
    };
    for part in &parts {
        let outcome = simulate(&part.setup(setup), &part.streams)?;
        for (index, outcome) in part.deployments.iter().zip(outcome.deployments) {
            whole.deployments[*index] = outcome;
        }
        for (index, outcome) in part.streams.iter().zip(outcome.streams) {
            whole.streams[*index] = outcome;
        }
        whole.usage.extend(outcome.usage.into_iter().map(|mut bin| {
            bin.deployment = DeploymentIx(part.deployments[usize::from(bin.deployment.0)] as u16);
            bin.stream = StreamIx(part.streams[usize::from(bin.stream.0)] as u16);
            bin
        }));
    }
    whole.usage.sort_unstable();
    Ok(whole)
}

/// What [`run_by`] simulates: each part of a setup with the streams of the whole that it has.
pub(crate) fn parts(setup: &Setup) -> Vec<(Setup, Vec<usize>)> {
    match separable(setup) {
        None => vec![(setup.clone(), (0..setup.streams.len()).collect())],
        Some(parts) => parts.into_iter().map(|part| (part.setup(setup), part.streams)).collect(),
    }
}

/// The parts of a setup, none where it is simulated as a whole.
fn separable(setup: &Setup) -> Option<Vec<Component>> {
    // Quotas and usage tiers tie deployments together, and a log is kept in the order of time.
    let tied = !setup.ptu_quotas.is_empty()
        || setup.deployments.iter().any(|deployment| deployment.rules.usage_tier.is_some());
    if tied || setup.log != LogScope::Off {
        return None;
    }
    Some(components(setup)).filter(|parts| parts.len() > 1)
}

/// Streams and deployments that are connected by routes, as indices of the setup, ascending.
#[derive(Debug, Default)]
struct Component {
    streams: Vec<usize>,
    deployments: Vec<usize>,
}

impl Component {
    /// The setup of this part alone.
    fn setup(&self, whole: &Setup) -> Setup {
        let mut setup = Setup { deployments: Vec::new(), streams: Vec::new(), ..whole.clone() };
        setup.deployments =
            self.deployments.iter().map(|d| whole.deployments[*d].clone()).collect();
        for index in &self.streams {
            let mut stream = whole.streams[*index].clone();
            for ix in &mut stream.route {
                let place = self.deployments.binary_search(&usize::from(ix.0)).unwrap_or(0);
                *ix = DeploymentIx(place as u16);
            }
            setup.streams.push(stream);
        }
        setup
    }
}

/// The parts of a setup. Deployments that nobody calls go with the first.
fn components(setup: &Setup) -> Vec<Component> {
    // The part of each deployment is named by its smallest member.
    let mut name: Vec<usize> = (0..setup.deployments.len()).collect();
    for stream in &setup.streams {
        let members: Vec<usize> = stream.route.iter().map(|ix| usize::from(ix.0)).collect();
        if members.iter().any(|member| *member >= name.len()) {
            return Vec::new();
        }
        let Some(least) = members.iter().map(|member| name[*member]).min() else {
            return Vec::new();
        };
        let joined: Vec<usize> = members.iter().map(|member| name[*member]).collect();
        for own in &mut name {
            if joined.contains(own) {
                *own = least;
            }
        }
    }
    let mut parts: Vec<(usize, Component)> = Vec::new();
    for (index, stream) in setup.streams.iter().enumerate() {
        let own = name[usize::from(stream.route[0].0)];
        match parts.iter_mut().find(|(known, _)| *known == own) {
            Some((_, part)) => part.streams.push(index),
            None => parts.push((own, Component { streams: vec![index], ..Component::default() })),
        }
    }
    for (index, own) in name.iter().enumerate() {
        let place = parts.iter().position(|(known, _)| known == own).unwrap_or(0);
        if let Some((_, part)) = parts.get_mut(place) {
            part.deployments.push(index);
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}
