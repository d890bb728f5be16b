//! One scenario under two catalogues: what a change of prices and rules does to its bill and its recommendation.

use crate::billing::bill::Bill;
use crate::billing::difference::{BillDifference, CostColumn, difference};
use crate::catalog::Catalog;
use crate::plan::question::Question;
use crate::plan::recommend::recommend;
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::facts::Facts;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::evaluate::{price, simulate};
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use crate::units::money::Money;
use crate::workload::trace::Trace;
use rust_decimal::Decimal;

/// What is recommended under one catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name; none when nothing is feasible.
    pub name: Option<String>,
    /// How its PTUs are paid.
    pub payment: String,
    /// Its monthly cost.
    pub monthly: Option<Money>,
}

/// A scenario under two catalogues.
#[derive(Clone, Debug)]
pub struct ScenarioChange {
    /// The scenario's name.
    pub name: String,
    /// What was billed: today's deployments, or what is recommended where the scenario has none.
    pub billed: String,
    /// Months of the billed period, where it is whole months.
    pub months: Option<u64>,
    /// Amortized cost of the period before and after.
    pub bill: BillDifference,
    /// What is recommended before and after; none where bills alone were asked for.
    pub choices: Option<[Choice; 2]>,
    /// The dated values that each side depends on.
    pub facts: [Facts; 2],
    /// The bills.
    pub bills: [Bill; 2],
}

impl ScenarioChange {
    /// Whether something else is recommended.
    pub fn recommendation_changed(&self) -> bool {
        let Some([before, after]) = &self.choices else { return false };
        (&before.name, &before.payment) != (&after.name, &after.payment)
    }

    /// Whether the cost rises by more than a share of the cost before. From nothing, any cost does.
    pub fn rises_above(&self, share: Decimal) -> bool {
        let (before, after) = (self.bill.before.amount(), self.bill.after.amount());
        after - before > before * share
    }

    /// The change in percent of the cost before, none from nothing.
    pub fn percent(&self) -> Option<Decimal> {
        let (before, after) = (self.bill.before.amount(), self.bill.after.amount());
        ((after - before) * Decimal::ONE_HUNDRED).checked_div(before).map(|share| share.round_dp(2))
    }
}

/// Bills a scenario under both catalogues, without asking what is recommended.
pub fn change_of_bills(
    scenario: &Scenario,
    traces: &[Trace],
    [old, new]: [&Catalog; 2],
) -> Result<ScenarioChange, Diagnostics> {
    let today = scenario.today.as_ref();
    let first = bill_of(scenario, traces, old, today)?;
    let second = bill_of(scenario, traces, new, today)?;
    compared(scenario, "what runs today", [first, second], None)
}

/// Bills and plans a scenario under both catalogues.
pub fn change(
    scenario: &Scenario,
    traces: &[Trace],
    catalogs: [&Catalog; 2],
    workers: &impl Workers,
) -> Result<ScenarioChange, Diagnostics> {
    let [old, new] = catalogs;
    let (before, planned_before) = choose(scenario, traces, old, workers)?;
    let (after, planned_after) = choose(scenario, traces, new, workers)?;
    let (first, second, billed) = match &scenario.today {
        Some(today) => (Some(today), Some(today), "what runs today"),
        None => (planned_before.as_ref(), planned_after.as_ref(), "what is recommended"),
    };
    let first = bill_of(scenario, traces, old, first)?;
    let second = bill_of(scenario, traces, new, second)?;
    compared(scenario, billed, [first, second], Some([before, after]))
}

fn compared(
    scenario: &Scenario,
    billed: &str,
    [(first, old), (second, new)]: [(Bill, Facts); 2],
    choices: Option<[Choice; 2]>,
) -> Result<ScenarioChange, Diagnostics> {
    Ok(ScenarioChange {
        name: scenario.name.clone(),
        billed: billed.to_owned(),
        months: scenario.period.whole_months(),
        bill: difference(&first, &second, CostColumn::Effective)?,
        choices,
        facts: [old, new],
        bills: [first, second],
    })
}

fn choose(
    scenario: &Scenario,
    traces: &[Trace],
    catalog: &Catalog,
    workers: &impl Workers,
) -> Result<(Choice, Option<Candidate>), Diagnostics> {
    let answer = recommend(Question { scenario, catalog, traces }, workers)?;
    let Some(index) = answer.choice else {
        return Ok((Choice { name: None, payment: String::new(), monthly: None }, None));
    };
    let chosen = &answer.candidates[index];
    let choice = Choice {
        name: Some(chosen.candidate.name.to_string()),
        payment: chosen.candidate.payment.as_str().to_owned(),
        monthly: chosen.figures.as_ref().map(|figures| figures.cost.monthly),
    };
    Ok((choice, Some(chosen.candidate.clone())))
}

fn bill_of(
    scenario: &Scenario,
    traces: &[Trace],
    catalog: &Catalog,
    candidate: Option<&Candidate>,
) -> Result<(Bill, Facts), Diagnostics> {
    let Some(candidate) = candidate else {
        return Err(Diagnostic::error(
            "nothing-to-bill",
            format!("nothing to bill: {} has no [today] and no feasible candidate", scenario.name),
        )
        .into());
    };
    let simulated = simulate(scenario, catalog, traces, candidate)?;
    let bill = price(scenario, catalog, &simulated, candidate.payment)?;
    Ok((bill, simulated.resolved.facts.clone()))
}
