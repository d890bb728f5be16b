//! What each month of the horizon needs in one way to serve: its size, what it costs beside its
//! PTUs, and what it breaks.

use crate::plan::candidates::family::Family;
use crate::plan::constraints::constraint::Constraint;
use crate::plan::constraints::with_quota_on;
use crate::plan::evaluate::evaluate::{Evaluated, Group, evaluate, group_of};
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::future::{Future, level_after};
use crate::plan::question::Question;
use crate::plan::session::Session;
use crate::plan::task::Work;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::question::uncertain::DEFAULT_HOLD_IN;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::ptu::Ptu;
use jiff::Span;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// Draws behind the percentiles of demand: draws of levels cost nothing.
const DRAWS: u32 = 401;
/// Steps over the grid from the first guess of a month's size.
const MAX_STEPS: usize = 8;
/// Steps to a size that serves, each a quarter of the size, and then halvings back.
const MAX_GROWTH: usize = 24;
/// How much dearer a month may be for its size not to fall below the one before.
const KEPT_MARGIN: Decimal = Decimal::from_parts(102, 0, 0, false, 2);

/// A way to serve that is followed over the months: the sizes of a family, all its models in
/// proportion to those of a candidate; of what runs today the deployments as they are.
#[derive(Clone, Debug)]
pub(crate) struct FollowedWay {
    /// The candidate of the billed period that it starts from.
    pub(crate) first: Evaluated,
    family: Option<Family>,
}

impl FollowedWay {
    /// The way that a candidate starts.
    pub(crate) fn of(families: &[Family], first: &Evaluated) -> Self {
        let family = families.iter().find(|family| family.id() == first.family_id);
        let family = family.map(|family| family.in_proportion(family.size_of(&first.candidate)));
        Self { first: first.clone(), family }
    }

    /// Its family, where its sizes can be chosen.
    fn sized(&self) -> Option<&Family> {
        self.family.as_ref().filter(|family| family.is_sized())
    }

    /// The size it starts with; 0 where it has none.
    fn start(&self) -> Ptu {
        self.family.as_ref().map_or(0, |family| family.size_of(&self.first.candidate))
    }

    /// Its candidates of a size.
    fn group(&self, scenario: &Scenario, size: Ptu) -> Group {
        match &self.family {
            Some(family) => group_of(scenario, family, size),
            None => Group {
                id: self.first.family_id,
                family: self.first.family.clone(),
                candidates: vec![self.first.candidate.clone()],
            },
        }
    }
}

/// A month of the plan at a level of demand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DemandMonth {
    /// Its place among the months.
    index: usize,
    level: f64,
    /// The level at which what is chosen is to hold too; none where that is no other.
    hold: Option<f64>,
    /// Whether the quota of PTUs is left out.
    without_quota: bool,
}

impl DemandMonth {
    pub(crate) const fn of(index: usize, level: f64) -> Self {
        Self { index, level, hold: None, without_quota: false }
    }

    /// The same, to hold at a greater level too.
    fn held_at(self, hold: f64) -> Self {
        Self { hold: (hold > self.level).then_some(hold), ..self }
    }

    /// The scenario under the quota of the month's first day: increases arrive on the way.
    fn scenario(&self, question: Question<'_>) -> Result<Scenario, Diagnostics> {
        let first = month_start(question, self.index);
        let mut own = with_quota_on(question.scenario, question.catalog, first)?.into_owned();
        if self.without_quota {
            own.ptu_quota.clear();
        }
        Ok(own)
    }
}

/// What one month needs, before reservations are decided.
#[derive(Clone, Debug)]
pub(crate) struct MonthNeed {
    /// Place of the way among those that are followed.
    pub(crate) way: usize,
    /// The name of its family.
    pub(crate) family: Arc<str>,
    /// The deployments.
    pub(crate) candidate: Candidate,
    /// Size of the family; 0 where it has none.
    pub(crate) size: Ptu,
    pub(crate) total_ptu: Ptu,
    pub(crate) total_instances: u32,
    /// Cost without the PTUs in the most likely future.
    tokens: Decimal,
    /// Whether every objective holds at each level of demand.
    pub(crate) feasible: [bool; 3],
    /// Whether every objective holds in the share of futures in which it must.
    pub(crate) holds: bool,
    /// Monthly price of one PTU by payment.
    per_ptu: Vec<(Payment, Decimal)>,
    /// What it breaks in the most likely future. A budget is no matter of what is deployed: the
    /// bill decides it.
    pub(crate) broken: Vec<Refusal>,
}

impl MonthNeed {
    /// What the month costs in the most likely future, its PTUs paid in the cheapest way.
    pub(crate) fn cheapest(&self) -> Decimal {
        let price = self.per_ptu.iter().map(|(_, price)| *price).min().unwrap_or_default();
        self.tokens + price * Decimal::from(self.total_ptu)
    }
}

/// What a candidate breaks, but for a budget: what does not serve is not made better by costing
/// less.
fn broken(one: &Evaluated) -> impl Iterator<Item = &Refusal> {
    one.reasons.iter().filter(|reason| !matches!(reason.constraint, Constraint::Budget(_)))
}

fn serves(one: &Evaluated) -> bool {
    one.figures.is_some() && broken(one).next().is_none()
}

/// What each month needs in a way, in the most likely future.
pub(crate) fn needs(
    session: &Session<'_>,
    way: (usize, &FollowedWay),
    levels: &[[f64; 3]],
    workers: &impl Workers,
) -> Result<Vec<MonthNeed>, Diagnostics> {
    let question = session.question;
    let (start, first) = (way.1.start(), levels[0][1]);
    let holds = hold_levels(question, levels.len());
    let asked = |index: usize| DemandMonth::of(index, levels[index][1]).held_at(holds[index]);
    let numbered: Vec<(usize, f64)> = levels.iter().map(|level| level[1]).enumerate().collect();
    // The first month runs the choice itself where that was chosen for it: one headline, one plan.
    let is_first = question.scenario.period.whole_months() == Some(1);
    let guess = |level: f64| {
        let size = f64::from(start) * level / first.max(1e-9);
        size.round().to_u32().unwrap_or(Ptu::MAX)
    };
    let looks: Vec<(Candidate, Future)> = numbered
        .iter()
        .flat_map(|(index, level)| first_looks(question, way.1, &asked(*index), guess(*level)))
        .collect();
    session.ahead_of("months", looks.iter().map(|(one, future)| (one, future, Work::Whole)));
    let results = workers.map("months", &numbered, |(index, level)| {
        let given = (*index == 0 && is_first).then_some(start);
        need(session, way, &asked(*index), (guess(*level), given))
    });
    let mut needs: Vec<MonthNeed> = results.into_iter().collect::<Result<_, _>>()?;
    for index in 1..needs.len() {
        let (before, own) = (&needs[index - 1], &needs[index]);
        let steady = levels[index][1] >= levels[index - 1][1];
        if !steady || own.size >= before.size || !own.feasible[1] {
            continue;
        }
        let kept = need(session, way, &asked(index), (before.size, Some(before.size)))?;
        if kept.feasible[1]
            && kept.holds >= own.holds
            && kept.cheapest() <= own.cheapest() * KEPT_MARGIN
        {
            needs[index] = kept;
        }
    }
    Ok(needs)
}

/// What is looked at first to find the size of a month: the guess and the sizes next to it, at the
/// levels at which they are to hold.
fn first_looks(
    question: Question<'_>,
    way: &FollowedWay,
    month: &DemandMonth,
    guess: Ptu,
) -> Vec<(Candidate, Future)> {
    let sizes = way.sized().map_or_else(
        || vec![0],
        |family| {
            let size = family.nearest(guess);
            family.neighbours(size, 1).chain([size]).collect()
        },
    );
    let likely = Future::most_likely(question.scenario);
    let levels = || [Some(month.level), month.hold].into_iter().flatten();
    let each = sizes
        .into_iter()
        .filter_map(|size| way.group(question.scenario, size).candidates.into_iter().next());
    let pairs = each.flat_map(|one| levels().map(move |level| (one.clone(), level)));
    pairs.map(|(one, level)| (one, Future { level, ..likely.clone() })).collect()
}

/// Demand by month: 10th percentile, the most likely future, 90th percentile.
pub(crate) fn levels(question: Question<'_>, months: usize) -> Vec<[f64; 3]> {
    let (likely, draws) = demand(question, months);
    draws
        .iter()
        .zip(likely)
        .map(|(demand, own)| {
            let [low, high] = [0.1, 0.9].map(|share| percentile(demand, share, own));
            [low.min(own), own, high.max(own)]
        })
        .collect()
}

/// Demand by month up to which every objective must hold: the share of futures that is asked for.
fn hold_levels(question: Question<'_>, months: usize) -> Vec<f64> {
    let uncertain = question.scenario.uncertain.as_ref();
    let share = uncertain.map_or(DEFAULT_HOLD_IN, |uncertain| uncertain.hold_in);
    let (likely, draws) = demand(question, months);
    draws.iter().zip(likely).map(|(demand, own)| percentile(demand, share, own)).collect()
}

/// Demand by month in the most likely future, and in all draws in order.
fn demand(question: Question<'_>, months: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let scenario = question.scenario;
    let period_months = scenario.period.whole_months().unwrap_or(1);
    let of = |future: Future| {
        let growth = future.growth_per_month;
        (future.level / crate::plan::future::mean_growth(growth, period_months), growth)
    };
    let likely = of(Future::most_likely(scenario));
    let draws: Vec<(f64, f64)> =
        (0..DRAWS).map(|number| of(Future::draw(scenario, number))).collect();
    let at = |(traffic, growth): (f64, f64), month| traffic * level_after(growth, month);
    let each = 0..u64::try_from(months).unwrap_or(u64::MAX);
    let sorted = |month| {
        let mut demand: Vec<f64> = draws.iter().map(|own| at(*own, month)).collect();
        demand.sort_by(f64::total_cmp);
        demand
    };
    (each.clone().map(|month| at(likely, month)).collect(), each.map(sorted).collect())
}

/// The percentile of demands in order, to a thousandth: finer differences of demand are not known,
/// and make no level of their own beside the most likely one.
fn percentile(demand: &[f64], share: f64, own: f64) -> f64 {
    let rank = (demand.len() as f64 * share).ceil().to_usize().unwrap_or(1).max(1);
    let found = demand.get(rank - 1).or(demand.last()).copied().unwrap_or(own);
    if (found - own).abs() < 0.000_5 { own } else { (found * 1_000.0).round() / 1_000.0 }
}

/// The candidates of a size of a way in a month, at a level of demand. What is owned is counted by
/// the bill of the horizon: here every PTU has the price of a new one.
fn evaluated(
    session: &Session<'_>,
    way: &FollowedWay,
    month: &DemandMonth,
    size: Ptu,
) -> Result<Vec<Evaluated>, Diagnostics> {
    let question = session.question;
    let future = Future { level: month.level, ..Future::most_likely(question.scenario) };
    let mut scenario = month.scenario(question)?;
    scenario.commercial.agreement.reservations = Vec::new();
    session.billed(&scenario, &future, |setting| {
        evaluate(setting, &way.group(setting.question.scenario, size))
    })
}

/// Whether every objective holds in a month with what it needs, at another level of demand.
pub(crate) fn holds_at(
    session: &Session<'_>,
    way: &FollowedWay,
    month: &DemandMonth,
    need: &MonthNeed,
) -> Result<bool, Diagnostics> {
    Ok(evaluated(session, way, month, need.size)?.iter().any(serves))
}

/// Whether one of what serves in the most likely future serves at the level at which it must hold
/// too.
fn holds(
    session: &Session<'_>,
    way: &FollowedWay,
    month: &DemandMonth,
    size: Ptu,
    likely: &[Evaluated],
) -> Result<bool, Diagnostics> {
    let serves_now = likely.iter().any(serves);
    match month.hold.filter(|_| serves_now) {
        None => Ok(serves_now),
        Some(level) => {
            let month = DemandMonth { level, ..*month };
            Ok(evaluated(session, way, &month, size)?.iter().any(serves))
        }
    }
}

/// What a month would need without a quota of PTUs, starting from what it has.
pub(crate) fn need_without_quota(
    session: &Session<'_>,
    way: &FollowedWay,
    (index, level): (usize, f64),
    has: &MonthNeed,
) -> Result<MonthNeed, Diagnostics> {
    let hold = hold_levels(session.question, index + 1).pop().unwrap_or(level);
    let month = DemandMonth { without_quota: true, ..DemandMonth::of(index, level).held_at(hold) };
    need(session, (has.way, way), &month, (has.size, None))
}

/// What a month needs in the most likely future, at the cheapest size, found from a guess, or at a
/// given one.
fn need(
    session: &Session<'_>,
    (place, way): (usize, &FollowedWay),
    month: &DemandMonth,
    (guess, given): (Ptu, Option<Ptu>),
) -> Result<MonthNeed, Diagnostics> {
    let question = session.question;
    let at = |size: Ptu| evaluated(session, way, month, size);
    let size = match (given, way.sized()) {
        (Some(given), _) => given,
        (None, None) => 0,
        (None, Some(family)) => {
            let scenario = month.scenario(question)?;
            let quota = quota_of(&scenario, &way.group(&scenario, family.nearest(0)));
            let guess = guess.min(quota.unwrap_or(Ptu::MAX));
            let best = |month: &DemandMonth| {
                cheapest_size(family, guess, |size| {
                    let found = evaluated(session, way, month, size)?;
                    Ok((holds(session, way, month, size, &found)?, found))
                })
            };
            let size = best(month)?;
            // Where no size holds so often, one that holds in the most likely future.
            match month.hold {
                Some(_) if !holds(session, way, month, size, &at(size)?)? => {
                    best(&DemandMonth { hold: None, ..*month })?
                }
                _ => size,
            }
        }
    };
    let found = at(size)?;
    let Some(first) = found.first() else {
        return Err(Diagnostic::error("no-candidate", "nothing to deploy in a month").into());
    };
    let mut need = MonthNeed {
        way: place,
        family: first.family.clone(),
        candidate: first.candidate.clone(),
        size,
        total_ptu: first.candidate.total_ptu(),
        total_instances: first.candidate.total_instances(),
        tokens: Decimal::ZERO,
        feasible: [serves(first); 3],
        holds: holds(session, way, month, size, &found)?,
        per_ptu: Vec::new(),
        broken: broken(first).cloned().collect(),
    };
    for one in &found {
        let Some(figures) = &one.figures else { continue };
        let parts = &figures.cost.monthly_parts;
        let sum = |ptu: bool| -> Decimal {
            let own = parts.iter().filter(|part| part.is_ptu == ptu);
            own.map(|part| part.monthly.amount()).sum()
        };
        need.tokens = sum(false);
        if need.total_ptu > 0 {
            let per_ptu = sum(true) / Decimal::from(need.total_ptu);
            need.per_ptu.push((one.candidate.payment, per_ptu));
        }
    }
    Ok(need)
}

/// From a guess to a size whose neighbours on the grid are not cheaper. A guess that does not serve
/// grows until it does, or cannot be had, and the gap is halved: what does not serve tells nothing
/// of where the cheapest is.
fn cheapest_size(
    family: &Family,
    guess: Ptu,
    judged: impl Fn(Ptu) -> Result<(bool, Vec<Evaluated>), Diagnostics>,
) -> Result<Ptu, Diagnostics> {
    // Cheapest payment of the size: infeasible sizes come after all feasible ones.
    let cost = |size: Ptu| -> Result<(bool, Decimal), Diagnostics> {
        let (holds, found) = judged(size)?;
        let amount = |one: &Evaluated| Some(one.figures.as_ref()?.cost.monthly.amount());
        let of = |one: &Evaluated| Some((!holds || !serves(one), amount(one)?));
        Ok(found.iter().filter_map(of).min().unwrap_or((true, Decimal::MAX)))
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
            // An infeasible size asks for a larger one, whatever it costs, unless that cannot be
            // had at all.
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

/// The least PTU quota among the provisioned SKUs of a group; none when none is limited.
fn quota_of(scenario: &Scenario, group: &Group) -> Option<Ptu> {
    ptu_quota(scenario, group.candidates.first()?)
}

/// The least PTU quota among a candidate's provisioned SKUs; none when none is limited.
pub(crate) fn ptu_quota(scenario: &Scenario, candidate: &Candidate) -> Option<Ptu> {
    let provisioned = candidate.deployments.iter().filter(|d| d.capacity_ptu.is_some());
    provisioned.filter_map(|planned| scenario.ptu_quota.get(&*planned.sku.name).copied()).min()
}

/// The first day of a month of the plan.
pub(crate) fn month_start(question: Question<'_>, index: usize) -> Date {
    let first = question.scenario.period.first_date();
    let months = Span::new().try_months(i64::try_from(index).unwrap_or(i64::MAX));
    months.and_then(|months| first.checked_add(months)).unwrap_or(first)
}
