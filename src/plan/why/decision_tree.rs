//! What others would say: the decision tree of the platform's guide, and the official calculator, beside the choice.
//!
//! The tree asks for "volume" and "consistency" without a figure for either. What was taken is a named parameter
//! (`tree-consistent-peak-to-mean`), and every answer says the figure behind it.

use crate::catalog::Catalog;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::question::Question;
use crate::plan::size::{CallShape, Sizing, size};
use crate::plan::why::marginal::difference;
use crate::scenario::question::candidate::PlannedDeployment;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::waits::Waits;
use crate::scenario::question::workload::Workload;
use crate::scenario::resolve::parameter::number;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use crate::units::time::{HOUR_US, MINUTE_US};
use crate::workload::trace::Trace;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use std::sync::Arc;

/// A question of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeQuestion {
    /// Whether data must be processed within a place.
    Residency,
    /// How much traffic, where data may be processed anywhere.
    VolumeAnywhere,
    /// The same within a place.
    VolumeWithin,
    /// Whether answers may take longer at times.
    LatencyVariance,
}

/// An answer of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeAnswer {
    /// No.
    No,
    /// Yes.
    Yes,
    /// Within a data zone.
    DataZone,
    /// Within a region or geography.
    Regional,
    /// It may wait.
    Batch,
    /// Much and even, anywhere.
    HighConsistent,
    /// Little or uneven, anywhere.
    LowMedium,
    /// Much and even, within a place.
    ConsistentHigh,
    /// Little or uneven, within a place.
    Variable,
}

/// The figure or requirement that an answer rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum TreeGrounds {
    /// `[require]` names no place.
    NoPlace,
    /// `[require]` names a place.
    Place(Arc<str>),
    /// Every answer may take a day or longer.
    MayWait,
    /// How much the traffic is and how even.
    Load {
        /// PTUs that the mean minute needs, to a hundredth, and the smallest deployment; none where
        /// the model has no PTUs.
        mean_ptu: Option<(Decimal, Ptu)>,
        /// The busiest minute as a multiple of the mean one.
        peak_to_mean: f64,
        /// Up to which multiple traffic counts as consistent.
        consistent: f64,
    },
    /// An objective bounds the time of a call.
    Bounded,
    /// No objective does.
    Unbounded,
}

/// One question of the tree on the way to its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeStep {
    /// The question.
    pub question: TreeQuestion,
    /// The answer.
    pub answer: TreeAnswer,
    /// What it rests on.
    pub because: TreeGrounds,
}

/// Where the choice differs from the tree or the calculator, and why.
#[derive(Clone, Debug, PartialEq)]
pub enum OpinionDifference {
    /// The scenario does not allow the tree's SKU.
    NotAllowed,
    /// Nothing on the tree's SKU alone was simulated.
    NotSimulated,
    /// The tree's SKU is refused before anything is simulated.
    Refused(Refusal),
    /// The best candidate on the tree's SKU alone is infeasible.
    Infeasible {
        /// The candidate.
        best: Arc<str>,
        /// The first constraint it breaks.
        reason: Refusal,
    },
    /// The best candidate on the tree's SKU alone costs more or less than the choice.
    Costs {
        /// The candidate.
        best: Arc<str>,
        /// What it costs a month above the choice.
        change: Money,
    },
    /// The choice serves several models; the calculator sizes one of them.
    OfModel {
        /// PTUs of the calculator.
        official: Ptu,
        /// PTUs that the choice has for the model.
        chosen: Ptu,
    },
    /// The choice has no PTUs.
    NoPtu {
        /// PTUs of the calculator.
        official: Ptu,
        /// The cheapest candidate of that size.
        cheapest: Arc<str>,
        /// What it costs a month above the choice.
        change: Money,
        /// The first constraint it breaks; none where it is feasible.
        reason: Option<Refusal>,
    },
    /// The choice has another size.
    Sized {
        /// PTUs of the calculator.
        official: Ptu,
        /// The same before rounding, to a hundredth.
        raw: Decimal,
        /// PTUs that the mean minute needs, to a hundredth.
        mean: Decimal,
        /// PTUs of the choice.
        chosen: Ptu,
        /// Share of calls that the choice passes on to pay-as-you-go.
        spilled_share: f64,
        /// Share of the choice's PTUs that is used on average.
        used: Option<f64>,
    },
    /// What the choice would cost in the calculator's size.
    SameKind {
        /// PTUs of the calculator.
        official: Ptu,
        /// What that costs a month above the choice.
        change: Money,
        /// The first constraint it breaks; none where it is feasible.
        reason: Option<Refusal>,
    },
}

/// The guide and the calculator beside the choice.
#[derive(Clone, Debug, PartialEq)]
pub struct SecondOpinion {
    /// The workload asked about: the one with the most requests.
    pub workload: String,
    /// The model asked about: the one the choice serves it with.
    pub model: String,
    /// The way through the tree.
    pub path: Vec<TreeStep>,
    /// The SKU at its end.
    pub sku: &'static str,
    /// Whether the choice serves the workload on that SKU first.
    pub agrees: bool,
    /// What the official calculator asks for at the busiest minute; none where the model has no PTUs.
    pub calculator: Option<Calculator>,
    /// Where the choice differs and why.
    pub differences: Vec<OpinionDifference>,
}

/// The official sizing of the workload's busiest minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calculator {
    /// Provisioned SKU that was sized.
    pub sku: String,
    /// Requests of the busiest minute.
    pub requests_per_minute: u64,
    /// PTUs before rounding, to a hundredth.
    pub raw_ptu: Decimal,
    /// PTUs that can be deployed.
    pub deployable_ptu: Ptu,
}

/// Calls of a workload, minute by minute.
struct MinuteLoad {
    requests: u64,
    mean_per_minute: f64,
    peak_per_minute: u64,
}

impl MinuteLoad {
    fn of(trace: &Trace, window_us: u64) -> Self {
        let count = trace.arrival_us.partition_point(|at| *at < window_us);
        let (mut peak, mut minute, mut in_minute) = (0, u64::MAX, 0);
        for at_us in &trace.arrival_us[..count] {
            if at_us / MINUTE_US != minute {
                (minute, in_minute) = (at_us / MINUTE_US, 0);
            }
            in_minute += 1;
            peak = peak.max(in_minute);
        }
        Self {
            requests: count as u64,
            mean_per_minute: count as f64 * MINUTE_US as f64 / window_us as f64,
            peak_per_minute: peak,
        }
    }

    fn peak_to_mean(&self) -> f64 {
        if self.requests == 0 { 0.0 } else { self.peak_per_minute as f64 / self.mean_per_minute }
    }
}

/// Asks the tree and the calculator about the largest workload. None without a request.
pub fn second_opinion(
    question: Question<'_>,
    candidates: &[Evaluated],
    choice: Option<usize>,
) -> Result<Option<SecondOpinion>, Diagnostic> {
    let Question { scenario, catalog, traces } = question;
    let window_us = scenario.window.length_us;
    let loads = traces.iter().map(|trace| MinuteLoad::of(trace, window_us));
    let largest = loads.enumerate().max_by_key(|(_, load)| load.requests);
    let Some((index, load)) = largest.filter(|(_, load)| load.requests > 0) else {
        return Ok(None);
    };
    let workload = &scenario.workloads[index];
    let first = choice.and_then(|choice| {
        let candidate = &candidates[choice].candidate;
        let route = candidate.routes.get(index)?;
        candidate.deployments.get(*route.first()?)
    });
    // Asked about the model that would serve, which may be an allowed alternative of today's.
    let model = first.map_or(&workload.model.name, |planned| &planned.model.name);
    let provisioned = provisioned_sku(scenario);
    let shape = |per_minute: f64| shape(&traces[index], load.requests as usize, per_minute);
    let on = scenario.period.first_date();
    let sized = |per_minute: f64| -> Option<Sizing> {
        size(catalog, model, provisioned, &shape(per_minute)?, on).ok()
    };
    let mean = sized(load.mean_per_minute);
    let smallest = catalog.grid(model, provisioned, on).ok().map(|g| g.value.min_ptu);
    let (path, sku) = walk(scenario, catalog, workload, &load, mean.as_ref(), smallest)?;
    let calculator = sized(load.peak_per_minute as f64).map(|sizing| Calculator {
        sku: sizing.sku.to_string(),
        requests_per_minute: load.peak_per_minute,
        raw_ptu: hundredths(&sizing),
        deployable_ptu: sizing.deployable_ptu,
    });
    let agrees = first.is_some_and(|planned| *planned.sku.name == *sku);
    let differences = choice
        .map(|choice| {
            let sized = calculator.as_ref().zip(mean.as_ref());
            differences(candidates, choice, (sku, agrees), model, sized)
        })
        .unwrap_or_default();
    let (workload, model) = (workload.name.to_string(), model.to_string());
    Ok(Some(SecondOpinion { workload, model, path, sku, agrees, calculator, differences }))
}

/// The provisioned SKU that the residency asked for leads to.
fn provisioned_sku(scenario: &Scenario) -> &'static str {
    match residency(scenario) {
        Residency::None => "GlobalProvisionedManaged",
        Residency::DataZone => "DataZoneProvisionedManaged",
        Residency::Regional => "ProvisionedManaged",
    }
}

#[derive(Clone, Copy)]
enum Residency {
    None,
    DataZone,
    Regional,
}

fn residency(scenario: &Scenario) -> Residency {
    let require = &scenario.require;
    if require.region.is_some() || require.geography.is_some() {
        Residency::Regional
    } else if require.data_zone.is_some() {
        Residency::DataZone
    } else {
        Residency::None
    }
}

/// Mean lengths of the first `count` calls.
fn shape(trace: &Trace, count: usize, per_minute: f64) -> Option<CallShape> {
    let mean = |column: &[u32]| {
        let sum: u64 = column[..count].iter().map(|tokens| u64::from(*tokens)).sum();
        Decimal::from(sum) / Decimal::from(count.max(1) as u64)
    };
    let input = mean(&trace.input_tokens);
    let cached = trace.cached_input_tokens.as_deref().map_or(Decimal::ZERO, mean);
    Some(CallShape {
        requests_per_minute: Decimal::from_f64(per_minute)?,
        input_tokens: input,
        cache_rate: cached.checked_div(input).unwrap_or(Decimal::ZERO).min(Decimal::ONE),
        output_tokens: mean(&trace.output_tokens),
        ..CallShape::default()
    })
}

/// The way through the tree.
fn walk(
    scenario: &Scenario,
    catalog: &Catalog,
    workload: &Workload,
    load: &MinuteLoad,
    mean: Option<&Sizing>,
    smallest: Option<Ptu>,
) -> Result<(Vec<TreeStep>, &'static str), Diagnostic> {
    let bound = number(scenario, catalog, "tree-consistent-peak-to-mean")?;
    let bound: f64 = bound.to_string().parse().unwrap_or_default();
    let kind = residency(scenario);
    let mut path = vec![within(scenario, kind)];
    let slo = &workload.slo;
    let day = |us: u64| us >= 24 * HOUR_US;
    // Without a time of its own a batch has the platform's target: a day (S 28).
    let can_wait = |own: Waits| own.is_all() && own.deadline_us.is_none_or(day);
    let waits = slo.deadline_us.is_some_and(day) || workload.waits.is_some_and(can_wait);
    let enough = mean.zip(smallest).is_some_and(|(m, s)| m.raw_ptu >= Decimal::from(s));
    let ratio = load.peak_to_mean();
    let consistent = ratio <= bound;
    let because = TreeGrounds::Load {
        mean_ptu: mean.zip(smallest).map(|(mean, smallest)| (hundredths(mean), smallest)),
        peak_to_mean: ratio,
        consistent: bound,
    };
    let high = enough && consistent;
    let (answer, because) = match (kind, high) {
        (Residency::None | Residency::DataZone, _) if waits => {
            (TreeAnswer::Batch, TreeGrounds::MayWait)
        }
        (Residency::None, true) => (TreeAnswer::HighConsistent, because),
        (Residency::None, false) => (TreeAnswer::LowMedium, because),
        (_, true) => (TreeAnswer::ConsistentHigh, because),
        (_, false) => (TreeAnswer::Variable, because),
    };
    let question = match kind {
        Residency::None => TreeQuestion::VolumeAnywhere,
        _ => TreeQuestion::VolumeWithin,
    };
    path.push(TreeStep { question, answer, because });
    let sku = match (kind, answer) {
        (Residency::None, TreeAnswer::Batch) => "GlobalBatch",
        (Residency::DataZone, TreeAnswer::Batch) => "DataZoneBatch",
        (Residency::DataZone, _) if high => "DataZoneProvisionedManaged",
        (Residency::DataZone, _) => "DataZoneStandard",
        (Residency::Regional, _) if high => "ProvisionedManaged",
        (Residency::Regional, _) => "Standard",
        (Residency::None, _) if !high => "GlobalStandard",
        (Residency::None, _) => {
            let bounded = slo.bounds_answers() || slo.added_wait.p99_us.is_some();
            path.push(TreeStep {
                question: TreeQuestion::LatencyVariance,
                answer: if bounded { TreeAnswer::No } else { TreeAnswer::Yes },
                because: if bounded { TreeGrounds::Bounded } else { TreeGrounds::Unbounded },
            });
            if bounded { "GlobalProvisionedManaged" } else { "GlobalStandard" }
        }
    };
    Ok((path, sku))
}

/// The first question of the tree.
fn within(scenario: &Scenario, residency: Residency) -> TreeStep {
    let require = &scenario.require;
    let named = [&require.region, &require.geography, &require.data_zone];
    let required = named.into_iter().flatten().next();
    TreeStep {
        question: TreeQuestion::Residency,
        answer: match residency {
            Residency::None => TreeAnswer::No,
            Residency::DataZone => TreeAnswer::DataZone,
            Residency::Regional => TreeAnswer::Regional,
        },
        because: required
            .map_or(TreeGrounds::NoPlace, |named| TreeGrounds::Place(named.name.clone())),
    }
}

/// PTUs of a sizing before rounding, to a hundredth.
fn hundredths(sizing: &Sizing) -> Decimal {
    sizing.raw_ptu.round_dp(2).normalize()
}

/// Where the choice differs from the tree and the calculator.
fn differences(
    candidates: &[Evaluated],
    choice: usize,
    (sku, agrees): (&str, bool),
    model: &str,
    sized: Option<(&Calculator, &Sizing)>,
) -> Vec<OpinionDifference> {
    let best = &candidates[choice];
    let mut found = Vec::new();
    if !agrees {
        let alone = candidates.iter().find(|c| is_on(c, sku));
        found.push(match alone {
            None => OpinionDifference::NotAllowed,
            Some(one) => match one.reasons.first() {
                Some(reason) if one.figures.is_none() => OpinionDifference::Refused(reason.clone()),
                _ => against(candidates, best, sku),
            },
        });
    }
    let Some((calculator, mean)) = sized else { return found };
    let deployments = &best.candidate.deployments;
    let is_of = |one: &&PlannedDeployment| *one.model.name == *model;
    if deployments.iter().all(|one| is_of(&one)) {
        found.extend(of_calculator(candidates, best, calculator, mean));
        return found;
    }
    let chosen: Ptu = deployments.iter().filter(is_of).filter_map(|one| one.capacity_ptu).sum();
    let official = calculator.deployable_ptu;
    found.push(OpinionDifference::OfModel { official, chosen });
    found
}

/// Where a choice of one model differs from the calculator.
fn of_calculator(
    candidates: &[Evaluated],
    best: &Evaluated,
    calculator: &Calculator,
    mean: &Sizing,
) -> Vec<OpinionDifference> {
    let official = calculator.deployable_ptu;
    let chosen = best.candidate.total_ptu();
    if chosen == 0 {
        let cheapest = candidates
            .iter()
            .filter(|c| c.candidate.total_ptu() == official && c.figures.is_some())
            .filter_map(|c| Some((difference(c, best)?, c)))
            .min_by_key(|(change, _)| change.amount());
        let no_ptu = |(change, one): (Money, &Evaluated)| OpinionDifference::NoPtu {
            official,
            cheapest: one.candidate.name.clone(),
            change,
            reason: one.reasons.first().cloned(),
        };
        return cheapest.map(no_ptu).into_iter().collect();
    }
    if chosen == official {
        return Vec::new();
    }
    let used = best.figures.as_ref().and_then(|figures| figures.utilization);
    let mut found = vec![OpinionDifference::Sized {
        official,
        raw: calculator.raw_ptu,
        mean: hundredths(mean),
        chosen,
        spilled_share: best.figures.as_ref().map_or(0.0, |figures| figures.spilled_share),
        used: used.map(|used| used.mean),
    }];
    let same = candidates.iter().find(|c| {
        c.family_id == best.family_id
            && c.candidate.payment == best.candidate.payment
            && c.candidate.total_ptu() == official
    });
    if let Some((change, one)) = same.and_then(|same| Some((difference(same, best)?, same))) {
        let reason = one.reasons.first().cloned();
        found.push(OpinionDifference::SameKind { official, change, reason });
    }
    found
}

/// Whether all of a candidate's deployments are of a SKU: one for each model.
fn is_on(one: &Evaluated, sku: &str) -> bool {
    one.candidate.deployments.iter().all(|planned| *planned.sku.name == *sku)
}

/// The cheapest candidate on the tree's SKU alone, and why it was not chosen.
fn against(candidates: &[Evaluated], best: &Evaluated, sku: &str) -> OpinionDifference {
    let alone = candidates.iter().filter(|c| c.figures.is_some() && is_on(c, sku));
    let cheapest = alone
        .filter_map(|c| Some((!c.is_feasible(), difference(c, best)?, c)))
        .min_by_key(|(refused, change, _)| (*refused, change.amount()));
    let Some((_, change, one)) = cheapest else { return OpinionDifference::NotSimulated };
    let name = one.candidate.name.clone();
    match one.reasons.first() {
        Some(reason) => OpinionDifference::Infeasible { best: name, reason: reason.clone() },
        None => OpinionDifference::Costs { best: name, change },
    }
}
