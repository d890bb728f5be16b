//! What others would say: the decision tree of the platform's guide, and the official calculator, beside the choice.
//!
//! The tree asks for "volume" and "consistency" without a figure for either. What was taken is a named parameter
//! (`tree-consistent-peak-to-mean`), and every answer says the figure behind it.

use crate::catalog::Catalog;
use crate::metrics::slo::percent;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::question::Question;
use crate::plan::size::{CallShape, Sizing, size};
use crate::plan::why::marginal::{difference, more_or_less};
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

/// One question of the tree on the way to its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeStep {
    /// The question in the guide's words.
    pub question: &'static str,
    /// The answer in the guide's words.
    pub answer: &'static str,
    /// The figure or requirement it rests on.
    pub because: String,
}

/// The guide and the calculator beside the choice.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Where the choice differs and why, in figures.
    pub differences: Vec<String>,
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
        raw_ptu: sizing.raw_ptu.round_dp(2).normalize(),
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
    let require = &scenario.require;
    let named = [&require.region, &require.geography, &require.data_zone];
    let required = named.into_iter().flatten().next();
    let because = required.map_or_else(
        || "[require] names no place".to_owned(),
        |named| format!("[require] names {}", named.name),
    );
    let kind = residency(scenario);
    let answer = match kind {
        Residency::None => "No",
        Residency::DataZone => "Yes - Data Zone",
        Residency::Regional => "Yes - Regional",
    };
    let mut path = vec![TreeStep { question: "Data Residency Requirements?", answer, because }];
    let slo = &workload.slo;
    let day = |us: u64| us >= 24 * HOUR_US;
    // Without a time of its own a batch has the platform's target: a day (S 28).
    let can_wait = |own: Waits| own.is_all() && own.deadline_us.is_none_or(day);
    let waits = slo.deadline_us.is_some_and(day) || workload.waits.is_some_and(can_wait);
    let enough = mean.zip(smallest).is_some_and(|(m, s)| m.raw_ptu >= Decimal::from(s));
    let ratio = load.peak_to_mean();
    let consistent = ratio <= bound;
    let fill = match (mean, smallest) {
        (Some(mean), Some(smallest)) => format!(
            "its mean minute needs {} PTU; the smallest deployment is {smallest}",
            mean.raw_ptu.round_dp(2).normalize()
        ),
        _ => "the model has no PTUs".to_owned(),
    };
    let volume = format!(
        "{fill}; its busiest minute is {ratio:.1} times the mean, and up to {bound} counts as consistent"
    );
    let high = enough && consistent;
    let (answer, because) = match kind {
        _ if waits && !matches!(kind, Residency::Regional) => {
            ("Batch", "every answer may take 24 h or longer".to_owned())
        }
        Residency::None => (if high { "High Consistent" } else { "Low-Medium" }, volume),
        _ => (if high { "Consistent High" } else { "Variable" }, volume),
    };
    let question = if matches!(kind, Residency::None) { "Volume Requirements?" } else { "Volume?" };
    path.push(TreeStep { question, answer, because });
    let sku = match (kind, answer) {
        (Residency::None, "Batch") => "GlobalBatch",
        (Residency::DataZone, "Batch") => "DataZoneBatch",
        (Residency::DataZone, _) if high => "DataZoneProvisionedManaged",
        (Residency::DataZone, _) => "DataZoneStandard",
        (Residency::Regional, _) if high => "ProvisionedManaged",
        (Residency::Regional, _) => "Standard",
        (Residency::None, _) if !high => "GlobalStandard",
        (Residency::None, _) => {
            let bounded = slo.bounds_answers() || slo.added_wait.p99_us.is_some();
            let answer = if bounded { "No" } else { "Yes" };
            let because = if bounded {
                "an objective bounds the time of a call"
            } else {
                "no objective bounds the time of a call"
            };
            let question = "Latency Variance OK?";
            path.push(TreeStep { question, answer, because: because.to_owned() });
            if bounded { "GlobalProvisionedManaged" } else { "GlobalStandard" }
        }
    };
    Ok((path, sku))
}

/// Where the choice differs from the tree and the calculator.
fn differences(
    candidates: &[Evaluated],
    choice: usize,
    (sku, agrees): (&str, bool),
    model: &str,
    sized: Option<(&Calculator, &Sizing)>,
) -> Vec<String> {
    let best = &candidates[choice];
    let mut found = Vec::new();
    if !agrees {
        let alone = candidates.iter().find(|c| is_on(c, sku));
        found.push(match alone {
            None => format!("The tree ends at {sku}, which the scenario does not allow"),
            Some(one) if !one.is_feasible() && one.figures.is_none() => {
                format!("The tree ends at {sku}, which is refused: {}", one.reasons[0].message)
            }
            Some(_) => against(candidates, best, sku),
        });
    }
    let Some((calculator, mean)) = sized else { return found };
    let deployments = &best.candidate.deployments;
    let is_of = |one: &&PlannedDeployment| *one.model.name == *model;
    if deployments.iter().all(|one| is_of(&one)) {
        found.extend(of_calculator(candidates, best, calculator, mean));
        return found;
    }
    let ptu: Ptu = deployments.iter().filter(is_of).filter_map(|one| one.capacity_ptu).sum();
    found.push(format!(
        "For {model} alone the calculator sizes the busiest minute and asks for {} PTU; the choice \
         has {ptu} for it",
        calculator.deployable_ptu
    ));
    found
}

/// Where a choice of one model differs from the calculator.
fn of_calculator(
    candidates: &[Evaluated],
    best: &Evaluated,
    calculator: &Calculator,
    mean: &Sizing,
) -> Vec<String> {
    let official = calculator.deployable_ptu;
    let own = best.candidate.total_ptu();
    if own == 0 {
        let cheapest = candidates
            .iter()
            .filter(|c| c.candidate.total_ptu() == official && c.figures.is_some())
            .filter_map(|c| Some((difference(c, best)?, c)))
            .min_by_key(|(change, _)| change.amount());
        let say = |(change, one): (Money, &Evaluated)| {
            format!(
                "The calculator asks for {official} PTU at the busiest minute; {}",
                would_cost(&one.candidate.name, one, change)
            )
        };
        return cheapest.map(say).into_iter().collect();
    }
    if own == official {
        return Vec::new();
    }
    let spilled = best.figures.as_ref().map_or(0.0, |figures| figures.spilled_share);
    let used = best.figures.as_ref().and_then(|figures| figures.utilization);
    let mut sentence = vec![format!(
        "The calculator sizes the busiest minute alone and asks for {official} PTU ({} before \
         rounding, the mean one {}); the choice has {own}",
        calculator.raw_ptu,
        mean.raw_ptu.round_dp(2).normalize()
    )];
    if spilled > 0.0 {
        sentence.push(format!(", passes {} of calls on to pay-as-you-go", percent(spilled)));
    }
    if let Some(used) = used {
        sentence.push(format!(" and uses them {} on average", percent(used.mean)));
    }
    let mut found = vec![sentence.concat()];
    let same = candidates.iter().find(|c| {
        c.family_id == best.family_id
            && c.candidate.payment == best.candidate.payment
            && c.candidate.total_ptu() == official
    });
    if let Some((change, one)) = same.and_then(|same| Some((difference(same, best)?, same))) {
        found.push(would_cost(&format!("{official} PTU of the same kind"), one, change));
    }
    found
}

/// What another candidate would cost, and that it would not do where it would not.
fn would_cost(name: &str, one: &Evaluated, change: Money) -> String {
    let but = match one.reasons.first() {
        Some(reason) => format!(", but would not do: {}", reason.message),
        None => String::new(),
    };
    format!("{name} would cost {} a month{but}", more_or_less(change))
}

/// Whether all of a candidate's deployments are of a SKU: one for each model.
fn is_on(one: &Evaluated, sku: &str) -> bool {
    one.candidate.deployments.iter().all(|planned| *planned.sku.name == *sku)
}

/// The cheapest candidate on the tree's SKU alone, and why it was not chosen.
fn against(candidates: &[Evaluated], best: &Evaluated, sku: &str) -> String {
    let alone = candidates.iter().filter(|c| c.figures.is_some() && is_on(c, sku));
    let cheapest = alone
        .filter_map(|c| Some((!c.is_feasible(), difference(c, best)?, c)))
        .min_by_key(|(refused, change, _)| (*refused, change.amount()));
    let Some((refused, change, one)) = cheapest else {
        return format!("The tree ends at {sku}, which was not simulated");
    };
    if refused {
        format!(
            "The tree ends at {sku}; its best, {}, is not feasible: {}",
            one.candidate.name, one.reasons[0].message
        )
    } else {
        format!(
            "The tree ends at {sku}; its best, {}, costs {} a month",
            one.candidate.name,
            more_or_less(change)
        )
    }
}
