//! What a catalogue change does to bills and recommendations, as text, JSON or Markdown for a pull request.

use crate::billing::difference::{Change, ChargeKey};
use crate::plan::change::{Choice, ScenarioChange};
use crate::report::text::layout::{Ink, Tone, figures, table, words};
use crate::report::view::{
    ChangesView, ChargeChangeView, ChoiceView, RecommendationChangeView, ScenarioChangeView,
};
use crate::report::words::numbers;
use crate::units::escape::for_markdown;
use crate::units::money::Money;
use std::fmt::Write;

/// Charges named for each scenario, the largest changes first.
const NAMED_CHARGES: usize = 8;

/// For a terminal.
pub fn text(changes: &[ScenarioChange], ink: Ink) -> String {
    let rows: Vec<_> = changes
        .iter()
        .map(|change| {
            let bill = &change.bill;
            let tone = if bill.before == bill.after { Tone::Plain } else { Tone::Heading };
            let mut row = vec![change.name.clone()];
            row.extend([bill.before, bill.after].map(cents));
            row.push(percent(change));
            row.extend([bill.price_effect, bill.volume_effect].map(signed));
            (tone, row)
        })
        .collect();
    let columns = [
        words("scenario", 44),
        figures("before"),
        figures("after"),
        figures("change"),
        figures("price effect"),
        figures("volume effect"),
    ];
    let mut out = table(ink, &columns, &rows);
    for change in changes {
        let named = largest(change);
        if named.is_empty() && !change.recommendation_changed() {
            continue;
        }
        out += &ink.line(Tone::Heading, &format!("\n{} ({})", change.name, change.billed));
        for charge in named {
            let amounts = [cents(charge.before), cents(charge.after)];
            let line = format!(
                "  {}: {} -> {} ({} by price, {} by volume)",
                name(&charge.key),
                amounts[0],
                amounts[1],
                signed(charge.price_effect),
                signed(charge.volume_effect)
            );
            out += &ink.line(Tone::Plain, &line);
        }
        if change.recommendation_changed() {
            let [before, after] = &change.choices;
            let line = format!("  recommended: {} -> {}", choice(before), choice(after));
            out += &ink.line(Tone::Bad, &line);
        }
    }
    out
}

/// For a pull-request comment.
pub fn markdown(changes: &[ScenarioChange]) -> String {
    let moved = changes.iter().filter(|change| change.bill.before != change.bill.after).count();
    let mut out = format!(
        "### Bills: {moved} of {} scenarios change\n\n\
        | scenario | before | after | change | price effect | volume effect | recommendation |\n\
        |---|---:|---:|---:|---:|---:|---|\n",
        changes.len()
    );
    for change in changes {
        let bill = &change.bill;
        let recommendation = if change.recommendation_changed() {
            let [before, after] = &change.choices;
            format!("**{} → {}**", for_markdown(&choice(before)), for_markdown(&choice(after)))
        } else {
            "unchanged".to_owned()
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {recommendation} |",
            for_markdown(&change.name),
            cents(bill.before),
            cents(bill.after),
            percent(change),
            signed(bill.price_effect),
            signed(bill.volume_effect)
        );
    }
    for change in changes.iter().filter(|change| !largest(change).is_empty()) {
        let _ = writeln!(out, "\n<details><summary>{}</summary>\n", for_markdown(&change.name));
        out += "| charge | before | after | by price | by volume |\n|---|---:|---:|---:|---:|\n";
        for charge in largest(change) {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                for_markdown(&name(&charge.key)),
                cents(charge.before),
                cents(charge.after),
                signed(charge.price_effect),
                signed(charge.volume_effect)
            );
        }
        out += "\n</details>\n";
    }
    out
}

/// For programs.
pub fn json(changes: &[ScenarioChange]) -> ChangesView {
    let money = |money: &Money| money.to_exact_string();
    let charge = |charge: &Change| ChargeChangeView {
        charge: name(&charge.key),
        before: money(&charge.before),
        after: money(&charge.after),
        price_effect: money(&charge.price_effect),
        volume_effect: money(&charge.volume_effect),
    };
    let choice = |choice: &Choice| ChoiceView {
        name: choice.name.clone(),
        commitment: choice.payment.clone(),
        monthly_cost: choice.monthly.as_ref().map(money),
    };
    let scenario = |change: &ScenarioChange| {
        let bill = &change.bill;
        ScenarioChangeView {
            scenario: change.name.clone(),
            billed: change.billed.clone(),
            currency: bill.before.currency().to_string(),
            before: money(&bill.before),
            after: money(&bill.after),
            change_percent: change.percent().map(|percent| percent.to_string()),
            price_effect: money(&bill.price_effect),
            volume_effect: money(&bill.volume_effect),
            charges: bill.changes.iter().map(charge).collect(),
            recommendation: RecommendationChangeView {
                changed: change.recommendation_changed(),
                before: choice(&change.choices[0]),
                after: choice(&change.choices[1]),
            },
        }
    };
    ChangesView { scenarios: changes.iter().map(scenario).collect() }
}

/// The largest changes, by their size.
fn largest(change: &ScenarioChange) -> Vec<&Change> {
    let size = |charge: &Change| (charge.after.amount() - charge.before.amount()).abs();
    let mut charges: Vec<&Change> = change.bill.changes.iter().collect();
    charges.sort_by_key(|charge| std::cmp::Reverse(size(charge)));
    charges.truncate(NAMED_CHARGES);
    charges
}

/// A charge in words.
fn name(key: &ChargeKey) -> String {
    let mut name = match (&key.deployment, &key.commitment) {
        (Some(deployment), _) => format!("{} · {}", deployment.name, key.meter),
        (None, Some((id, _))) => format!("{id} · {}", key.meter),
        (None, None) => key.meter.to_string(),
    };
    if let Some(workload) = &key.workload {
        let _ = write!(name, " · {workload}");
    }
    if let Some((_, Some(status))) = &key.commitment {
        let _ = write!(name, " · {}", status.as_str().to_lowercase());
    }
    name
}

fn choice(choice: &Choice) -> String {
    match &choice.name {
        Some(name) => format!("{name}, {}", choice.payment),
        None => "nothing feasible".to_owned(),
    }
}

fn cents(money: Money) -> String {
    format!("{} {}", numbers::cents(&money.to_exact_string()), money.currency())
}

/// With its sign.
fn signed(money: Money) -> String {
    let text = numbers::cents(&money.to_exact_string());
    if money.amount().is_sign_positive() && !money.amount().is_zero() {
        format!("+{text}")
    } else {
        text
    }
}

fn percent(change: &ScenarioChange) -> String {
    match change.percent() {
        Some(percent) if percent.is_zero() && change.bill.before == change.bill.after => {
            "0 %".to_owned()
        }
        Some(percent) => {
            let sign = if percent.is_sign_positive() { "+" } else { "" };
            format!("{sign}{} %", numbers::quantity(&percent.to_string()))
        }
        None => "new".to_owned(),
    }
}
