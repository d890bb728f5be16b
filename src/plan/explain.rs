//! Why the choice wins: sentences and break-even points, each derived from figures of the result.

use crate::metrics::slo::{percent, seconds};
use crate::plan::search::{Evaluated, Figures, Question};
use crate::scenario::question::Payment;
use crate::units::diagnostic::Diagnostics;
use crate::units::money::Money;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// From where on a way to pay for PTUs beats paying by the token.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakEven {
    /// The way to pay.
    pub payment: Payment,
    /// Utilization of a PTU at which its month costs as much as the tokens it serves would; above 1 it never pays.
    pub utilization: f64,
    /// Monthly price of one PTU paid so.
    pub ptu_month: Money,
}

/// The sentences. Every figure in them stands in the candidates.
pub fn reasons(
    candidates: &[Evaluated],
    choice: Option<usize>,
    runner_up: Option<usize>,
) -> Vec<String> {
    let Some((best, figures)) = choice.and_then(|index| with_figures(&candidates[index])) else {
        return nothing_feasible(candidates);
    };
    let mut why = vec![against_pay_as_you_go(candidates, best, figures)];
    if let Some(utilization) = &figures.utilization {
        let above = if figures.spilled_share > 0.0 {
            format!(
                "; the {} of calls that come above that spill over and are paid by the token",
                percent(figures.spilled_share)
            )
        } else {
            String::new()
        };
        let sentence = format!(
            "{} PTU are {} used on average ({} in the busiest minute){above}",
            best.candidate.total_ptu(),
            percent(utilization.mean),
            percent(utilization.max)
        );
        why.push(sentence);
        why.extend(neighbours(candidates, best, figures));
        why.extend(other_payments(candidates, best, figures));
    }
    if let Some((other, theirs)) = runner_up.and_then(|index| with_figures(&candidates[index])) {
        why.push(format!(
            "The runner-up, {}, costs {} more a month",
            other.candidate.name,
            difference(theirs, figures)
        ));
    }
    why.push(format!(
        "{} of calls see a 429 and {} end in one; p99 added wait {}",
        percent(figures.total.saw_throttle_share),
        percent(figures.total.throttled_share),
        seconds(figures.total.added_wait.p99_us)
    ));
    why
}

fn with_figures(evaluated: &Evaluated) -> Option<(&Evaluated, &Figures)> {
    Some((evaluated, evaluated.figures.as_ref()?))
}

fn difference(dearer: &Figures, cheaper: &Figures) -> String {
    match dearer.cost.monthly.minus(cheaper.cost.monthly) {
        Ok(money) => money.to_display_string(),
        Err(error) => error.to_string(),
    }
}

fn nothing_feasible(candidates: &[Evaluated]) -> Vec<String> {
    let mut why = vec![format!("None of {} candidates is feasible", candidates.len())];
    // The candidate that breaks the fewest constraints, cheapest first, says what to relax.
    let nearest = candidates.iter().filter(|c| c.figures.is_some()).min_by_key(|c| c.reasons.len());
    if let Some(nearest) = nearest.or_else(|| candidates.first()) {
        why.push(format!("Nearest: {}: {}", nearest.candidate.name, nearest.reasons.join("; ")));
    }
    why
}

fn is_pay_as_you_go(evaluated: &Evaluated) -> bool {
    evaluated.candidate.total_ptu() == 0
}

fn against_pay_as_you_go(candidates: &[Evaluated], best: &Evaluated, figures: &Figures) -> String {
    let cost = figures.cost.monthly.to_display_string();
    let standard = candidates.iter().filter(|c| is_pay_as_you_go(c)).find_map(with_figures);
    match standard {
        _ if is_pay_as_you_go(best) => {
            let with_ptu = candidates
                .iter()
                .filter(|c| c.is_feasible() && !is_pay_as_you_go(c))
                .find_map(with_figures);
            match with_ptu {
                Some((other, theirs)) => format!(
                    "Pay-as-you-go costs {cost} a month; the best with PTUs, {}, costs {} more",
                    other.candidate.name,
                    difference(theirs, figures)
                ),
                None => {
                    format!("Pay-as-you-go costs {cost} a month; nothing with PTUs is feasible")
                }
            }
        }
        Some((other, theirs)) if other.is_feasible() => {
            let share = share_of(
                theirs.cost.monthly.amount() - figures.cost.monthly.amount(),
                theirs.cost.monthly.amount(),
            );
            format!(
                "It costs {cost} a month, {} ({}) less than pay-as-you-go alone",
                difference(theirs, figures),
                percent(share)
            )
        }
        Some((other, _)) => format!(
            "It costs {cost} a month; pay-as-you-go alone is not feasible: {}",
            other.reasons.join("; ")
        ),
        None => format!("It costs {cost} a month"),
    }
}

/// The candidates of the same family and payment next in size.
fn neighbours(candidates: &[Evaluated], best: &Evaluated, figures: &Figures) -> Option<String> {
    let ptu = best.candidate.total_ptu();
    let alike =
        |c: &&Evaluated| c.family == best.family && c.candidate.payment == best.candidate.payment;
    let smaller = candidates
        .iter()
        .filter(alike)
        .filter(|c| c.candidate.total_ptu() < ptu)
        .max_by_key(|c| c.candidate.total_ptu())
        .and_then(with_figures);
    let larger = candidates
        .iter()
        .filter(alike)
        .filter(|c| c.candidate.total_ptu() > ptu)
        .min_by_key(|c| c.candidate.total_ptu())
        .and_then(with_figures);
    let say = |(other, theirs): (&Evaluated, &Figures)| {
        let size = other.candidate.total_ptu();
        if other.is_feasible() {
            format!("{size} PTU would cost {} more", difference(theirs, figures))
        } else {
            format!("{size} PTU is not feasible ({})", other.reasons.join("; "))
        }
    };
    let both: Vec<String> = [smaller, larger].into_iter().flatten().map(say).collect();
    (!both.is_empty()).then(|| format!("One step in size: {}", both.join("; ")))
}

fn other_payments(candidates: &[Evaluated], best: &Evaluated, figures: &Figures) -> Option<String> {
    let others: Vec<String> = candidates
        .iter()
        .filter(|c| {
            c.family == best.family
                && c.candidate.total_ptu() == best.candidate.total_ptu()
                && c.candidate.payment != best.candidate.payment
        })
        .filter_map(with_figures)
        .map(|(other, theirs)| {
            format!("{} {} more", other.candidate.payment.as_str(), difference(theirs, figures))
        })
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "The same deployments paid otherwise than {} cost a month: {}",
            best.candidate.payment.as_str(),
            others.join(", ")
        )
    })
}

fn share_of(part: Decimal, whole: Decimal) -> f64 {
    part.checked_div(whole).and_then(|share| share.to_f64()).unwrap_or(0.0)
}

/// Break-even utilization of a PTU by way of payment: the monthly price of one PTU over what the tokens that it works
/// off at full use would cost by the token. Needs a feasible mix: pay-as-you-go and a PTU family with figures.
pub fn break_even(
    question: Question<'_>,
    candidates: &[Evaluated],
    choice: Option<usize>,
) -> Result<Vec<BreakEven>, Diagnostics> {
    let standard = candidates.iter().filter(|c| is_pay_as_you_go(c)).find_map(with_figures);
    // The largest PTU-only candidate serves everything: its units are the work the tokens stand for.
    let provisioned = |c: &&Evaluated| {
        let family = choice.and_then(|index| candidates[index].candidate.deployments.first());
        let sku = c.candidate.deployments.first().map(|d| &d.sku.name);
        c.candidate.deployments.iter().all(|d| d.capacity_ptu.is_some())
            && c.figures.as_ref().is_some_and(|f| f.total.failed == 0)
            && family
                .is_none_or(|first| first.capacity_ptu.is_none() || sku == Some(&first.sku.name))
    };
    let served = candidates
        .iter()
        .filter(provisioned)
        .max_by_key(|c| c.candidate.total_ptu())
        .and_then(with_figures);
    let (Some((_, tokens)), Some((largest, work))) = (standard, served) else {
        return Ok(Vec::new());
    };
    let Some(utilization) = &work.utilization else { return Ok(Vec::new()) };
    let Some(token_cost) = tokens.cost.monthly.amount().to_f64() else { return Ok(Vec::new()) };
    let ptu = largest.candidate.total_ptu();
    // What one fully used PTU would earn back in a month, at this mix of tokens.
    let value = token_cost / (utilization.mean * f64::from(ptu));
    let mut points = Vec::new();
    for payment in &question.scenario.allow.payments {
        let same = candidates.iter().find(|c| {
            c.family == largest.family
                && c.candidate.total_ptu() == ptu
                && c.candidate.payment == *payment
        });
        let Some((_, figures)) = same.and_then(with_figures) else { continue };
        let price =
            crate::units::money::UnitPrice { price: figures.cost.monthly, per: u64::from(ptu) };
        let Ok(ptu_month) = price.cost_of(1) else { continue };
        let cost = ptu_month.amount().to_f64().unwrap_or(0.0);
        points.push(BreakEven { payment: *payment, utilization: cost / value, ptu_month });
    }
    Ok(points)
}
