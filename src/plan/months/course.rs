//! Which way to serve over the horizon. The kinds of plan of the first rows of the ranking are
//! followed month by month, each alone and each changed once for another; what holds in most months
//! wins, and then what costs least in all of them.

use crate::plan::candidates::family::Family;
use crate::plan::evaluate::cost::TOLERANCE;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::future::Future;
use crate::plan::futures::contenders::expected_cost;
use crate::plan::months::needs::{DemandMonth, FollowedWay, MonthNeed, holds_at, levels, needs};
use crate::plan::months::used::{LikelyMonth, likely_month, likely_total};
use crate::plan::session::Session;
use crate::plan::task::Work;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::{Candidate, PlannedDeployment};
use crate::scenario::run::months::horizon_months;
use crate::units::calendar::Period;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use rust_decimal::Decimal;

/// Kinds of plan that are followed.
const FOLLOWED: usize = 4;

/// Months in a row that are served in one way.
#[derive(Clone, Debug)]
pub struct CourseStretch {
    /// Place of its first month.
    pub from: usize,
    /// What runs in its first month.
    pub candidate: Candidate,
}

/// A way through the months.
#[derive(Clone, Debug)]
pub struct CourseOption {
    /// What runs when; the first from the first month.
    pub stretches: Vec<CourseStretch>,
    /// What all months cost in the most likely future, amortized.
    pub total: Money,
    /// Places of the months in which it breaks an objective or a constraint in the most likely
    /// future.
    pub failing: Vec<usize>,
    /// What it breaks in the first of them.
    pub broken: Vec<Refusal>,
    /// Whether the plan is this.
    pub is_plan: bool,
}

/// The way through the months that was chosen.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    /// The ways that were followed, that of the ranking's first row first.
    pub(crate) ways: Vec<FollowedWay>,
    /// The months.
    pub(crate) periods: Vec<Period>,
    /// Demand as a factor of the scenario's traffic: 10th percentile, the most likely future, 90th
    /// percentile.
    pub(crate) levels: Vec<[f64; 3]>,
    /// What each month runs.
    pub(crate) needs: Vec<MonthNeed>,
    /// The ways through the months side by side, cheapest first of those that hold as often.
    pub(crate) options: Vec<CourseOption>,
}

impl Course {
    /// For each stretch of the plan the month of the greatest demand.
    pub(crate) fn peaks(&self) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for (month, need) in self.needs.iter().enumerate() {
            match found.last_mut().filter(|last| self.needs[**last].way == need.way) {
                Some(last) if self.levels[month][1] > self.levels[*last][1] => *last = month,
                Some(_) => {}
                None => found.push(month),
            }
        }
        found
    }

    /// The month of the greatest demand.
    pub(crate) fn peak(&self) -> usize {
        let level = |month: &usize| self.levels[*month][1];
        let months = (0..self.levels.len()).rev();
        months.max_by(|a, b| level(a).total_cmp(&level(b))).unwrap_or(0)
    }

    /// What the plan costs in the most likely future, where every month holds.
    pub(crate) fn total(&self) -> Option<Money> {
        let plan = self.options.iter().find(|option| option.is_plan);
        plan.filter(|plan| plan.failing.is_empty()).map(|plan| plan.total)
    }

    /// The candidate of the ranking that it starts with.
    pub(crate) fn first(&self) -> Option<&Evaluated> {
        Some(&self.ways.get(self.needs.first()?.way)?.first)
    }
}

/// Of which kind a plan is: whether PTUs, tokens, machines and batches pay for it.
fn shape(candidate: &Candidate) -> [bool; 4] {
    let any = |is: &dyn Fn(&PlannedDeployment) -> bool| candidate.deployments.iter().any(is);
    let by_token = any(&|d| d.capacity_ptu.is_none() && d.instances().is_none() && !d.is_batch());
    let batch = any(&|d| d.is_batch());
    [candidate.total_ptu() > 0, by_token, candidate.total_instances() > 0, batch]
}

/// The best feasible candidates of each kind, in the order of the ranking.
fn leaders(candidates: &[Evaluated]) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for (index, one) in candidates.iter().enumerate().filter(|(_, one)| one.is_feasible()) {
        let own = shape(&one.candidate);
        let known = found.iter().any(|other| shape(&candidates[*other].candidate) == own);
        if !known && found.len() < FOLLOWED {
            found.push(index);
        }
    }
    found
}

/// One way followed through all months.
struct FollowedCourse {
    needs: Vec<MonthNeed>,
    used: Vec<LikelyMonth>,
    /// What the futures do to its cost in the billed period, as the ranking counts it.
    over_futures: Decimal,
}

/// Ways by month, and what they come to.
struct TriedCourse {
    ways: Vec<usize>,
    total: Money,
    /// The total as the ranking counts costs: times what the futures do to the first month's.
    ranked: Decimal,
    failing: Vec<usize>,
    /// How many months hold in too few futures.
    short: usize,
}

/// The way through the months of the horizon, from candidates in the order of the ranking; none
/// where one month is planned or nothing is feasible.
pub(crate) fn course(
    session: &Session<'_>,
    families: &[Family],
    candidates: &[Evaluated],
    workers: &impl Workers,
) -> Result<Option<Course>, Diagnostics> {
    let periods = horizon_months(session.question.scenario);
    let leaders = leaders(candidates);
    if periods.len() < 2 || leaders.first() != Some(&0) {
        return Ok(None);
    }
    let levels = levels(session.question, periods.len());
    let ways: Vec<FollowedWay> =
        leaders.iter().map(|at| FollowedWay::of(families, &candidates[*at])).collect();
    let mut followed = Vec::with_capacity(ways.len());
    for (place, way) in ways.iter().enumerate() {
        let needs = needs(session, (place, way), &levels, workers)?;
        let months: Vec<_> = periods.iter().zip(&needs).zip(&levels).collect();
        let used = workers.map("months", &months, |((period, need), level)| {
            likely_month(session, period, &need.candidate, level[1])
        });
        let over_futures = over_futures(candidates, leaders[place]);
        let used = used.into_iter().collect::<Result<_, _>>()?;
        followed.push(FollowedCourse { needs, used, over_futures });
    }
    let mut tries = Vec::new();
    for assigned in assignments(&followed) {
        tries.push(tried(session, &periods, &followed, assigned)?);
    }
    let Some(plan) = pick(&tries) else { return Ok(None) };
    let needs: Vec<MonthNeed> = tries[plan]
        .ways
        .iter()
        .enumerate()
        .map(|(month, way)| followed[*way].needs[month].clone())
        .collect();
    let needs = at_all_levels(session, &ways, &levels, needs, workers)?;
    let mut options: Vec<CourseOption> = tries
        .iter()
        .enumerate()
        .map(|(index, own)| option(&followed, own, index == plan))
        .collect();
    options.sort_by_key(|one| (one.failing.len(), one.total.amount()));
    Ok(Some(Course { ways, periods, levels, needs, options }))
}

/// What the futures do to the cost of a candidate: its mean over them, by the cost in the most
/// likely one.
fn over_futures(candidates: &[Evaluated], index: usize) -> Decimal {
    let likely = candidates[index].figures.as_ref().map(|own| own.cost.monthly.amount());
    let mean = expected_cost(candidates, index).map(|cost| cost.amount());
    let factor = mean.zip(likely).and_then(|(mean, likely)| mean.checked_div(likely));
    factor.filter(|factor| *factor > Decimal::ZERO).unwrap_or(Decimal::ONE)
}

/// Each way alone, and each pair with the change in the month in which it serves most months and
/// costs least.
fn assignments(followed: &[FollowedCourse]) -> Vec<Vec<usize>> {
    let months = followed.first().map_or(0, |one| one.needs.len());
    let mut found: Vec<Vec<usize>> = (0..followed.len()).map(|way| vec![way; months]).collect();
    let cost = |way: usize, month: usize| {
        let need = &followed[way].needs[month];
        let falls_short = [!need.feasible[1], !need.holds].map(usize::from);
        (falls_short, need.cheapest() * followed[way].over_futures)
    };
    let whole = found.len();
    for before in 0..whole {
        for after in (0..whole).filter(|after| *after != before) {
            let of = |change: usize| {
                let way = |month: usize| if month < change { before } else { after };
                let each = (0..months).map(|month| cost(way(month), month));
                each.fold(([0; 2], Decimal::ZERO), |(short, cost), one| {
                    ([short[0] + one.0[0], short[1] + one.0[1]], cost + one.1)
                })
            };
            let best = (1..months).min_by_key(|change| of(*change));
            let Some(change) = best else { continue };
            // Neither way alone is as good: else there is nothing to change for.
            if of(change) < of(0) && of(change) < of(months) {
                let ways = (0..months).map(|m| if m < change { before } else { after });
                found.push(ways.collect());
            }
        }
    }
    found
}

/// What ways by month come to, billed together.
fn tried(
    session: &Session<'_>,
    periods: &[Period],
    followed: &[FollowedCourse],
    ways: Vec<usize>,
) -> Result<TriedCourse, Diagnostics> {
    let own = ways.iter().enumerate().map(|(month, way)| &followed[*way].used[month]);
    let own: Vec<&LikelyMonth> = own.collect();
    let total = likely_total(session.question, periods, &own)?;
    let fails = |(month, way): (usize, &usize)| !followed[*way].needs[month].feasible[1];
    let failing = ways.iter().enumerate().filter(|one| fails(*one)).map(|(month, _)| month);
    let failing = failing.collect();
    // Each month as the ranking would count it.
    let weight: Decimal = ways.iter().map(|way| followed[*way].over_futures).sum();
    let count = Decimal::from(ways.len().max(1));
    let ranked = total.amount() * weight.checked_div(count).unwrap_or(Decimal::ONE);
    let holds = |(month, way): &(usize, &usize)| followed[**way].needs[*month].holds;
    let short = ways.iter().enumerate().filter(|one| !holds(one)).count();
    Ok(TriedCourse { ways, total, ranked, failing, short })
}

/// The one that holds in most months, in the most likely future and then in the share of futures
/// asked for, and of those the cheapest; what is simpler stands where it costs little more: first
/// the ranking's first row, then one way for all months.
fn pick(tries: &[TriedCourse]) -> Option<usize> {
    let falls_short = |one: &TriedCourse| (one.failing.len(), one.short);
    let fewest = tries.iter().map(falls_short).min()?;
    let holds = |one: &&TriedCourse| falls_short(one) == fewest;
    let least = tries.iter().filter(holds).map(|one| one.ranked).min()?;
    let near = |one: &TriedCourse| holds(&one) && one.ranked <= least * (Decimal::ONE + TOLERANCE);
    let is_whole = |one: &TriedCourse| one.ways.windows(2).all(|pair| pair[0] == pair[1]);
    let mut all: Vec<usize> = (0..tries.len()).filter(|index| near(&tries[*index])).collect();
    all.sort_by_key(|index| {
        let one = &tries[*index];
        let is_first = is_whole(one) && one.ways.first() == Some(&0);
        (!is_first, !is_whole(one), one.ranked)
    });
    all.first().copied()
}

/// Whether each month of the plan holds at the other levels of demand too.
fn at_all_levels(
    session: &Session<'_>,
    ways: &[FollowedWay],
    levels: &[[f64; 3]],
    mut needs: Vec<MonthNeed>,
    workers: &impl Workers,
) -> Result<Vec<MonthNeed>, Diagnostics> {
    let mut asked: Vec<(usize, usize)> = Vec::new();
    for (month, level) in levels.iter().enumerate() {
        let differs = |at: &usize| (level[*at] - level[1]).abs() > f64::EPSILON;
        asked.extend([0, 2].into_iter().filter(differs).map(|at| (month, at)));
    }
    let likely = Future::most_likely(session.question.scenario);
    let at = |(month, at): &(usize, usize)| Future { level: levels[*month][*at], ..likely.clone() };
    let futures: Vec<Future> = asked.iter().map(at).collect();
    let pairs = asked.iter().zip(&futures);
    let pairs = pairs.map(|((month, _), at)| (&needs[*month].candidate, at, Work::Whole));
    session.ahead_of("months", pairs);
    let found = workers.map("months", &asked, |(month, at)| {
        let need = &needs[*month];
        let at = DemandMonth::of(*month, levels[*month][*at]);
        holds_at(session, &ways[need.way], &at, need)
    });
    let found: Vec<bool> = found.into_iter().collect::<Result<_, _>>()?;
    for ((month, at), holds) in asked.into_iter().zip(found) {
        needs[month].feasible[at] = holds;
    }
    Ok(needs)
}

fn option(followed: &[FollowedCourse], own: &TriedCourse, is_plan: bool) -> CourseOption {
    let need = |month: usize| &followed[own.ways[month]].needs[month];
    let starts = (0..own.ways.len()).filter(|m| *m == 0 || own.ways[*m] != own.ways[*m - 1]);
    let stretch = |from: usize| CourseStretch { from, candidate: need(from).candidate.clone() };
    CourseOption {
        stretches: starts.map(stretch).collect(),
        total: own.total,
        broken: own.failing.first().map_or_else(Vec::new, |m| need(*m).broken.clone()),
        failing: own.failing.clone(),
        is_plan,
    }
}
