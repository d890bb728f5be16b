//! A bill and its lines.

use crate::billing::allocation::{AllocationKey, Owners, Work};
use crate::billing::bill::Bill;
use crate::billing::focus::{Account, to_csv};
use crate::billing::line::LineItem;
use crate::catalog::Catalog;
use crate::ledger::usage::Usage;
use crate::plan::months::horizon::Horizon;
use crate::plan::months::months::PlannedMonth;
use crate::report::compose::terms::terms_view;
use crate::report::view::{BillView, LineItemView, TermsView};
use crate::scenario::load::terms::Commercial;
use crate::scenario::question::scenario::Scenario;
use crate::scenario::run::allocation::{Belongs, shares_by, splits, work};
use crate::units::calendar::Period;
use crate::units::diagnostic::Diagnostic;
use crate::units::money::Currency;
use jiff::Timestamp;
use jiff::civil::Date;

/// No bill, in the currency that the scenario's would have: a column of costs has it even where
/// nothing was simulated.
pub(super) fn empty_bill(currency: Currency) -> BillView {
    BillView {
        currency: currency.to_string(),
        billed: String::new(),
        total: String::new(),
        terms: TermsView::default(),
        line_items: Vec::new(),
        focus_csv: Vec::new(),
    }
}

/// What the figures of a bill are of, said in every file that has some of them: the plan, the days
/// and the future.
fn figures_of(plan: &str, bill: &Bill) -> String {
    let day = |at: Timestamp| at.to_zoned(bill.zone.clone()).date();
    let (first, after) = (day(bill.from), day(bill.until));
    let last = after.yesterday().unwrap_or(after).max(first);
    format!("{plan}, {first} to {last}, one simulation of the most likely future")
}

/// The name of what is billed over several months, which may change on the way.
pub(super) fn billed_plan(name: &str, months: &[PlannedMonth], horizon: &Horizon) -> String {
    let first = months.first().map(|month| month.total_ptu);
    let resized = months.iter().any(|month| Some(month.total_ptu) != first);
    let changed = horizon.courses.iter().any(|own| own.is_plan && own.stretches.len() > 1);
    if resized || changed {
        return format!("{name} at first, then as planned month by month");
    }
    name.to_owned()
}

/// The view of a scenario's bill and of the usage it is for. `plan` is what is billed, `months` are
/// the first days of its months.
pub(super) fn bill_view(
    scenario: &Scenario,
    catalog: &Catalog,
    bill: &Bill,
    usage: &Usage,
    plan: &str,
    months: &[Period],
) -> Result<BillView, Diagnostic> {
    let Commercial { agreement, owners, .. } = &scenario.commercial;
    let nobody = Owners::new();
    let none = Work::new();
    let belongs = Belongs { workloads: owners, capacity: &nobody, work: &none };
    let splits = splits(&agreement.allocate_by, belongs, bill, usage, catalog)?;
    let owned = |key: &AllocationKey| shares_by(key, belongs, bill, usage, catalog);
    let figures_of = figures_of(plan, bill);
    let terms = terms_view(agreement, bill, &splits, owned)?;
    let terms = TermsView { figures_of: figures_of.clone(), ..terms };
    let work = work(bill, usage, catalog);
    let focus_csv =
        to_csv(bill, &Account { work, figures_of, ..Account::simulated(owners.clone()) })?;
    Ok(BillView {
        currency: bill.currency.to_string(),
        billed: bill.totals().billed.to_exact_string(),
        total: bill.totals().effective.to_exact_string(),
        line_items: bill
            .line_items
            .iter()
            .enumerate()
            .map(|(index, line)| {
                line_item(index + 1, line, month_of(bill.local_date(line), months))
            })
            .collect(),
        terms,
        focus_csv,
    })
}

/// The month of the plan that a day lies in; the calendar's where no plan says.
fn month_of(day: Date, months: &[Period]) -> String {
    let own = months.iter().rev().find(|month| month.first_date() <= day);
    own.map_or_else(|| format!("{:04}-{:02}", day.year(), day.month()), Period::name)
}

fn line_item(number: usize, line: &LineItem, month: String) -> LineItemView {
    let instant = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let commitment = line.commitment.as_ref();
    let resource = match (&line.deployment, commitment) {
        (Some(deployment), _) => deployment.name.to_string(),
        (None, Some(share)) => share.id.to_string(),
        (None, None) => String::new(),
    };
    LineItemView {
        line: number,
        charge_period_start: instant(line.from),
        charge_period_end: instant(line.until),
        month,
        charge_category: line.category.as_str().to_owned(),
        resource,
        workload: line.workload.as_deref().unwrap_or_default().to_owned(),
        meter: line.charge(),
        pricing_quantity: line.pricing_quantity().to_decimal().to_string(),
        pricing_unit: line.pricing_unit(),
        list_unit_price: line
            .rate
            .as_ref()
            .map_or_else(String::new, |rate| rate.list.price.to_exact_string()),
        list_cost: line.list_cost.to_exact_string(),
        billed_cost: line.billed_cost.to_exact_string(),
        effective_cost: line.effective_cost.to_exact_string(),
        commitment_status: commitment
            .and_then(|share| share.status)
            .map_or_else(String::new, |status| status.as_str().to_owned()),
        source: line.rate.as_ref().map_or_else(String::new, |rate| rate.evidence.place.to_string()),
    }
}
