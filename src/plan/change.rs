//! One scenario under two catalogues: what a change of prices and rules does to its bill and its recommendation.

use crate::billing::bill::Bill;
use crate::billing::difference::{BillDifference, CostColumn, difference};
use crate::catalog::Catalog;
use crate::catalog::diff::{Difference, diff};
use crate::plan::question::Question;
use crate::plan::recommend::recommend;
use crate::plan::rests_on::{RestsOn, may_bear_on};
use crate::plan::workers::Workers;
use crate::scenario::question::candidate::Candidate;
use crate::scenario::question::scenario::Scenario;
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
    /// The bills.
    pub bills: [Bill; 2],
    /// What each side rests on: first what is billed, then, where another candidate is recommended,
    /// both recommendations; none where a catalogue does not allow it.
    pub rest_on: Vec<[Option<RestsOn>; 2]>,
    /// What the catalogues say differently.
    pub differences: Vec<Difference>,
    /// Those of the differences that name no model, SKU or region that the candidates do not have.
    pub near: Vec<Difference>,
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
    catalogs: [&Catalog; 2],
) -> Result<ScenarioChange, Diagnostics> {
    let today = scenario.today.as_ref();
    let asked = BothSides { scenario, traces, catalogs };
    asked.compared("what runs today", [today, today], None)
}

/// Bills and plans a scenario under both catalogues.
pub fn change(
    scenario: &Scenario,
    traces: &[Trace],
    catalogs: [&Catalog; 2],
    workers: &impl Workers,
) -> Result<ScenarioChange, Diagnostics> {
    let [old, new] = catalogs;
    let before = choose(scenario, traces, old, workers)?;
    let after = choose(scenario, traces, new, workers)?;
    let (billed, candidates) = match &scenario.today {
        Some(today) => ("what runs today", [Some(today), Some(today)]),
        None => ("what is recommended", [before.1.as_ref(), after.1.as_ref()]),
    };
    let chosen = [(before.0, before.1.as_ref()), (after.0, after.1.as_ref())];
    BothSides { scenario, traces, catalogs }.compared(billed, candidates, Some(chosen))
}

/// A scenario and the catalogues that it is asked under.
struct BothSides<'a> {
    scenario: &'a Scenario,
    traces: &'a [Trace],
    catalogs: [&'a Catalog; 2],
}

impl BothSides<'_> {
    fn compared(
        &self,
        billed: &str,
        candidates: [Option<&Candidate>; 2],
        chosen: Option<[(Choice, Option<&Candidate>); 2]>,
    ) -> Result<ScenarioChange, Diagnostics> {
        let [old, new] = self.catalogs;
        let first = self.billed(old, candidates[0])?;
        let second = self.billed(new, candidates[1])?;
        let mut all: Vec<&Candidate> = candidates.into_iter().flatten().collect();
        let bills = [first.bill.clone(), second.bill.clone()];
        let mut found = ScenarioChange {
            name: self.scenario.name.clone(),
            billed: billed.to_owned(),
            months: self.scenario.period.whole_months(),
            bill: difference(&bills[0], &bills[1], CostColumn::Effective)?,
            choices: None,
            bills,
            rest_on: vec![[Some(first), Some(second)]],
            differences: diff(old, new),
            near: Vec::new(),
        };
        if let Some([(before, had), (after, gets)]) = chosen {
            found.choices = Some([before, after]);
            if found.recommendation_changed() {
                for candidate in [had, gets].into_iter().flatten() {
                    found.rest_on.push(self.rest_on(candidate));
                    all.push(candidate);
                }
            }
        }
        let near =
            found.differences.iter().filter(|own| may_bear_on(own, self.catalogs, &all)).cloned();
        found.near = near.collect();
        Ok(found)
    }

    /// What a recommendation rests on under each catalogue, also the one that recommends another.
    fn rest_on(&self, candidate: &Candidate) -> [Option<RestsOn>; 2] {
        self.catalogs
            .map(|catalog| RestsOn::judged(self.scenario, catalog, self.traces, candidate).ok())
    }

    fn billed(
        &self,
        catalog: &Catalog,
        candidate: Option<&Candidate>,
    ) -> Result<RestsOn, Diagnostics> {
        let Some(candidate) = candidate else {
            let name = &self.scenario.name;
            return Err(Diagnostic::error(
                "nothing-to-bill",
                format!("nothing to bill: {name} has no [today] and no feasible candidate"),
            )
            .into());
        };
        RestsOn::of(self.scenario, catalog, self.traces, candidate)
    }
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
