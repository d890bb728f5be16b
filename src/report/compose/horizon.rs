//! The horizon's view.

use crate::plan::months::course::CourseOption;
use crate::plan::months::horizon::{Horizon, HowPaid, WayToPay};
use crate::plan::months::purchases::Advice;
use crate::report::view::horizon::{
    ChangeOfPlanView, CourseView, HorizonView, MonthCostView, OwnedView, PAY_AS_YOU_GO,
    PurchaseView, WayToPayView,
};
use crate::report::words::letters::capital;
use crate::report::words::numbers::{count, list};
use crate::report::words::plan::words as plan_words;
use crate::report::words::refusal;
use crate::scenario::question::named::Payment;
use crate::scenario::question::scenario::Scenario;
use crate::units::calendar::Period;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::{Money, MoneyError, UnitPrice};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Dates of later purchases named in the sentence; the others are in the list.
const NAMED_DATES: usize = 3;

/// The view of a horizon.
pub(super) fn horizon_view(
    scenario: &Scenario,
    horizon: &Horizon,
) -> Result<HorizonView, Diagnostic> {
    let wrong = |error: MoneyError| Diagnostic::error("amount-out-of-range", error.to_string());
    let currency = horizon.bill.currency;
    let sum = |level: usize| {
        let months = horizon.monthly.iter().map(|month| month[level]);
        Money::sum(currency, months).map(|sum| sum.to_exact_string()).map_err(wrong)
    };
    let totals = horizon.bill.totals();
    let (parts, of) = match horizon.months.len() {
        0 | 1 => scenario.period.in_months(),
        several => (u64::try_from(several).unwrap_or(u64::MAX), 1),
    };
    let monthly = UnitPrice { price: totals.effective, per: parts.max(1) }.cost_of(of);
    let count = (Decimal::from(parts) / Decimal::from(of.max(1))).round_dp(12).normalize();
    let first = horizon.months.first().map_or(scenario.period.first_date(), Period::first_date);
    let last = horizon.months.last().map_or(scenario.period.last_date(), Period::last_date);
    Ok(HorizonView {
        from: first.to_string(),
        until: last.to_string(),
        future: "the most likely future".to_owned(),
        currency: currency.to_string(),
        total: totals.effective.to_exact_string(),
        billed: totals.billed.to_exact_string(),
        p10: sum(0)?,
        p90: sum(2)?,
        monthly: monthly.map_err(wrong)?.to_exact_string(),
        month_count: count.to_string(),
        months: months(horizon).map_err(wrong)?,
        feasible: horizon.is_feasible(),
        courses: horizon.courses.iter().map(|own| course(own, horizon)).collect(),
        ways: horizon.ways.iter().map(way_view).collect(),
        purchases: purchases(horizon, first),
        owned: owned(horizon),
        now: now(horizon, first, last)?,
        first_day: now(horizon, first, first.tomorrow().unwrap_or(last))?,
    })
}

fn months(horizon: &Horizon) -> Result<Vec<MonthCostView>, MoneyError> {
    let mut billed: BTreeMap<Date, Money> = BTreeMap::new();
    let zero = Money::zero(horizon.bill.currency);
    let starts: Vec<Date> = horizon.months.iter().map(Period::first_date).collect();
    let names = horizon.months.iter().map(Period::name);
    for line in &horizon.bill.line_items {
        let day = horizon.bill.local_date(line);
        let Some(month) = starts.iter().rev().find(|start| **start <= day) else { continue };
        let sum = billed.entry(*month).or_insert(zero);
        *sum = sum.plus(line.billed_cost)?;
    }
    let each = starts.iter().zip(names).zip(&horizon.monthly).enumerate();
    let several = horizon.months.len() > 1;
    Ok(each
        .map(|(at, ((start, month), [p10, cost, p90]))| MonthCostView {
            month,
            cost: cost.to_exact_string(),
            billed: billed.get(start).unwrap_or(&zero).to_exact_string(),
            p10: p10.to_exact_string(),
            p90: p90.to_exact_string(),
            holds: horizon.broken[at].is_empty(),
            holds_at: if several { horizon.holds[at].to_vec() } else { Vec::new() },
            broken: horizon.broken[at].iter().map(refusal::message).collect(),
        })
        .collect())
}

/// A way to serve over the months.
fn course(own: &CourseOption, horizon: &Horizon) -> CourseView {
    let named = |month: usize| horizon.months.get(month).map_or_else(String::new, Period::name);
    let mut runs = own.stretches.iter().map(|one| (named(one.from), plan_words(&one.candidate)));
    let first = runs.next().map_or_else(String::new, |(_, what)| what);
    CourseView {
        first,
        changes: runs.map(|(month, to)| ChangeOfPlanView { month, to }).collect(),
        total: own.total.to_exact_string(),
        failing: own.failing.iter().map(|month| named(*month)).collect(),
        broken: own.broken.iter().map(refusal::message).collect(),
        is_plan: own.is_plan,
    }
}

fn way_view(way: &WayToPay) -> WayToPayView {
    let [p10, total, p90] = way.total.map(|total| total.to_exact_string());
    WayToPayView {
        way: match way.way {
            HowPaid::Tokens => PAY_AS_YOU_GO.to_owned(),
            HowPaid::Machines => "managed compute".to_owned(),
            HowPaid::ByUse => "by use".to_owned(),
            HowPaid::Paid(Payment::Mixed) => "best mix".to_owned(),
            HowPaid::Paid(payment) => payment.as_str().to_owned(),
            HowPaid::BreakEven(term) => format!("break-even {}", term.as_str()),
        },
        at_most: way.way.at_most(),
        total,
        p10,
        p90,
        committed: way.committed.to_exact_string(),
        binds_until: way.binds_until.map(|day| day.to_string()),
        feasible: way.feasible,
        is_plan: way.is_plan,
    }
}

fn purchases(horizon: &Horizon, first: Date) -> Vec<PurchaseView> {
    let bought = horizon.commitments.iter().skip(horizon.owned);
    let mut found: Vec<PurchaseView> = bought
        .map(|one| PurchaseView {
            id: one.id.to_string(),
            on: one.start.to_string(),
            now: one.start <= first,
            quantity_ptu: one.quantity_ptu,
            term: one.term.as_str().to_owned(),
            sku: one.sku.to_string(),
            region: one.region.as_ref().map(ToString::to_string),
            renews: one.renewal == crate::billing::commitment::Renewal::Automatic,
        })
        .collect();
    found.sort_by(|a, b| (&a.on, &a.id).cmp(&(&b.on, &b.id)));
    found
}

fn owned(horizon: &Horizon) -> Vec<OwnedView> {
    let owned = horizon.commitments.iter().take(horizon.owned);
    owned
        .map(|own| {
            let advised = horizon.advice.iter().find(|advised| advised.id == own.id);
            OwnedView {
                id: own.id.to_string(),
                quantity_ptu: own.quantity_ptu,
                advice: match advised.map(|advised| advised.advice) {
                    None => "keep it".to_owned(),
                    Some(Advice::LetExpire(day)) => {
                        format!("switch its renewal off and let it expire on {day}")
                    }
                    Some(Advice::Cancel(day)) => format!("cancel it on {day}"),
                },
                saving: advised.map_or_else(|| "0".to_owned(), |a| a.saving.to_exact_string()),
            }
        })
        .collect()
}

/// `Keep 150 PTU; reserve 75 more now (1-year) and 50 more on 2026-12-24 (1-month); pay 20 by the hour`: purchases before a
/// day, and how the rest of the first day's PTUs is paid. Empty where nothing is owned and nothing reserved.
fn now(horizon: &Horizon, first: Date, before: Date) -> Result<String, Diagnostic> {
    let mut parts = Vec::new();
    let (mut kept, mut covered) = (0, 0);
    for (index, one) in horizon.commitments.iter().enumerate() {
        if one.in_force(first)? {
            covered += one.quantity_ptu;
            if index < horizon.owned {
                kept += one.quantity_ptu;
            }
        }
    }
    if kept > 0 {
        parts.push(format!("keep {} PTU", count(u64::from(kept))));
    }
    let mut starts: BTreeMap<Date, Vec<(u32, &str)>> = BTreeMap::new();
    for one in horizon.commitments.iter().skip(horizon.owned).filter(|one| one.start < before) {
        starts.entry(one.start).or_default().push((one.quantity_ptu, one.term.as_str()));
    }
    let what = if kept > 0 { " more" } else { " PTU" };
    let said = starts.iter().take(NAMED_DATES).flat_map(|(day, bought)| {
        let when = if *day <= first { "now".to_owned() } else { format!("on {day}") };
        bought.iter().map(move |(quantity, term)| {
            format!("{}{what} {when} ({term})", count(u64::from(*quantity)))
        })
    });
    if !starts.is_empty() {
        let rest = starts.len().saturating_sub(NAMED_DATES);
        let rest = if rest > 0 { format!(" and on {rest} later days") } else { String::new() };
        parts.push(format!("reserve {}{rest}", list(said)));
    } else if kept > 0 {
        parts.push("reserve nothing more".to_owned());
    }
    let by_the_hour = deployed_first(horizon).saturating_sub(covered);
    if by_the_hour > 0 && !parts.is_empty() {
        parts.push(format!("pay {} by the hour", count(u64::from(by_the_hour))));
    }
    Ok(capital(&parts.join("; ")))
}

/// PTUs deployed at the horizon's first instant.
fn deployed_first(horizon: &Horizon) -> u32 {
    let Some(start) = horizon.months.first().map(Period::start) else { return 0 };
    let running =
        horizon.usage.capacity.iter().filter(|own| own.from <= start && start < own.until);
    running.map(|own| own.capacity_ptu).sum()
}
