//! The conservation laws, checked at the end of every run, in release builds too (invariants 1 and 2).

use crate::engine::error::EngineError;
use crate::engine::record::outcome::Outcome;
use crate::ledger::usage::Answer;

fn law(
    law: &'static str,
    what: &'static str,
    index: usize,
    left: impl Into<u128>,
    right: impl Into<u128>,
) -> Result<(), EngineError> {
    let (left, right) = (left.into(), right.into());
    if left == right { Ok(()) } else { Err(EngineError::Audit { law, what, index, left, right }) }
}

/// Checks `outcome` against the laws; `idle` is each deployment's idle capacity, counted on its own, and `arrived` the
/// number of requests of each trace.
pub(crate) fn audit(outcome: &Outcome, idle: &[u128], arrived: &[u64]) -> Result<(), EngineError> {
    for (index, (stream, arrived)) in outcome.streams.iter().zip(arrived).enumerate() {
        let simulated = arrived - stream.past_horizon;
        law("arrivals = offered", "stream", index, simulated, stream.offered)?;
        law(
            "offered = completed + failed",
            "stream",
            index,
            stream.offered,
            stream.completed + stream.failed,
        )?;
        let answered: u64 = outcome
            .usage
            .iter()
            .filter(|bin| usize::from(bin.stream.0) == index)
            .map(|bin| bin.requests)
            .sum();
        law(
            "answers = offered + retries",
            "stream",
            index,
            answered,
            stream.offered + stream.retries,
        )?;
    }
    let tried: u64 = outcome.streams.iter().map(|stream| stream.offered + stream.retries).sum();
    let (mut entered, mut spilled_out, mut spilled_in) = (0, 0, 0);
    for (index, deployment) in outcome.deployments.iter().enumerate() {
        let d = deployment;
        let ended = d.completed + d.failed + d.throttled + d.spilled_out;
        law(
            "offered = completed + failed + throttled + spilled",
            "deployment",
            index,
            d.offered,
            ended,
        )?;
        let of = |answer: Answer| -> u64 {
            let here = |bin: &&crate::engine::record::outcome::UsageBin| {
                usize::from(bin.deployment.0) == index
            };
            outcome
                .usage
                .iter()
                .filter(here)
                .filter(|bin| bin.answer == answer)
                .map(|bin| bin.requests)
                .sum()
        };
        law(
            "completed = usage completed",
            "deployment",
            index,
            d.completed,
            of(Answer::Completed) + of(Answer::FilteredOutput),
        )?;
        law(
            "throttled = usage throttled",
            "deployment",
            index,
            d.throttled,
            of(Answer::Throttled),
        )?;
        law(
            "used + idle = capacity",
            "deployment",
            index,
            d.used_units + idle[index],
            d.capacity_units,
        )?;
        if !d.minutes.is_empty() {
            let minutes: u64 = d.minutes.iter().map(|minute| u64::from(minute.offered)).sum();
            law("minutes add up to offered", "deployment", index, minutes, d.offered)?;
        }
        entered += d.offered - d.spilled_in;
        spilled_out += d.spilled_out;
        spilled_in += d.spilled_in;
    }
    law("attempts = attempts that entered a route", "deployment", 0, tried, entered)?;
    law("spilled out = spilled in", "deployment", 0, spilled_out, spilled_in)
}
