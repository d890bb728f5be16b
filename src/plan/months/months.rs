//! The purchase plan: what to deploy and to reserve, month by month, as demand grows.
//!
//! Each month's demand is the traffic factor times growth to that month, over the futures of the scenario. The size of a
//! month is the cheapest feasible one in the most likely future, found by halving and stepping over the grid; `horizon`
//! simulates and bills it there and at the 10th and 90th percentile of demand. While demand does not fall a size is kept
//! where that costs little more: nobody resizes up and down for a percent.

use crate::billing::commitment::Term;
use crate::plan::candidates::family::Family;
use crate::plan::constraints::with_quota_on;
use crate::plan::evaluate::evaluate::Evaluated;
use crate::plan::future::Future;
use crate::plan::months::action::MonthAction;
use crate::plan::months::course::Course;
use crate::plan::months::horizon::{Horizon, HowPaid, MonthPlan, horizon};
use crate::plan::months::needs::{FollowedWay, MonthNeed, month_start, needs, ptu_quota};
use crate::plan::question::Question;
use crate::plan::session::Session;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::run::months::horizon_months;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use crate::units::ptu::Ptu;
use jiff::civil::Date;
use std::sync::Arc;

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
}

/// The plan for the horizon and what it costs.
#[derive(Clone, Debug)]
pub struct Ahead {
    /// What to do month by month; empty when the horizon is one month.
    pub months: Vec<PlannedMonth>,
    /// Every month billed.
    pub horizon: Horizon,
}

/// The plan for the scenario's horizon and its bill: along a course where several months are
/// planned, else of `choice`, which is one of the candidates.
pub(crate) fn ahead(
    session: &Session<'_>,
    families: &[Family],
    (candidates, choice): (&[Evaluated], usize),
    course: Option<&Course>,
    workers: &impl Workers,
) -> Result<Ahead, Diagnostics> {
    let choice = &candidates[choice];
    let mut others = Vec::new();
    for way in [HowPaid::Tokens, HowPaid::Machines] {
        let months = alone(session, families, (candidates, way), course, workers)?;
        others.extend(months.map(|months| (way, months)));
    }
    let payment = choice.candidate.payment;
    let plan = match course {
        Some(course) => month_plans(course, &course.needs),
        None => as_now(session.question, choice),
    };
    let mut horizon = horizon(session, &plan, payment, &others, workers)?;
    let Some(course) = course else { return Ok(Ahead { months: Vec::new(), horizon }) };
    horizon.courses.clone_from(&course.options);
    let months = told(session.question, course, &horizon)?;
    Ok(Ahead { months, horizon })
}

/// What is simulated of the only month of a plan, for whoever does it ahead: of the choice, and of
/// what may serve alone.
pub(crate) fn ahead_of_month(
    question: Question<'_>,
    candidates: &[Evaluated],
    choice: usize,
) -> Vec<(Candidate, Future)> {
    let alone = [HowPaid::Tokens, HowPaid::Machines].map(|way| alone_now(candidates, way));
    let each = alone.into_iter().flatten().chain([&candidates[choice]]);
    let months = each.flat_map(|one| as_now(question, one));
    let likely = Future::most_likely(question.scenario);
    let at = |month: MonthPlan| {
        let of = |level: f64| (month.candidate.clone(), Future { level, ..likely.clone() });
        month.level.map(of)
    };
    months.flat_map(at).collect()
}

/// Months served so, with what each breaks.
fn month_plans(course: &Course, needs: &[MonthNeed]) -> Vec<MonthPlan> {
    let months = needs.iter().zip(course.periods.iter().zip(&course.levels));
    months
        .map(|(need, (period, level))| MonthPlan {
            period: period.clone(),
            candidate: need.candidate.clone(),
            level: *level,
            holds: need.feasible,
            broken: need.broken.clone(),
        })
        .collect()
}

/// The only month, as it is in the ranking.
fn as_now(question: Question<'_>, one: &Evaluated) -> Vec<MonthPlan> {
    let periods = horizon_months(question.scenario);
    let levels = crate::plan::months::needs::levels(question, periods.len());
    let months = periods.into_iter().zip(levels);
    months
        .map(|(period, level)| MonthPlan {
            period,
            candidate: one.candidate.clone(),
            level,
            holds: [one.is_feasible(); 3],
            broken: one.reasons.clone(),
        })
        .collect()
}

/// Pay-as-you-go alone, or managed compute alone: the best that keeps every objective. What refuses
/// most costs least and is no price of anything.
fn alone(
    session: &Session<'_>,
    families: &[Family],
    (candidates, way): (&[Evaluated], HowPaid),
    course: Option<&Course>,
    workers: &impl Workers,
) -> Result<Option<Vec<MonthPlan>>, Diagnostics> {
    let Some(best) = alone_now(candidates, way) else { return Ok(None) };
    let Some(course) = course else { return Ok(Some(as_now(session.question, best))) };
    let way = FollowedWay::of(families, best);
    let needs = needs(session, (course.ways.len(), &way), &course.levels, workers)?;
    Ok(Some(month_plans(course, &needs)))
}

/// The candidate that is the best of those alone.
fn alone_now(candidates: &[Evaluated], way: HowPaid) -> Option<&Evaluated> {
    let is_way = |candidate: &Candidate| match way {
        HowPaid::Machines => candidate.is_managed_compute(),
        _ => candidate.is_pay_as_you_go(),
    };
    let standard = || {
        let alone = |one: &&Evaluated| is_way(&one.candidate) && one.figures.is_some();
        candidates.iter().filter(alone)
    };
    let refused = |one: &&Evaluated| one.figures.as_ref().map(|own| own.total.failed);
    standard().find(|one| one.is_feasible()).or_else(|| standard().min_by_key(refused))
}

/// What is to be known of a month besides sizes: quota that has arrived, a model that retires.
fn notes(
    question: Question<'_>,
    index: usize,
    need: &MonthNeed,
) -> Result<Vec<MonthAction>, Diagnostics> {
    let Question { scenario, catalog, .. } = question;
    let mut notes = Vec::new();
    let (first, next) = (month_start(question, index), month_start(question, index + 1));
    let quota_on = |day| -> Result<Option<Ptu>, Diagnostics> {
        Ok(ptu_quota(&*with_quota_on(scenario, catalog, day)?, &need.candidate))
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
    course: &Course,
    horizon: &Horizon,
) -> Result<Vec<PlannedMonth>, Diagnostics> {
    let needs = &course.needs;
    let sizes: Vec<Ptu> = needs.iter().map(|need| need.total_ptu).collect();
    let runs_today = course.first().is_some_and(Evaluated::is_today);
    let is_plain = needs.first().is_some_and(|need| need.candidate.is_pay_as_you_go());
    let mut months = Vec::with_capacity(needs.len());
    for (index, need) in needs.iter().enumerate() {
        let mut actions = Vec::new();
        let before = index.checked_sub(1).map_or(0, |last| sizes[last]);
        let changes = index > 0 && needs[index - 1].way != need.way;
        match (index, before, need.total_ptu) {
            // It runs already.
            (0, ..) if runs_today => {}
            (0, _, 0) if is_plain => actions.push(MonthAction::PayAsYouGo),
            // Instances are told below.
            (0, _, 0) if need.total_instances > 0 => {}
            (0, _, 0) => actions.push(MonthAction::Deploy(need.family.clone())),
            (0, _, size) => actions.push(MonthAction::DeployPtu(size)),
            // Said as a change of the whole plan.
            _ if changes => {}
            (_, before, size) if before != size => {
                actions.push(MonthAction::Resize { from: before, to: size });
            }
            _ => {}
        }
        actions.extend(instances(needs, index));
        actions.extend(purchases(horizon, index, &sizes)?);
        actions.extend(notes(question, index, need)?);
        months.push(PlannedMonth {
            month: horizon.months[index].name(),
            level: course.levels[index],
            total_ptu: need.total_ptu,
            cost: horizon.monthly[index],
            feasible: need.feasible,
            actions,
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

/// PTUs of the reservations of a month that begin on a day, and of those that end before it.
fn months_on(horizon: &Horizon, day: Date) -> Result<[Ptu; 2], Diagnostics> {
    let mut found = [0; 2];
    let after = day.tomorrow().unwrap_or(Date::MAX);
    let bought = horizon.commitments.iter().skip(horizon.owned);
    for one in bought.filter(|one| one.term == Term::OneMonth) {
        for (from, until) in one.terms(after)? {
            found[0] += if from == day { one.quantity_ptu } else { 0 };
            found[1] += if until == day { one.quantity_ptu } else { 0 };
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
    let [begins, ends] = months_on(horizon, first)?;
    if begins.min(ends) > 0 {
        actions.push(MonthAction::Renew(begins.min(ends)));
    }
    if begins > ends {
        let (ptu, term) = (begins - ends, Term::OneMonth);
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
