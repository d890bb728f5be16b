//! What moves the cost of the choice, and what would make another candidate the better one.

use crate::catalog::rules::in_unit;
use crate::plan::candidates::identity::CandidateId;
use crate::plan::evaluate::ahead::AskedAhead;
use crate::plan::evaluate::cost::TOLERANCE;
use crate::plan::evaluate::evaluate::{Evaluated, Group, evaluate, is_failing, simulate_ahead};
use crate::plan::future::Future;
use crate::plan::futures::contenders::expected;
use crate::plan::question::Question;
use crate::plan::session::Session;
use crate::plan::workers::Workers;
use crate::scenario::question::uncertain::{Triangular, Uncertain};
use crate::scenario::resolve::resolve;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Deployments compared at each end, the choice included.
const MAX_GROUPS: usize = 6;

/// How the choice fares when one input moves and all others stay most likely.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// The input in words.
    pub input: String,
    /// Its low and its high value in words.
    pub values: [String; 2],
    /// Monthly cost of the choice at each.
    pub cost: [Money; 2],
    /// The contender that the input makes better at each: feasible and cheaper than the choice by
    /// more than [`TOLERANCE`] of its cost beyond what it is with nothing moved; else the choice.
    pub best: [Arc<str>; 2],
    /// Who that is.
    pub best_id: [CandidateId; 2],
    /// Whether the choice stays feasible at each.
    pub feasible: [bool; 2],
    /// Whether another contender is better at either end.
    pub flips_choice: bool,
}

/// One input with the futures of its two ends.
struct Case {
    input: String,
    values: [String; 2],
    futures: [Future; 2],
}

/// The effects on `choice`, largest first.
pub(crate) fn sensitivity(
    session: &Session<'_>,
    candidates: &[Evaluated],
    choice: usize,
    workers: &impl Workers,
) -> Result<Vec<Sensitivity>, Diagnostics> {
    let question = session.question;
    let groups = groups(candidates, choice);
    let cases = cases(question, &candidates[choice]);
    let ends = ends(question, &cases);
    session.ahead_of("sensitivity", AskedAhead::unless_failing(&groups, 1, ends.clone()).works());
    let results = workers.map("sensitivity", &ends, |future| {
        session.billed(question.scenario, future, |setting| {
            simulate_ahead(setting, groups.iter());
            // The choice is told at every end. Another that fails too often is not the best one,
            // whatever it costs.
            let told = |(at, group): &(usize, &Group)| *at == 0 || !is_failing(setting, group);
            let told = groups.iter().enumerate().filter(told);
            let found = told.map(|(_, group)| evaluate(setting, group));
            Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect::<Vec<_>>())
        })
    });
    let mut results = results.into_iter();
    let mut effects = Vec::new();
    let own = &candidates[choice];
    let Some(unmoved) = results.next() else { return Ok(effects) };
    let unmoved = End::of(&unmoved?, own);
    let ahead = unmoved.and_then(|end| end.ahead).unwrap_or_default();
    for case in cases {
        let (Some(low), Some(high)) = (results.next(), results.next()) else { break };
        let end = |found: &[Evaluated]| End::of(found, own).map(|end| end.beyond(ahead, own));
        let (low, high) = (end(&low?), end(&high?));
        let (Some(low), Some(high)) = (low, high) else { continue };
        effects.push(Sensitivity {
            input: case.input,
            values: case.values,
            cost: [low.cost, high.cost],
            flips_choice: low.best_id != own.id || high.best_id != own.id,
            best: [low.best, high.best],
            best_id: [low.best_id, high.best_id],
            feasible: [low.feasible, high.feasible],
        });
    }
    let width = |effect: &Sensitivity| {
        let [low, high] = effect.cost.map(|cost| cost.amount());
        (high - low).abs()
    };
    effects.sort_by_key(|effect| std::cmp::Reverse(width(effect)));
    Ok(effects)
}

/// What is simulated, for whoever does it ahead.
pub(crate) fn ahead_of_sensitivity(
    question: Question<'_>,
    candidates: &[Evaluated],
    choice: usize,
) -> AskedAhead {
    let ends = ends(question, &cases(question, &candidates[choice]));
    AskedAhead::unless_failing(&groups(candidates, choice), 1, ends)
}

/// The futures that are looked at: the most likely one, and both ends of each case. The choice has
/// the best mean: in the most likely future another may be a little cheaper, which no input has
/// done.
fn ends(question: Question<'_>, cases: &[Case]) -> Vec<Future> {
    let mut ends = vec![Future::most_likely(question.scenario)];
    ends.extend(cases.iter().flat_map(|case| case.futures.clone()));
    ends
}

struct End {
    cost: Money,
    best: Arc<str>,
    best_id: CandidateId,
    feasible: bool,
    /// How much cheaper the best is than the choice; none where the choice is not feasible.
    ahead: Option<Decimal>,
}

impl End {
    fn of(evaluated: &[Evaluated], choice: &Evaluated) -> Option<Self> {
        let own = evaluated.iter().find(|one| one.id == choice.id)?;
        let cost = own.figures.as_ref()?.cost.monthly;
        let best = evaluated
            .iter()
            .filter(|one| one.is_feasible())
            .filter_map(|one| Some((one.figures.as_ref()?.cost.monthly.amount(), one)))
            // At the same cost the choice stands.
            .min_by_key(|(cost, one)| (*cost, one.id != choice.id));
        let (least, best) = best.unwrap_or((cost.amount(), choice));
        Some(Self {
            cost,
            best: best.candidate.name.clone(),
            best_id: best.id,
            feasible: own.is_feasible(),
            ahead: own.is_feasible().then(|| cost.amount() - least),
        })
    }

    /// The same, where the best is the choice unless the input puts another ahead by more than it
    /// is anyway.
    fn beyond(self, anyway: Decimal, choice: &Evaluated) -> Self {
        let tolerance = TOLERANCE * self.cost.amount();
        match self.ahead {
            Some(ahead) if ahead - anyway <= tolerance => {
                Self { best: choice.candidate.name.clone(), best_id: choice.id, ..self }
            }
            _ => self,
        }
    }
}

/// The choice's deployments, pay-as-you-go, and the best of the other contenders, each with every payment.
fn groups(candidates: &[Evaluated], choice: usize) -> Vec<Group> {
    let mut order: Vec<usize> = (0..candidates.len())
        .filter(|index| candidates[*index].spread.is_some())
        // What holds in too few futures would win at an end by not serving.
        .filter(|index| candidates[*index].is_feasible())
        .filter(|index| !candidates[*index].is_today() || *index == choice)
        .collect();
    order.sort_by(|a, b| {
        let cost = |index| expected(candidates, index).unwrap_or(f64::INFINITY);
        cost(*a).total_cmp(&cost(*b)).then(a.cmp(b))
    });
    let standard = candidates.iter().position(|one| {
        one.spread.is_some() && one.candidate.is_pay_as_you_go() && !one.is_today()
    });
    let mut groups: Vec<Group> = Vec::new();
    for index in [Some(choice), standard].into_iter().flatten().chain(order) {
        let one = &candidates[index];
        let same = |group: &Group| {
            group.id == one.family_id && group.candidates[0].size() == one.candidate.size()
        };
        let Some(at) = groups.iter().position(same) else {
            if groups.len() < MAX_GROUPS {
                let candidates = vec![one.candidate.clone()];
                groups.push(Group { id: one.family_id, family: one.family.clone(), candidates });
            }
            continue;
        };
        let own = &mut groups[at].candidates;
        if own.iter().all(|candidate| CandidateId::of(one.family_id, candidate) != one.id) {
            own.push(one.candidate.clone());
        }
    }
    groups
}

/// The inputs: every uncertain one over its range, what always matters, and each assumption the choice leaned on.
fn cases(question: Question<'_>, choice: &Evaluated) -> Vec<Case> {
    let scenario = question.scenario;
    let likely = Future::most_likely(scenario);
    let certain = Uncertain::default();
    let stated = scenario.uncertain.as_ref().unwrap_or(&certain);
    let ends = |range: &Triangular, otherwise: [f64; 2]| {
        if range.high > range.low { [range.low, range.high] } else { otherwise }
    };
    let mut cases = Vec::new();
    let mut add = |input: &str, values: [String; 2], change: &dyn Fn(&mut Future, usize)| {
        let futures = [0, 1].map(|end| {
            let mut future = likely.clone();
            change(&mut future, end);
            future
        });
        // An end that is the most likely future itself on both sides moves nothing.
        if futures.iter().any(|future| *future != likely) {
            cases.push(Case { input: input.to_owned(), values, futures });
        }
    };
    let factors = |[low, high]: [f64; 2]| [low, high].map(|factor| signed_percent(factor - 1.0));
    let traffic = ends(&stated.traffic, [0.8, 1.2]);
    let growth = likely.level / stated.traffic.mode.max(1e-9);
    add("requests", factors(traffic), &|future, end| future.level = traffic[end] * growth);
    if scenario.period.whole_months().unwrap_or(1) > 1
        && stated.growth_per_month.high > stated.growth_per_month.low
    {
        let range = [stated.growth_per_month.low, stated.growth_per_month.high];
        let months = scenario.period.whole_months().unwrap_or(1);
        let values = range.map(signed_percent);
        add("growth a month", values, &|future, end| {
            future.level =
                stated.traffic.mode * crate::plan::future::mean_growth(range[end], months);
        });
    }
    let input = ends(&stated.input_length, [0.8, 1.2]);
    add("input tokens of a request", factors(input), &|f, end| f.input_length = input[end]);
    let output = ends(&stated.output_length, [0.8, 1.2]);
    add("output tokens of a request", factors(output), &|f, end| f.output_length = output[end]);
    let cached = stated.cached_share.as_ref().map_or([0.0, 0.5], |range| ends(range, [0.0, 0.5]));
    let shares = cached.map(|share| format!("{:.0}%", share * 100.0));
    add("cached share of the input", shares, &|f, end| f.cached_share = Some(cached[end]));
    // How long answers take matters to whom it is stated to be uncertain, or to be bounded.
    let bounded = scenario.workloads.iter().any(|workload| workload.slo.bounds_answers());
    if bounded || stated.service_time.high > stated.service_time.low {
        let slower = ends(&stated.service_time, [0.8, 1.2]);
        add("time of an answer", factors(slower), &|future, end| future.service_time = slower[end]);
    }
    for (name, range, tokens) in [
        ("price of tokens", &stated.token_price, true),
        ("price of PTUs", &stated.ptu_price, false),
    ] {
        if range.high > range.low {
            let values = [range.low, range.high];
            add(name, factors(values), &|future, end| {
                let price = if tokens { &mut future.token_price } else { &mut future.ptu_price };
                *price = values[end];
            });
        }
    }
    for (name, range, unit) in parameters(question, stated, choice) {
        let values = range.map(|value| in_unit(&value.to_string(), &unit));
        add(&name, values, &|future, end| {
            future.parameters.insert(name.clone(), range[end]);
        });
    }
    for (name, values) in readings(question, choice) {
        add(&name, values.clone(), &|future, end| {
            future.readings.insert(name.clone(), values[end].clone());
        });
    }
    cases
}

/// Each choice between documents that the choice leaned on: what was taken, and each of the other readings.
fn readings(question: Question<'_>, choice: &Evaluated) -> Vec<(String, [String; 2])> {
    let Some(figures) = &choice.figures else { return Vec::new() };
    let mut found = Vec::new();
    for fact in figures.facts.iter() {
        let Ok(parameter) = question.catalog.parameter(&fact.name) else { continue };
        let stated = question.scenario.parameters.get(&fact.name).map(|(text, _)| text.clone());
        let default = parameter.choice().map(|choice| choice.value.to_string());
        let Some(taken) = stated.or(default) else { continue };
        for other in parameter.options.iter().filter(|option| ***option != *taken) {
            let mut changed = question.scenario.clone();
            let place = changed.region.place.clone();
            changed.parameters.insert(fact.name.clone(), (other.to_string(), place));
            // A reading that cannot be simulated is not one to compare with.
            if resolve(&changed, question.catalog, &choice.candidate).is_ok() {
                found.push((fact.name.clone(), [taken.clone(), other.to_string()]));
            }
        }
    }
    found
}

/// Each numeric parameter that the choice leaned on and nobody publishes: half and twice its value, or its stated range.
fn parameters(
    question: Question<'_>,
    stated: &Uncertain,
    choice: &Evaluated,
) -> Vec<(String, [u64; 2], String)> {
    let Some(figures) = &choice.figures else { return Vec::new() };
    let mut found = Vec::new();
    for fact in figures.facts.assumed() {
        let Ok(parameter) = question.catalog.parameter(&fact.name) else { continue };
        let Some(value) = fact.value.split(' ').next().and_then(|v| v.parse::<u64>().ok()) else {
            continue;
        };
        let named = parameter.readings.iter().copied().chain([value]);
        let ends = named.clone().min().zip(named.max()).filter(|(low, high)| low < high);
        // Half and twice nothing is nothing.
        if value == 0 && ends.is_none() && !stated.parameters.contains_key(&fact.name) {
            continue;
        }
        let range = match (stated.parameters.get(&fact.name), ends) {
            (Some(range), _) => [range.low.round() as u64, range.high.round() as u64],
            // The evidence names others.
            (None, Some((low, high))) => [low, high],
            (None, None) => [(value / 2).max(1), value.saturating_mul(2)],
        };
        found.push((fact.name.clone(), range, parameter.unit.to_string()));
    }
    found
}

/// A relative change as people write it.
fn signed_percent(change: f64) -> String {
    let percent = Decimal::new((change * 1_000.0).round() as i64, 1).normalize();
    if change > 0.0 { format!("+{percent}%") } else { format!("{percent}%") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!(signed_percent(0.2), "+20%");
        assert_eq!(signed_percent(-0.155), "-15.5%");
        assert_eq!(signed_percent(0.0), "0%");
    }
}
