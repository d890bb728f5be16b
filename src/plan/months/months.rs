//! The purchase plan: what to deploy and to reserve, month by month, as demand grows.
//!
//! Each month's demand is the traffic factor times growth to that month, over the futures of the scenario. The size of a
//! month is the cheapest feasible one in the most likely future, found by halving and stepping over the grid; `horizon`
//! simulates and bills it there and at the 10th and 90th percentile of demand. While demand does not fall a size is kept
//! where that costs little more: nobody resizes up and down for a percent.

use crate::billing::commitment::Term;
use crate::plan::candidates::family::Family;
use crate::plan::constraints::with_quota_on;
use crate::plan::evaluate::evaluate::{Evaluated, evaluate, group_of};
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::future::{Future, level_after};
use crate::plan::months::action::MonthAction;
use crate::plan::months::horizon::{Horizon, MonthPlan, horizon};
use crate::plan::question::Question;
use crate::plan::session::Session;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::months::horizon_months;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Draws behind the percentiles of demand: draws of levels cost nothing.
const DRAWS: u32 = 401;
/// Steps over the grid from the first guess of a month's size.
const MAX_STEPS: usize = 8;
/// Steps to a size that serves, each a quarter of the size, and then halvings back.
const MAX_GROWTH: usize = 24;
/// How much dearer a month may be for its size not to fall below the one before.
const KEPT_MARGIN: Decimal = Decimal::from_parts(102, 0, 0, false, 2);
/// One month of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedMonth {
    /// The month, such as `2026-12`.
    pub month: String,
    /// Demand as a factor of the scenario's traffic: 10th percentile, the most likely future, 90th percentile.
    pub level: [f64; 3],
    /// PTUs deployed; 0 for pay-as-you-go.
    pub total_ptu: Ptu,
    /// Cost at each level of demand.
    pub cost: [Money; 3],
    /// Whether the size meets every objective at each level.
    pub feasible: [bool; 3],
    /// What to do at the start of the month.
    pub actions: Vec<MonthAction>,
    /// What the size breaks in the most likely future; empty where it serves.
    pub broken: Vec<Refusal>,
}

/// What one month needs, before reservations are decided.
struct MonthNeed {
    /// The deployments.
    candidate: Candidate,
    /// Size of the family; 0 where it has none.
    size: Ptu,
    total_ptu: Ptu,
    total_instances: u32,
    /// Cost without the PTUs, at each level.
    tokens: [Decimal; 3],
    feasible: [bool; 3],
    /// Monthly price of one PTU by payment.
    per_ptu: Vec<(Payment, Decimal)>,
    /// What the size breaks at median demand.
    broken: Vec<Refusal>,
}

impl MonthNeed {
    /// What the month costs at median demand, its PTUs paid in the cheapest way.
    fn cheapest(&self) -> Decimal {
        let price = self.per_ptu.iter().map(|(_, price)| *price).min().unwrap_or_default();
        self.tokens[1] + price * Decimal::from(self.total_ptu)
    }
}

/// The plan for the horizon and what it costs.
#[derive(Clone, Debug)]
pub struct Ahead {
    /// What to do month by month; empty when the horizon is one month.
    pub months: Vec<PlannedMonth>,
    /// Every month billed.
    pub horizon: Horizon,
}

/// The plan for the scenario's horizon, in the shape of `choice`, which is one of the candidates.
pub(crate) fn ahead(
    session: &Session<'_>,
    families: &[Family],
    candidates: &[Evaluated],
    choice: usize,
    workers: &impl Workers,
) -> Result<Ahead, Diagnostics> {
    let question = session.question;
    let periods = horizon_months(question.scenario);
    let levels = levels(question, periods.len());
    let choice = &candidates[choice];
    let as_now = |one: &Evaluated| -> Vec<MonthPlan> {
        let months = periods.iter().zip(&levels);
        months
            .map(|(period, level)| MonthPlan {
                period: period.clone(),
                candidate: one.candidate.clone(),
                level: *level,
                feasible: one.is_feasible(),
            })
            .collect()
    };
    // The best that keeps every objective; what refuses most costs least and is no price of
    // anything.
    let standard = || {
        let alone = |one: &&Evaluated| one.candidate.is_pay_as_you_go() && one.figures.is_some();
        candidates.iter().filter(alone)
    };
    let refused = |one: &&Evaluated| one.figures.as_ref().map(|own| own.total.failed);
    let standard = standard()
        .find(|one| one.is_feasible())
        .or_else(|| standard().min_by_key(refused))
        .map(as_now);
    let family = families.iter().find(|family| family.id() == choice.family_id);
    let payment = choice.candidate.payment;
    let Some(family) = family.filter(|_| periods.len() > 1) else {
        let plan = as_now(choice);
        let horizon = horizon(session, &plan, payment, standard.as_deref(), workers)?;
        return Ok(Ahead { months: Vec::new(), horizon });
    };
    let family = &family.in_proportion(family.size_of(&choice.candidate));
    let needs = needs(session, family, choice, &levels, workers)?;
    let plan: Vec<MonthPlan> = needs
        .iter()
        .zip(periods.iter().zip(&levels))
        .map(|(need, (period, level))| MonthPlan {
            period: period.clone(),
            candidate: need.candidate.clone(),
            level: *level,
            feasible: need.feasible[1],
        })
        .collect();
    let horizon = horizon(session, &plan, payment, standard.as_deref(), workers)?;
    let months = told(question, family, &levels, &needs, &horizon)?;
    Ok(Ahead { months, horizon })
}

/// What each month needs.
fn needs(
    session: &Session<'_>,
    family: &Family,
    choice: &Evaluated,
    levels: &[[f64; 3]],
    workers: &impl Workers,
) -> Result<Vec<MonthNeed>, Diagnostics> {
    let question = session.question;
    let scenario = question.scenario;
    let start = family.size_of(&choice.candidate);
    let first = levels[0][1];
    let numbered: Vec<(usize, [f64; 3])> = levels.iter().copied().enumerate().collect();
    // The first month runs the choice itself where that was chosen for it: one headline, one plan.
    let is_first = question.scenario.period.whole_months() == Some(1) && family.is_sized();
    let results = workers.map("months", &numbered, |(index, level)| {
        // The quota of the month's first day: increases arrive on the way.
        let scenario = with_quota_on(scenario, question.catalog, month_start(question, *index))?;
        let question = Question { scenario: &scenario, ..question };
        let given = (*index == 0 && is_first).then_some(start);
        need(session, question, family, (start, first), level, given)
    });
    let mut needs: Vec<MonthNeed> = results.into_iter().collect::<Result<_, _>>()?;
    for index in 1..needs.len() {
        let (before, own) = (&needs[index - 1], &needs[index]);
        let steady = levels[index][1] >= levels[index - 1][1];
        if !steady || own.size >= before.size || !own.feasible[1] {
            continue;
        }
        let scenario = with_quota_on(scenario, question.catalog, month_start(question, index))?;
        let kept = need(
            session,
            Question { scenario: &scenario, ..question },
            family,
            (start, first),
            &levels[index],
            Some(before.size),
        )?;
        if kept.feasible[1] && kept.cheapest() <= own.cheapest() * KEPT_MARGIN {
            needs[index] = kept;
        }
    }
    Ok(needs)
}

/// Demand by month: 10th percentile, the most likely future, 90th percentile.
fn levels(question: Question<'_>, months: usize) -> Vec<[f64; 3]> {
    let scenario = question.scenario;
    let period_months = scenario.period.whole_months().unwrap_or(1);
    let of = |future: Future| {
        let growth = future.growth_per_month;
        (future.level / crate::plan::future::mean_growth(growth, period_months), growth)
    };
    let likely = of(Future::most_likely(scenario));
    let draws: Vec<(f64, f64)> =
        (0..DRAWS).map(|number| of(Future::draw(scenario, number))).collect();
    (0..months as u64)
        .map(|month| {
            let mut demand: Vec<f64> = draws
                .iter()
                .map(|(traffic, growth)| traffic * level_after(*growth, month))
                .collect();
            demand.sort_by(f64::total_cmp);
            let [low, high] = [10, 90].map(|percent| {
                let rank = (demand.len() * percent).div_ceil(100).max(1);
                // To a thousandth: finer differences of demand are not known.
                (demand[rank - 1] * 1_000.0).round() / 1_000.0
            });
            let own = likely.0 * level_after(likely.1, month);
            [low.min(own), own, high.max(own)]
        })
        .collect()
}

/// What a month needs, at the cheapest size or at a `given` one.
fn need(
    session: &Session<'_>,
    question: Question<'_>,
    family: &Family,
    (start, first_level): (Ptu, f64),
    levels: &[f64; 3],
    given: Option<Ptu>,
) -> Result<MonthNeed, Diagnostics> {
    let at = |level: f64, size: Ptu| -> Result<Vec<Evaluated>, Diagnostics> {
        let future = Future { level, ..Future::most_likely(question.scenario) };
        let mut scenario = question.scenario.clone();
        // What is owned is counted by the bill of the horizon: here every PTU has the price of a new one.
        scenario.commercial.agreement.reservations = Vec::new();
        session.within(&scenario, &future, |setting| {
            evaluate(setting, &group_of(setting.question.scenario, family, size))
        })
    };
    let size = if let Some(given) = given {
        given
    } else if family.is_sized() {
        let guess = (f64::from(start) * levels[1] / first_level.max(1e-9)).round() as Ptu;
        let guess = guess.min(quota_of(question.scenario, family).unwrap_or(Ptu::MAX));
        cheapest_size(family, guess, |size| at(levels[1], size))?
    } else {
        0
    };
    let group = group_of(question.scenario, family, size);
    let Some(candidate) = group.candidates.into_iter().next() else {
        return Err(Diagnostic::error("no-candidate", "nothing to deploy in a month").into());
    };
    let mut found = MonthNeed {
        candidate,
        size,
        total_ptu: 0,
        total_instances: 0,
        tokens: [Decimal::ZERO; 3],
        feasible: [false; 3],
        per_ptu: Vec::new(),
        broken: Vec::new(),
    };
    for (index, level) in levels.iter().enumerate() {
        let evaluated = at(*level, size)?;
        if index == 1 {
            found.broken = evaluated.first().map(|one| one.reasons.clone()).unwrap_or_default();
        }
        for one in &evaluated {
            let Some(figures) = &one.figures else { continue };
            let parts = &figures.cost.monthly_parts;
            let sum = |ptu: bool| -> Decimal {
                let own = parts.iter().filter(|part| part.is_ptu == ptu);
                own.map(|part| part.monthly.amount()).sum()
            };
            found.total_ptu = one.candidate.total_ptu();
            found.tokens[index] = sum(false);
            found.total_instances = one.candidate.total_instances();
            found.feasible[index] = one.is_feasible();
            if index == 1 && found.total_ptu > 0 {
                let per_ptu = sum(true) / Decimal::from(found.total_ptu);
                found.per_ptu.push((one.candidate.payment, per_ptu));
            }
        }
    }
    Ok(found)
}

/// From a guess to a size whose neighbours on the grid are not cheaper. A guess that does not serve grows until it does, or
/// cannot be had, and the gap is halved: what does not serve tells nothing of where the cheapest is.
fn cheapest_size(
    family: &Family,
    guess: Ptu,
    at: impl Fn(Ptu) -> Result<Vec<Evaluated>, Diagnostics>,
) -> Result<Ptu, Diagnostics> {
    // Cheapest payment of the size: infeasible sizes come after all feasible ones.
    let cost = |size: Ptu| -> Result<(bool, Decimal), Diagnostics> {
        let best = at(size)?
            .iter()
            .filter_map(|one| {
                Some((!one.is_feasible(), one.figures.as_ref()?.cost.monthly.amount()))
            })
            .min();
        Ok(best.unwrap_or((true, Decimal::MAX)))
    };
    let mut size = family.nearest(guess);
    let mut best = cost(size)?;
    let mut tried = vec![size];
    let mut short = size;
    for _ in 0..MAX_GROWTH {
        if !best.0 {
            break;
        }
        let next = family.nearest(size.saturating_add((size / 4).max(1)));
        let theirs = cost(next)?;
        if next <= size || theirs.1 == Decimal::MAX {
            break;
        }
        (short, size, best) = (size, next, theirs);
        tried.push(next);
    }
    while !best.0 && short < size {
        let middle = family.nearest(short.midpoint(size));
        if tried.contains(&middle) {
            break;
        }
        tried.push(middle);
        let theirs = cost(middle)?;
        if theirs.0 {
            short = middle;
        } else {
            (size, best) = (middle, theirs);
        }
    }
    for _ in 0..MAX_STEPS {
        let mut moved = false;
        let next: Vec<Ptu> = family.neighbours(size, 1).filter(|s| !tried.contains(s)).collect();
        for neighbour in next {
            tried.push(neighbour);
            let theirs = cost(neighbour)?;
            // An infeasible size asks for a larger one, whatever it costs, unless that cannot be had at all.
            let had = theirs.1 < Decimal::MAX;
            let better = theirs < best || (best.0 && theirs.0 && had && neighbour > size);
            if better {
                (size, best, moved) = (neighbour, theirs, true);
            }
        }
        if !moved {
            break;
        }
    }
    Ok(size)
}

/// The least PTU quota among a family's provisioned SKUs; none when none is limited.
fn quota_of(scenario: &Scenario, family: &Family) -> Option<Ptu> {
    let group = group_of(scenario, family, family.nearest(0));
    let deployments = &group.candidates.first()?.deployments;
    let provisioned = deployments.iter().filter(|planned| planned.capacity_ptu.is_some());
    provisioned.filter_map(|planned| scenario.ptu_quota.get(&*planned.sku.name).copied()).min()
}

/// The first day of a month of the plan.
fn month_start(question: Question<'_>, index: usize) -> Date {
    let first = question.scenario.period.first_date();
    first.checked_add((index as i64).months()).unwrap_or(first)
}

/// What is to be known of a month besides sizes: quota that has arrived, a model that retires.
fn notes(
    question: Question<'_>,
    family: &Family,
    index: usize,
) -> Result<Vec<MonthAction>, Diagnostics> {
    let Question { scenario, catalog, .. } = question;
    let mut notes = Vec::new();
    let (first, next) = (month_start(question, index), month_start(question, index + 1));
    let quota_on = |day| -> Result<Option<Ptu>, Diagnostics> {
        Ok(quota_of(&*with_quota_on(scenario, catalog, day)?, family))
    };
    if index > 0
        && let (Some(before), Some(now)) =
            (quota_on(month_start(question, index - 1))?, quota_on(first)?)
        && now > before
    {
        notes.push(MonthAction::QuotaRose { from: before, to: now });
    }
    let mut models: Vec<&Arc<str>> = scenario.workloads.iter().map(|w| &w.model.name).collect();
    models.sort_unstable();
    models.dedup();
    for model in models {
        let Some(retires) = catalog.model(model)?.retires else { continue };
        if (first..next).contains(&retires) {
            notes.push(MonthAction::MoveOff { model: model.clone(), last: retires });
        } else if index == 0 && retires < first {
            notes.push(MonthAction::Retired { model: model.clone(), last: retires });
        }
    }
    Ok(notes)
}

/// What to do in each month, by the reservations the horizon is billed with.
fn told(
    question: Question<'_>,
    family: &Family,
    levels: &[[f64; 3]],
    needs: &[MonthNeed],
    horizon: &Horizon,
) -> Result<Vec<PlannedMonth>, Diagnostics> {
    let sizes: Vec<Ptu> = needs.iter().map(|need| need.total_ptu).collect();
    let any = group_of(question.scenario, family, 0);
    let is_plain = any.candidates.first().is_some_and(Candidate::is_pay_as_you_go);
    let mut months = Vec::with_capacity(needs.len());
    for (index, need) in needs.iter().enumerate() {
        let mut actions = Vec::new();
        let before = index.checked_sub(1).map_or(0, |last| sizes[last]);
        match (index, before, need.total_ptu) {
            (0, _, 0) if is_plain => actions.push(MonthAction::PayAsYouGo),
            // Instances are told below.
            (0, _, 0) if need.total_instances > 0 => {}
            (0, _, 0) => actions.push(MonthAction::Deploy(family.name.clone())),
            (0, _, size) => actions.push(MonthAction::DeployPtu(size)),
            (_, before, size) if before != size => {
                actions.push(MonthAction::Resize { from: before, to: size });
            }
            _ => {}
        }
        actions.extend(instances(needs, index));
        actions.extend(purchases(horizon, index, &sizes)?);
        actions.extend(notes(question, family, index)?);
        months.push(PlannedMonth {
            month: horizon.months[index].name(),
            level: levels[index],
            total_ptu: need.total_ptu,
            cost: horizon.monthly[index],
            feasible: need.feasible,
            actions,
            broken: if need.feasible[1] { Vec::new() } else { need.broken.clone() },
        });
    }
    Ok(months)
}

/// What covers PTUs on a day: owned, by reservations of a year, by those of a month.
fn covered(horizon: &Horizon, day: Date) -> Result<[Ptu; 3], Diagnostics> {
    let mut found = [0; 3];
    for (index, commitment) in horizon.commitments.iter().enumerate() {
        let kind = match commitment.term {
            _ if index < horizon.owned => 0,
            Term::OneYear => 1,
            Term::OneMonth => 2,
        };
        if commitment.in_force(day)? {
            found[kind] += commitment.quantity_ptu;
        }
    }
    Ok(found)
}

/// What to buy in a month: new reservations, renewals, what ends, and what is left to the hourly price.
fn purchases(
    horizon: &Horizon,
    index: usize,
    sizes: &[Ptu],
) -> Result<Vec<MonthAction>, Diagnostics> {
    let month = &horizon.months[index];
    let (first, next) = (month.first_date(), month.last_date());
    let mut actions = Vec::new();
    let now = covered(horizon, first)?;
    let before = match index.checked_sub(1) {
        Some(last) => covered(horizon, horizon.months[last].first_date())?,
        None => [0; 3],
    };
    if now[0] != before[0] {
        actions.push(MonthAction::Owned(now[0]));
    }
    let mut starts: Vec<(Date, Term, Ptu)> = Vec::new();
    for one in horizon.commitments.iter().skip(horizon.owned) {
        if first <= one.start && one.start < next {
            starts.push((one.start, one.term, one.quantity_ptu));
        }
    }
    starts.sort_unstable();
    for (day, term, ptu) in starts {
        let on = (day > first).then_some(day);
        // Those of a month from its first day on are told below, renewals apart from what is new.
        if term == Term::OneYear || on.is_some() {
            actions.push(MonthAction::Reserve { ptu, term, on });
        }
    }
    let [_, _, short] = now;
    if short.min(before[2]) > 0 {
        actions.push(MonthAction::Renew(short.min(before[2])));
    }
    if short > before[2] {
        let (ptu, term) = (short - before[2], Term::OneMonth);
        actions.push(MonthAction::Reserve { ptu, term, on: None });
    }
    let hourly = |size: Ptu, covered: [Ptu; 3]| size.saturating_sub(covered.iter().sum());
    let left = hourly(sizes[index], now);
    let left_before = index.checked_sub(1).map_or(0, |last| hourly(sizes[last], before));
    if left != left_before {
        actions.push(MonthAction::Hourly(left));
    }
    Ok(actions)
}

/// What changes about the instances of managed compute at the start of a month.
fn instances(needs: &[MonthNeed], index: usize) -> Option<MonthAction> {
    let now = needs[index].total_instances;
    let before = index.checked_sub(1).map_or(0, |last| needs[last].total_instances);
    match (before, now) {
        (before, now) if before == now => None,
        (0, now) => Some(MonthAction::Run { instances: now }),
        (before, now) => Some(MonthAction::Scale { from: before, to: now }),
    }
}
