//! The cost of the plan over its horizon: every month simulated and billed, in the most likely future and at the 10th and 90th
//! percentile of demand. Its bill is what headline, months, workbook, line items, budgets and FOCUS rows add up to.

use crate::billing::bill::Bill;
use crate::billing::commitment::{Commitment, Term};
use crate::ledger::usage::Usage;
use crate::plan::candidates::identity::{CandidateId, FamilyId};
use crate::plan::constraints::above_budget;
use crate::plan::evaluate::refusal::Refusal;
use crate::plan::future::Future;
use crate::plan::months::course::CourseOption;
use crate::plan::months::purchases::{Advised, Paid, Purchases};
use crate::plan::months::used::{beside_ptu, used_at};
use crate::plan::question::Question;
use crate::plan::session::Session;
use crate::plan::task::Work;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::named::Payment;
use crate::scenario::run::evaluate::Simulated;
use crate::scenario::run::month_bills::bill_in;
use crate::units::calendar::Period;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use jiff::civil::Date;

/// What the horizon costs.
#[derive(Clone, Debug)]
pub struct Horizon {
    /// Its months, the billed period included; the period itself where nothing beyond it is planned.
    pub months: Vec<Period>,
    /// What each month costs, amortized, at the 10th percentile of demand, in the most likely future and at the 90th percentile.
    pub monthly: Vec<[Money; 3]>,
    /// The bill of all months in the most likely future.
    pub bill: Bill,
    /// What it is a bill of.
    pub usage: Usage,
    /// The reservations behind it: those owned, as stated, and what is bought.
    pub commitments: Vec<Commitment>,
    /// How many of them are owned: the first ones.
    pub owned: usize,
    /// What would be cheaper than to keep a reservation that is owned; empty where keeping them is best.
    pub advice: Vec<Advised>,
    /// Every way to pay side by side.
    pub ways: Vec<WayToPay>,
    /// What each month breaks in the most likely future: objectives and constraints, and the budget
    /// by its bill.
    pub broken: Vec<Vec<Refusal>>,
    /// Whether the objectives of each month hold at each level of demand.
    pub holds: Vec<[bool; 3]>,
    /// The ways to serve over the months side by side; empty where one month is planned.
    pub courses: Vec<CourseOption>,
}

impl Horizon {
    /// Whether every month keeps every objective and constraint in the most likely future.
    pub fn is_feasible(&self) -> bool {
        self.broken.iter().all(Vec::is_empty)
    }
}

/// A way to pay for the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowPaid {
    /// Pay-as-you-go.
    Tokens,
    /// Managed compute alone, by the accelerator and the hour.
    Machines,
    /// A plan without PTUs of which neither of the two is all: each part by its own use.
    ByUse,
    /// PTUs, all in one way; [`Payment::Mixed`] is the best of all allowed ways together.
    Paid(Payment),
    /// PTUs by the hour until the break-even policy reserves them for a term: nothing of later days is known to it.
    BreakEven(Term),
}

impl HowPaid {
    /// How many times the cost of perfect foresight with the same prices it can be at most, whole terms counted; none where
    /// no such bound is known.
    pub const fn at_most(self) -> Option<u32> {
        match self {
            Self::BreakEven(_) => Some(2),
            Self::Tokens | Self::Machines | Self::ByUse | Self::Paid(_) => None,
        }
    }
}

/// The horizon, paid in one way.
#[derive(Clone, Debug)]
pub struct WayToPay {
    /// How.
    pub way: HowPaid,
    /// Cost of the horizon, amortized: at the 10th percentile of demand, in the most likely future, at the 90th percentile.
    pub total: [Money; 3],
    /// What is signed for within the horizon: all payments of the terms that begin in it.
    pub committed: Money,
    /// The last day on which one of these terms binds; none where nothing does.
    pub binds_until: Option<Date>,
    /// Whether it keeps every objective in the most likely future of each month.
    pub feasible: bool,
    /// Whether the plan is paid so.
    pub is_plan: bool,
}

/// A month to bill: who serves it, and demand as factors of the scenario's traffic (10th percentile, most likely, 90th).
#[derive(Clone, Debug)]
pub(crate) struct MonthPlan {
    pub(crate) period: Period,
    pub(crate) candidate: Candidate,
    pub(crate) level: [f64; 3],
    /// Whether every objective holds at each.
    pub(crate) holds: [bool; 3],
    /// What it breaks in the most likely future.
    pub(crate) broken: Vec<Refusal>,
}

/// What a month uses at each level of demand, and what it costs beside its PTUs.
struct MonthUsage {
    likely: Usage,
    /// The simulation behind it, where it is the only month.
    simulated: Option<Simulated>,
    other: [Money; 3],
}

/// The total of amounts of one currency.
fn sum(
    question: Question<'_>,
    amounts: impl IntoIterator<Item = Money>,
) -> Result<Money, Diagnostics> {
    let currency = question.scenario.commercial.agreement.currency;
    Money::sum(currency, amounts).map_err(crate::plan::evaluate::cost::out_of_range)
}

/// The horizon of a plan. `payment` is how its PTUs are paid where the horizon is one month, which is decided by the ranking;
/// longer ones are paid in the best mix of what is allowed. `others` are ways without PTUs that it is compared with:
/// pay-as-you-go and managed compute alone, where they are allowed.
pub(crate) fn horizon(
    session: &Session<'_>,
    plan: &[MonthPlan],
    payment: Payment,
    others: &[(HowPaid, Vec<MonthPlan>)],
    workers: &impl Workers,
) -> Result<Horizon, Diagnostics> {
    let question = session.question;
    let months: Vec<Period> = plan.iter().map(|month| month.period.clone()).collect();
    let used = usages(session, plan, workers)?;
    let likely: Vec<&Usage> = used.iter().map(|month| &month.likely).collect();
    let only = used.first().and_then(|month| month.simulated.as_ref());
    let purchases = Purchases { question, months: &months, usages: &likely, only };
    let best = if months.len() > 1 { Payment::Mixed } else { payment };
    let owned = question.scenario.commercial.agreement.reservations.clone();
    let paid = purchases.paid(best, &owned)?;
    let advice = purchases.advice(best, &owned)?;
    let mut ways = Vec::new();
    for (way, other) in others {
        if let Some(own) = priced(without_ptu(session, plan, (*way, other), workers))? {
            ways.push(own);
        }
    }
    let feasible = plan.iter().all(|month| month.broken.is_empty());
    ways.extend(paid_ways(&purchases, &used, (best, &paid), feasible)?);
    // Every plan has its row.
    if !ways.iter().any(|way| way.is_plan) {
        let is_used = likely.iter().all(|usage| usage.capacity.is_empty());
        let way = if is_used { HowPaid::ByUse } else { HowPaid::Paid(best) };
        ways.push(paid.as_way(way, totals(question, &used, &paid)?, (feasible, true)));
    }
    let mut bills = Vec::with_capacity(months.len());
    let mut monthly = Vec::with_capacity(months.len());
    for (index, (month, own)) in months.iter().zip(&used).enumerate() {
        let Question { scenario, catalog, .. } = question;
        bills.push(bill_in(scenario, catalog, &own.likely, &paid.commitments, month)?);
        let capacity = paid.monthly[index];
        let mut costs = own.other;
        for cost in &mut costs {
            *cost = sum(question, [*cost, capacity])?;
        }
        monthly.push(costs);
    }
    Ok(Horizon {
        broken: broken(question, plan, &monthly)?,
        holds: plan.iter().map(|month| month.holds).collect(),
        usage: joined(used),
        bill: Bill::joined(bills)?,
        commitments: paid.commitments,
        owned: owned.len(),
        courses: Vec::new(),
        months,
        monthly,
        advice,
        ways,
    })
}

/// The usage of all months in the most likely future.
fn joined(months: Vec<MonthUsage>) -> Usage {
    let mut usage = Usage::default();
    for month in months {
        usage.tokens.extend(month.likely.tokens);
        usage.capacity.extend(month.likely.capacity);
        usage.metered.extend(month.likely.metered);
    }
    usage
}

/// What each month breaks, the budget by its bill; where one month is planned the ranking has
/// judged that.
fn broken(
    question: Question<'_>,
    plan: &[MonthPlan],
    monthly: &[[Money; 3]],
) -> Result<Vec<Vec<Refusal>>, Diagnostics> {
    let mut found = Vec::with_capacity(plan.len());
    for (month, cost) in plan.iter().zip(monthly) {
        let budget = match plan.len() {
            0 | 1 => None,
            _ => above_budget(question.scenario, cost[1])?,
        };
        found.push(month.broken.iter().cloned().chain(budget).collect());
    }
    Ok(found)
}

/// Cost of the horizon at each level of demand.
fn totals(
    question: Question<'_>,
    used: &[MonthUsage],
    paid: &Paid,
) -> Result<[Money; 3], Diagnostics> {
    let capacity = sum(question, paid.monthly.iter().copied())?;
    let mut total = [capacity; 3];
    for (level, total) in total.iter_mut().enumerate() {
        let other = sum(question, used.iter().map(|month| month.other[level]))?;
        *total = sum(question, [*total, other])?;
    }
    Ok(total)
}

impl Paid {
    /// It as a way to pay, with its total; `feasible` and whether it is the plan.
    fn as_way(
        &self,
        way: HowPaid,
        total: [Money; 3],
        (feasible, is_plan): (bool, bool),
    ) -> WayToPay {
        let Self { committed, binds_until, .. } = *self;
        WayToPay { way, total, committed, binds_until, feasible, is_plan }
    }
}

/// The ways to pay for PTUs, the plan's among them; none where there are none. A way whose price is
/// missing in a later month is left out.
fn paid_ways(
    purchases: &Purchases<'_>,
    used: &[MonthUsage],
    (best, paid): (Payment, &Paid),
    feasible: bool,
) -> Result<Vec<WayToPay>, Diagnostics> {
    let question = purchases.question;
    let owned = &question.scenario.commercial.agreement.reservations;
    if purchases.usages.iter().all(|usage| usage.capacity.is_empty()) {
        return Ok(Vec::new());
    }
    let mut allowed: Vec<Payment> = question.scenario.allow.payments.clone();
    if purchases.months.len() > 1 || best == Payment::Mixed {
        allowed.push(Payment::Mixed);
    }
    let mut ways = Vec::new();
    let mut add = |way: HowPaid, own: &Paid| -> Result<(), Diagnostics> {
        let total = totals(question, used, own)?;
        ways.push(own.as_way(way, total, (feasible, way == HowPaid::Paid(best))));
        Ok(())
    };
    for way in allowed {
        let other = || priced(purchases.paid(way, owned));
        let own = if way == best { Some(paid.clone()) } else { other()? };
        if let Some(own) = own {
            add(HowPaid::Paid(way), &own)?;
        }
    }
    for term in [Term::OneMonth, Term::OneYear] {
        if let Some(bought) = purchases.by_policy(term, owned)? {
            add(HowPaid::BreakEven(term), &purchases.with(&bought, owned)?)?;
        }
    }
    Ok(ways)
}

/// What has a price in every month; none where one is missing: its candidates are refused for it,
/// each with the price and the day.
fn priced<T>(found: Result<T, Diagnostics>) -> Result<Option<T>, Diagnostics> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(wrong) if wrong.0.iter().all(|one| one.code.is_unpriced()) => Ok(None),
        Err(wrong) => Err(wrong),
    }
}

/// A way without PTUs over the horizon, which may be the plan. Reservations that are owned are paid
/// for whether used or not.
fn without_ptu(
    session: &Session<'_>,
    plan: &[MonthPlan],
    (way, standard): (HowPaid, &[MonthPlan]),
    workers: &impl Workers,
) -> Result<WayToPay, Diagnostics> {
    let question = session.question;
    let months: Vec<Period> = standard.iter().map(|month| month.period.clone()).collect();
    let used = usages(session, standard, workers)?;
    let likely: Vec<&Usage> = used.iter().map(|month| &month.likely).collect();
    let only = used.first().and_then(|month| month.simulated.as_ref());
    let purchases = Purchases { question, months: &months, usages: &likely, only };
    let owned = question.scenario.commercial.agreement.reservations.clone();
    let paid = purchases.paid(Payment::Hourly, &owned)?;
    // How PTUs are paid does not matter: there are none.
    let who = |month: &MonthPlan| {
        let own = Candidate { payment: Payment::Hourly, ..month.candidate.clone() };
        CandidateId::of(FamilyId::Today, &own)
    };
    let same = |(own, other): (&MonthPlan, &MonthPlan)| who(own) == who(other);
    Ok(WayToPay {
        way,
        total: totals(question, &used, &paid)?,
        committed: paid.committed,
        binds_until: paid.binds_until,
        feasible: standard.iter().all(|month| month.broken.is_empty()),
        is_plan: plan.len() == standard.len() && plan.iter().zip(standard).all(same),
    })
}

/// What every month uses, simulated at each level of demand.
fn usages(
    session: &Session<'_>,
    plan: &[MonthPlan],
    workers: &impl Workers,
) -> Result<Vec<MonthUsage>, Diagnostics> {
    let keep = plan.len() == 1;
    let asked: Vec<(&Candidate, Future)> =
        plan.iter().flat_map(|own| looked_at(session, own)).collect();
    let asked = asked.iter().map(|(candidate, future)| (*candidate, future, Work::Whole));
    session.ahead_of("billed months", asked);
    let results = workers.map("billed months", plan, |month| month_usage(session, month, keep));
    results.into_iter().collect()
}

/// What of a month is simulated.
fn looked_at<'m>(
    session: &Session<'_>,
    month: &'m MonthPlan,
) -> impl Iterator<Item = (&'m Candidate, Future)> {
    let likely = Future::most_likely(session.question.scenario);
    month
        .level
        .iter()
        .map(move |level| (&month.candidate, Future { level: *level, ..likely.clone() }))
}

fn month_usage(
    session: &Session<'_>,
    month: &MonthPlan,
    keep: bool,
) -> Result<MonthUsage, Diagnostics> {
    let question = session.question;
    let at = |level: f64| used_at(session, &month.period, &month.candidate, level);
    let other = |usage: &Usage| beside_ptu(question, &month.period, usage);
    let (likely, simulated) = at(month.level[1])?;
    let own = other(&likely)?;
    let mut costs = [own; 3];
    for index in [0, 2] {
        if (month.level[index] - month.level[1]).abs() > f64::EPSILON {
            costs[index] = other(&at(month.level[index])?.0)?;
        }
    }
    Ok(MonthUsage { likely, simulated: keep.then_some(simulated), other: costs })
}
